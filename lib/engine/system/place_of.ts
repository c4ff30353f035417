/** Where the file lies that a step complains of. */
import { basename, relative } from "../../path.ts";

/**
 * Readers name a file by its last part. Whoever reads the message stands at the project's root, and wants to open it from
 * there: where one of the requested files is meant and no other, its path takes the name's place.
 *
 * @param message Of a mistake of the user, `walk.csv:12: Cannot …`.
 * @param paths Absolute paths of the files that the step was given.
 * @param root The project's folder.
 */
export function withPlace(message: string, paths: readonly string[], root: string): string {
  const [, name, rest] = /^([^:\n\\/]+)((?::\d+)?: [^]*)$/.exec(message) ?? [];
  const found = name === undefined ? [] : [...new Set(paths)].filter((path) => basename(path) === name);
  if (found.length !== 1) return message;
  const way = relative(root, found[0]!).replaceAll("\\", "/");
  return (way.startsWith("..") ? found[0]! : way) + rest;
}
