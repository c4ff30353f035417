/** Looks for windows that someone has cut: one table of rows for each channel, as UCI HAR has them, or an array of them. */
import { basename, dirname } from "../../../path.ts";
import { InputError } from "../../../errors.ts";
import { percent } from "../../../text/numbers.ts";
import { dataFiles } from "../archive.ts";
import { severalArrays } from "../arrays/array_endings.ts";
import { openNamedArrays } from "../arrays/named_arrays.ts";
import { readWindowArrays } from "../window_arrays.ts";
import type { StoredArray } from "../arrays/stored_array.ts";
import { readZip } from "../zip.ts";
import { assumeRate, type FolderSeen } from "./seen.ts";

const channel = /(^|_)([xyz])(_[a-z]+)?\.(txt|csv|npy)$/i;

/** Files of one folder that differ in an axis only, with labels and people above or beside them. */
function inertial(paths: readonly string[]) {
  const groups = Map.groupBy(
    paths.filter((path) => channel.test(basename(path)) && /(acc|gyro)/i.test(basename(path))),
    (path) => `${dirname(path)}/${basename(path).replace(channel, "$1?$3.$4")}`,
  );
  for (const own of groups.values()) {
    const near = (word: RegExp) =>
      paths.find((path) =>
        word.test(basename(path)) && [dirname(own[0]), dirname(dirname(own[0]))].includes(dirname(path))
      );
    const [labels, people] = [near(/^(y|labels?)(_|\.)/i), near(/^(subjects?|groups?)(_|\.)/i)];
    if (own.length === 3 && labels !== undefined) return { own: own.toSorted(), labels, people };
  }
  return undefined;
}

/** @throws {InputError} for an archive of such files: windows are imported from files. */
function refusePacked(paths: readonly string[]): void {
  for (const path of paths) {
    if (!/\.zip$/i.test(path)) continue;
    let names: string[];
    try {
      names = readZip(Deno.readFileSync(path)).map(({ name }) => name);
    } catch {
      continue;
    }
    const found = inertial(names);
    if (found === undefined) continue;
    throw new InputError(`Cannot look at windows in an archive, such as ${found.own[0]}`, {
      file: basename(path),
      hint: "Unpack it, and give the folder to init --data.",
    });
  }
}

/** A file with windows under X, as libraries for learning keep them. */
async function lookAtArrayOfWindows(paths: readonly string[]): Promise<FolderSeen | undefined> {
  const path = paths.find((own) => severalArrays.test(own));
  if (path === undefined) return undefined;
  const [file] = await dataFiles([path], () => true);
  const arrays = await openNamedArrays(file).then(
    (named) => named.arrays,
    () => new Map<string, StoredArray>(),
  );
  const X = arrays.get("X");
  if (X?.shape.length !== 3) return undefined;
  const seen: FolderSeen = {
    uses: "import",
    params: { type: "windows", path },
    facts: [],
    guesses: [],
    open: [],
  };
  assumeRate(seen, "windows have no times");
  const guessed = [
    ...(arrays.has("y") ? ["labels: y"] : []),
    ...(arrays.has("groups") ? ["people: groups"] : []),
  ];
  seen.guesses.push(`windows: X [${X.shape}] of ${basename(path)}`, ...guessed);
  return await readSeen(seen, [path], {});
}

/**
 * @param paths Absolute paths.
 * @returns Undefined where there are no such files; parameters name them by absolute paths.
 */
export async function lookAtWindows(paths: readonly string[]): Promise<FolderSeen | undefined> {
  const found = inertial(paths);
  if (found === undefined) {
    refusePacked(paths);
    return await lookAtArrayOfWindows(paths);
  }
  const { own, labels, people } = found;
  const seen: FolderSeen = { uses: "import", params: { type: "windows" }, facts: [], guesses: [], open: [] };
  const { params, guesses } = seen;
  params.path = own[0].replace(channel, (_, a, __, b = "", end) => `${a}[xyz]${b}.${end}`).replace(
    "[xyz]",
    "?",
  );
  params.labels = labels;
  if (people !== undefined) params.groups = people;
  assumeRate(seen, "windows have no times");
  const names = paths.find((path) => /(activity|class|label)_?(labels|names)\.txt$/i.test(path));
  if (names !== undefined) {
    const pairs = Deno.readTextFileSync(names).trim().split("\n").map((line) => line.trim().split(/[\s,;]+/));
    if (pairs.every(([key, name]) => /^\d+$/.test(key) && name !== undefined)) {
      params.classes = Object.fromEntries(pairs);
      guesses.push(`classes: ${basename(names)}`);
    }
  }
  guesses.push(
    `windows: one a row of ${own.map((path) => basename(path)).join(", ")}`,
    `labels: ${basename(labels)}`,
  );
  return await readSeen(seen, own, { labels, groups: people });
}

/** Reads the windows, and says what they are. @param beside Files of labels and people. */
async function readSeen(
  seen: FolderSeen,
  files: readonly string[],
  beside: { labels?: string; groups?: string },
): Promise<FolderSeen> {
  const { params, facts, open } = seen;
  try {
    const options = { rate: Number(params.rate), classes: params.classes as Record<string, string> };
    const { windows, warnings } = await readWindowArrays(files, beside, options);
    const { labelNames, recordings } = windows.recordings;
    const subjects = new Set(recordings.map((r) => r.subject)).size;
    facts.push(`${recordings.length} windows of ${windows.length} samples of ${subjects} subjects`);
    labelNames.forEach((name, k) => {
      const share = windows.labels.filter((l) => l === k).length / windows.labels.length;
      facts.push(`class ${name}: ${percent(share)} of the windows`);
    });
    facts.push(...warnings);
    const { length } = windows;
    seen.data = { rate: options.rate, subjects, classes: labelNames.length, shortest: length, length };
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    open.push({
      what: `the windows cannot be read like this: ${cause.message.split("\n")[0]}`,
      write: "what fits",
    });
  }
  return seen;
}
