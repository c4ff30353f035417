/** Tables of which each holds one instrument of a recording, as phones' loggers write them. */
import { findTriads } from "../../triads.ts";
import { kindOfFile } from "../laws/file_kinds.ts";
import { lookAtColumns } from "./columns.ts";

/** Part of a sensor in files of its own. */
export interface PartSeen {
  kind: string;
  /** A pattern that leaves the same of the names of all files of a recording. */
  files: string;
  columns: string[];
  time?: unknown;
  example: string;
}

/** Instruments that are read, the first of which leads. */
const wanted = ["acc", "gyro", "mag"];
const patternOf = (word: string) => new RegExp(`(?<![A-Za-z])${word}(?![A-Za-z])`);

/**
 * The instruments whose files belong together, by their names; undefined where tables hold all instruments.
 *
 * @param headerOf Column names of a file.
 */
export async function lookAtSensorFiles(
  names: readonly string[],
  headerOf: (name: string) => Promise<readonly string[] | null>,
): Promise<PartSeen[] | undefined> {
  // By instrument and whole word: Accelerometer.csv apart from AccelerometerUncalibrated.csv.
  const groups = new Map<string, { kind: string; word: string; keys: string[]; names: string[] }>();
  for (const name of names) {
    const own = kindOfFile(name);
    if (own === undefined || !wanted.includes(own.kind)) continue;
    const word = new RegExp(`[a-z]*${own.word}[a-z]*(?=[^/]*$)`, "i").exec(name)![0];
    const key = `${own.kind}/${word}`;
    const group = groups.get(key) ?? { kind: own.kind, word, keys: [], names: [] };
    group.keys.push(name.replace(patternOf(word), ""));
    group.names.push(name);
    groups.set(key, group);
  }
  const first = (kind: string) =>
    [...groups.values()].filter((g) => g.kind === kind)
      .sort((a, b) => b.names.length - a.names.length || a.word.length - b.word.length)[0];
  const lead = first(wanted[0]);
  if (lead === undefined) return undefined;
  const parts: PartSeen[] = [];
  for (const kind of wanted) {
    const group = first(kind);
    if (group === undefined || !lead.keys.every((key) => group.keys.includes(key))) continue;
    const header = await headerOf(group.names[0]);
    if (header === null) return undefined;
    const { sensors, time } = lookAtColumns(header, group.names[0]);
    const columns = Object.values(sensors).flat();
    const [triad] = findTriads(columns);
    parts.push({
      kind,
      files: patternOf(group.word).source,
      columns: triad === undefined ? columns : triad.map((k) => columns[k]),
      time,
      example: group.names[0],
    });
  }
  return parts.length > 1 ? parts : undefined;
}
