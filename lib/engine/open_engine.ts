/** Opens the engine; loads the rest of it only when asked, so that a verb can show help without it. */
import type { Engine, EngineOptions } from "./types.ts";

/**
 * Opens the engine of a project. Nothing is written before the first run.
 *
 * ```ts
 * import { openEngine } from "./open_engine.ts";
 * import { loadWorkflow } from "../workflow/load.ts";
 * import { registry } from "../steps/registry.ts";
 * import assert from "node:assert/strict";
 * const root = await Deno.makeTempDir();
 * const steps = "steps:\n  walks: { uses: load, with: { source: simulate, subjects: 1, minutes: 1 } }\n";
 * await Deno.writeTextFile(`${root}/walks.yaml`, "version: 1\nname: walks\n" + steps);
 * const checked = await loadWorkflow(`${root}/walks.yaml`, { registry, root });
 * assert.ok(checked.ok);
 * const engine = await openEngine({ root });
 * assert.deepEqual((await engine.run(checked.plan)).tasks.map((task) => task.outcome), ["ran"]);
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { LocalEngine } = await import("./engine.ts");
  return new LocalEngine(options);
}
