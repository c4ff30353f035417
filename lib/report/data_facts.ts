/** What a report needs to know of its data. */
import { readRecordingLabels, readRecordingsIndex, type RecordingsIndex } from "../artifacts/recordings.ts";
import { readWindowCounts, type WindowCounts } from "../artifacts/windows.ts";
import type { Sources } from "./sources.ts";

/** What a report needs of the data: the index and counts of windows, never the signals. */
export interface DataFacts {
  recordings: RecordingsIndex;
  windows?: WindowCounts;
}

/** Folder of the recordings: of `Windows`, or of `Recordings` where there are no windows. */
export function recordingsFolder(sources: Sources): string | undefined {
  const windows = sources.list.find((s) => s.type === "Windows");
  if (windows !== undefined) return windows.dir;
  return sources.list.find((s) => s.type === "Recordings")?.dir;
}

/** Labelled stretches of one recording, in seconds; empty without labels. */
export async function readLabelStretches(sources: Sources, id: string) {
  const stretches: { start: number; end: number; name: string }[] = [];
  const folder = recordingsFolder(sources);
  if (folder === undefined) return stretches;
  const { rate, labelNames, recordings } = await readRecordingsIndex(folder);
  const entry = recordings.find((r) => r.id === id);
  if (entry === undefined) return stretches;
  const labels = readRecordingLabels(folder, entry);
  for (let from = 0; from < labels.length;) {
    let to = from + 1;
    while (to < labels.length && labels[to] === labels[from]) to++;
    if (labels[from] >= 0) {
      stretches.push({ start: from / rate, end: to / rate, name: labelNames[labels[from]] });
    }
    from = to;
  }
  return stretches;
}

const read = new WeakMap<Sources, Promise<DataFacts | undefined>>();

/** The facts about the data from `Windows`, or from `Recordings` where there are no windows; read once for all sections. */
export function readDataFacts(sources: Sources): Promise<DataFacts | undefined> {
  const facts = read.get(sources) ?? readNow(sources);
  read.set(sources, facts);
  return facts;
}

async function readNow(sources: Sources): Promise<DataFacts | undefined> {
  const windows = sources.list.find((s) => s.type === "Windows");
  const folder = recordingsFolder(sources);
  if (folder === undefined) return undefined;
  const recordings = await readRecordingsIndex(folder);
  if (windows === undefined) return { recordings };
  return { recordings, windows: await readWindowCounts(windows.dir, recordings.labelNames) };
}
