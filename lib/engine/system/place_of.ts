/** Which file a step complains of, and where it lies. */
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
  const path = fileMeant(message, paths);
  if (path === undefined) return message;
  const way = relative(root, path).replaceAll("\\", "/");
  return (way.startsWith("..") ? path : way) + message.slice(basename(path).length);
}

/** The one of the files that a message begins with, by its name; undefined where it names none, or several have it. */
export function fileMeant(message: string, paths: readonly string[]): string | undefined {
  const [, name] = /^([^:\n\\/]+)(?::\d+)?: /.exec(message) ?? [];
  const found = name === undefined ? [] : [...new Set(paths)].filter((path) => basename(path) === name);
  return found.length === 1 ? found[0] : undefined;
}
