/**
 * Paths as `node:path` has them, without its loading time: that is a tenth of a no-op run. Only Windows, whose
 * paths are another matter, loads it.
 */
import type * as nodePath from "node:path";

type Paths = Pick<
  typeof nodePath,
  "sep" | "isAbsolute" | "join" | "resolve" | "dirname" | "basename" | "relative"
>;

/** `path` without `.`, `..` and doubled slashes; `..` at its beginning stays where it is relative. */
function normalize(path: string): string {
  if (path !== "" && !/(?:^|\/)(?:\.{0,2})(?:\/|$)/.test(path)) return path;
  const absolute = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== ".." || (parts.length === 0 && !absolute) || parts.at(-1) === "..") parts.push(part);
    else parts.pop();
  }
  const clean = (absolute ? "/" : "") + parts.join("/");
  const folder = path.endsWith("/") && clean !== "/" ? "/" : "";
  return clean === "" ? `.${path === "" ? "" : folder}` : clean + folder;
}

function resolvePosix(...paths: string[]): string {
  let whole = "";
  for (let i = paths.length - 1; i >= 0 && !whole.startsWith("/"); i--) {
    const path = paths[i]!;
    if (path !== "") whole = whole === "" ? path : `${path}/${whole}`;
  }
  if (!whole.startsWith("/")) whole = `${Deno.cwd()}/${whole}`;
  const clean = normalize(whole);
  return clean.length > 1 && clean.endsWith("/") ? clean.slice(0, -1) : clean;
}

function dirnamePosix(path: string): string {
  const bare = path.replace(/(?<=.)\/+$/s, "");
  const at = bare.lastIndexOf("/");
  if (at > 1) return bare.slice(0, at);
  return at === 1 && path[0] === "/" ? "//" : at === 1 ? path[0]! : at === 0 || path[0] === "/" ? "/" : ".";
}

function relativePosix(from: string, to: string): string {
  const parts = (path: string) => resolvePosix(path).split("/").filter((part) => part !== "");
  const a = parts(from), b = parts(to);
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => ".."), ...b.slice(same)].join("/");
}

const posix: Paths = {
  sep: "/",
  isAbsolute: (path) => path.startsWith("/"),
  join: (...paths) => normalize(paths.filter((path) => path !== "").join("/")),
  resolve: resolvePosix,
  dirname: dirnamePosix,
  basename: (path) => path.replace(/\/+$/, "").replace(/^.*\//s, ""),
  relative: relativePosix,
};

const paths: Paths = Deno.build.os === "windows" ? await import("node:path") : posix;

export const { sep, isAbsolute, join, resolve, dirname, basename, relative } = paths;
