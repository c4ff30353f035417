/** Looks at arrays of samples with labels beside them. */
import { assessQuality } from "../../quality.ts";
import { describeRecordings } from "../../describe_recordings.ts";
import { dataFiles } from "../archive.ts";
import { severalArrays } from "../arrays/array_endings.ts";
import { lookAtSet } from "../arrays/array_sets.ts";
import npy from "../sources/npy.ts";
import { readAsGuessed } from "./broken_files.ts";
import { assumeRate, type FolderSeen, numbersOf } from "./seen.ts";
import { guessSubjectPattern } from "./subject_pattern.ts";

/** @returns Undefined where there is no array. */
export async function lookAtArrays(paths: readonly string[]): Promise<FolderSeen | undefined> {
  const arrays = paths.filter((path) => /\.npy$/i.test(path) || severalArrays.test(path));
  const own = arrays.filter((path) => !/\.labels\.npy$/i.test(path));
  if (own.length === 0) return undefined;
  const seen: FolderSeen = { uses: "load", params: { source: "npy" }, facts: [], guesses: [], open: [] };
  const { params, facts, guesses, open } = seen;
  facts.push(`${own.length} files of arrays, ${arrays.length - own.length} of labels`);
  const inside = /\.npy$/i.test(own[0])
    ? undefined
    : await lookAtSet((await dataFiles([own[0]], () => true))[0]);
  if (inside?.array !== undefined) {
    params.array = inside.array;
    guesses.push(`array: ${[inside.array].flat().join(" and ")}, the longest`);
  }
  if (inside?.rate === undefined) assumeRate(seen, "arrays have no times");
  else {
    params.rate = inside.rate;
    guesses.push(`rate: ${inside.rate} Hz, which the first file tells`);
  }
  const common = own[0].lastIndexOf("/") + 1;
  const pattern = guessSubjectPattern(own.map((path) => path.slice(common)));
  if (pattern !== undefined) {
    params.subject = { from: "filename", pattern };
    guesses.push(`subject: first group of ${pattern} in the file's name`);
  }
  if (inside === undefined ? arrays.length === own.length : !inside.labelled) {
    open.push({
      what: "there are no labels",
      write: inside === undefined
        ? "(save <id>.labels.npy beside <id>.npy, one whole number a sample)"
        : "label_array: <array of one whole number a sample>",
    });
  }
  const notes: string[] = [];
  const set = await readAsGuessed(
    arrays,
    seen,
    "arrays",
    (paths) =>
      npy.read(npy.params.parse({ ...params, path: paths[0] }), {
        paths,
        progress: () => {},
        warn: (note) => notes.push(note),
        measured: () => {},
      }),
  );
  if (set === undefined) return seen;
  const { quality, warnings } = assessQuality(set);
  facts.push(
    ...describeRecordings(set, {
      ...quality,
      notes,
      rateSource: inside?.rate === undefined ? "assumed" : "stated",
    }),
    ...warnings,
  );
  seen.data = numbersOf(set, quality.subjects);
  return seen;
}
