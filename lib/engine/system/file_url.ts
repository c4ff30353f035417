/** Paths of file URLs, without the module `node:url`, whose loading would delay every start of the program. */

/**
 * The path of a file URL.
 *
 * ```ts
 * import { filePath } from "./file_url.ts";
 * import assert from "node:assert/strict";
 * import { pathToFileURL } from "node:url";
 * assert.equal(filePath(pathToFileURL("/a b/ü%#?.ts").href), "/a b/ü%#?.ts");
 * ```
 */
export function filePath(url: string): string {
  const path = decodeURIComponent(new URL(url).pathname);
  return Deno.build.os === "windows" ? path.slice(1).replaceAll("/", "\\") : path;
}
