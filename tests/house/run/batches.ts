/**
 * Files of tests that share a worker. Most files take less time than starting a worker for them and loading what they
 * import, so a whole run of the tests imports several of them from one module.
 */

/** Rooms whose tests run whole programs: each file takes long, and is best beside others. */
const apart = new Set(["browser", "e2e", "engine"]);

/** Files a batch: few enough that the last batches of a run keep all processors busy. */
export const size = 16;

/**
 * Splits files of tests, named from the repository's root, into those that have a worker each and batches of the
 * others. Files of a batch are neighbours, as these import the same modules.
 */
export function batches(files: readonly string[]): { single: string[]; batches: string[][] } {
  const isShared = (file: string) => !apart.has(file.split("/")[1]!);
  const shared = files.filter(isShared).sort();
  const found: string[][] = [];
  for (let at = 0; at < shared.length; at += size) found.push(shared.slice(at, at + size));
  return { single: files.filter((file) => !isShared(file)), batches: found };
}
