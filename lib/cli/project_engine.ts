/** The engine for verbs that read no workflow: the checker of workflows would double the time that they take. */
import type { Engine } from "../engine/mod.ts";
import { projectRoot } from "./paths.ts";

/** Opens the engine of the project that the user stands in. */
export async function openProjectEngine(root: string | undefined): Promise<Engine> {
  const { openEngine } = await import("../engine/mod.ts");
  return await openEngine({ root: await projectRoot(root) });
}
