/** What several files look like from outside, to see later whether any of them was touched. */
import { fingerprint } from "./stat.ts";

/** Differs when a file was changed, replaced or removed, even where its content is as before. */
export function stampOf(paths: readonly string[]): string {
  return paths.map((path) => {
    try {
      return fingerprint(path);
    } catch {
      return "gone";
    }
  }).join("\n");
}

/** All files that an attempt reads besides its inputs. */
export function readFiles(code: { files: readonly string[] }, requested: readonly string[]): string[] {
  return [...code.files, ...requested];
}
