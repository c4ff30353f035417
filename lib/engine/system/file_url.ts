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

/**
 * The file URL of an absolute path.
 *
 * ```ts
 * import { toFileUrl } from "./file_url.ts";
 * import assert from "node:assert/strict";
 * import { pathToFileURL } from "node:url";
 * const path = "/a b/ü%#?\\n.ts";
 * assert.equal(toFileUrl(path), pathToFileURL(path).href);
 * ```
 */
export function toFileUrl(path: string): string {
  const url = new URL("file:///");
  const posix = Deno.build.os === "windows" ? `/${path.replaceAll("\\", "/")}` : path;
  // What a URL would take for something else, or leave out.
  url.pathname = posix.replaceAll(
    /[%\\\n\r\t?#]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
  return url.href;
}
