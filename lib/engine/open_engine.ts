/** Opens the engine; loads the rest of it only when asked, so that a verb can show help without it. */
import type { Engine, EngineOptions } from "./types.ts";

/** Opens the engine of a project. Nothing is written before the first run. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { LocalEngine } = await import("./engine.ts");
  return new LocalEngine(options);
}
