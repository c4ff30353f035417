/** Import maps that are read in one place and serve in another. */

/**
 * An import map whose relative targets have become URLs.
 *
 * ```ts
 * import { absoluteImports } from "./import_map.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(absoluteImports({ a: "./a.ts", b: "npm:b@1" }, "file:///home/deno.json"), {
 *   a: "file:///home/a.ts",
 *   b: "npm:b@1",
 * });
 * ```
 *
 * @param base URL of the file that holds the map.
 */
export function absoluteImports(imports: Record<string, string>, base: string | URL): Record<string, string> {
  return Object.fromEntries(
    Object.entries(imports).map(([name, target]) => [
      name,
      /^\.{0,2}\//.test(target) ? new URL(target, base).href : target,
    ]),
  );
}
