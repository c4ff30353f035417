/** Judges recordings that were read in parts as one reader of all files would have judged them. */
import { type Recordings, recordingsOfShards } from "../../../artifacts/recordings.ts";
import type { WornFacts } from "../../../artifacts/recording/quality.ts";
import { InputError } from "../../../errors.ts";
import { isLarge } from "../laws/copies.ts";
import { LabelColumns } from "../laws/label_columns.ts";
import { Notes } from "../laws/notes.ts";
import { SameNames } from "../laws/same_names.ts";
import { checkWholeSet } from "../laws/whole_set.ts";
import { type PartFindings, readFindings } from "./part_findings.ts";
import type { Parts } from "../reader.ts";

/** All parts as one set. */
export interface MergedParts {
  set: Recordings;
  findings: PartFindings["recordings"];
  notes: string[];
  rates: number[];
  /** Of each part. */
  worn: WornFacts[];
}

/**
 * Joins parts.
 *
 * @param dirs Folders of the parts, in the order of their files.
 * @param paths All files.
 * @returns undefined where they mean something else together than alone, and have to be read together.
 * @throws {InputError} for what the laws refuse.
 */
export async function mergeParts(
  dirs: readonly string[],
  parts: Parts,
  paths: readonly string[],
): Promise<MergedParts | undefined> {
  parts.checkNames?.(paths);
  const joined = await joinedSet(dirs);
  if (joined === undefined) return undefined;
  const set = { ...joined, source: { ...joined.source, name: parts.name(paths) } };
  const found: PartFindings[] = [];
  for (const dir of dirs) found.push(await readFindings(dir));
  if (found.some(({ notes }) => notes.some((note) => parts.whole?.test(note)))) return undefined;
  const notes = new Notes();
  if (new Set(set.recordings.map(({ id }) => id)).size < set.recordings.length) return undefined;
  if (parts.tables === true) {
    if (!haveOneSpelling(set, notes)) return undefined;
    checkLabelColumns(set, notes);
  }
  // Few samples are read again, so that shorter pieces are found.
  const traces = isLarge(set.recordings) ? found.flatMap(({ traces }) => traces) : undefined;
  return {
    set,
    findings: found.flatMap(({ recordings }) => recordings),
    notes: [
      ...new Set(found.flatMap(({ notes }) => notes)),
      ...notes.sentences(),
      ...checkWholeSet(set, traces),
    ],
    rates: found.flatMap(({ rates }) => rates),
    worn: found.map(({ worn }) => worn),
  };
}

async function joinedSet(dirs: readonly string[]): Promise<Recordings | undefined> {
  try {
    return await recordingsOfShards(dirs);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** Whether classes and people have one spelling each, as the reader of all would have given them. */
function haveOneSpelling({ recordings, labelNames }: Recordings, notes: Notes): boolean {
  for (
    const [what, texts] of [["Classes", labelNames], [
      "Subjects",
      recordings.map(({ subject }) => subject),
    ]] as const
  ) {
    const names = new SameNames(what);
    if (texts.some((text) => names.name(text) !== text)) return false;
    names.report(notes);
  }
  return true;
}

function checkLabelColumns({ recordings, sensors, channels, labelNames }: Recordings, notes: Notes): void {
  if (labelNames.length === 0) return;
  const columns = new LabelColumns(sensors.length * channels.length);
  for (const { data, labels } of recordings) {
    columns.add(data, labels);
    // Most sensors are no label after a few rows.
    if (columns.decided) return;
  }
  columns.check(sensors.flatMap((sensor) => channels.map((channel) => `${sensor} ${channel}`)), notes);
}
