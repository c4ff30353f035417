/** What a report needs to know of its data. */
import { readNpy } from "../artifacts/npy.ts";
import type { Recordings } from "../artifacts/recordings.ts";
import type { Sources } from "./sources.ts";
import { join } from "node:path";

/** The index of a data set: what is known of its recordings without their signals. */
export type RecordingsIndex = Omit<Recordings, "recordings"> & {
  recordings: Omit<Recordings["recordings"][number], "data" | "labels">[];
};

/** What a report needs of the data: the index and the window labels, never the signals. */
export interface DataFacts {
  recordings: RecordingsIndex;
  windows?: { labels: Int32Array; purity: Float32Array; length: number; hop: number; context: number };
}

/** Folder of the recordings: of `Windows`, or of `Recordings` where there are no windows. */
function recordingsFolder(sources: Sources): string | undefined {
  const windows = sources.list.find((s) => s.type === "Windows");
  if (windows !== undefined) return join(windows.dir, "recordings");
  return sources.list.find((s) => s.type === "Recordings")?.dir;
}

/** Labelled stretches of one recording, in seconds; empty without labels. */
export async function readLabelStretches(sources: Sources, id: string) {
  const stretches: { start: number; end: number; name: string }[] = [];
  const folder = recordingsFolder(sources);
  if (folder === undefined) return stretches;
  const { rate, labelNames, recordings }: RecordingsIndex = JSON.parse(
    await Deno.readTextFile(join(folder, "recordings.json")),
  );
  if (!recordings.some((r) => r.id === id)) return stretches;
  const { data: labels } = await readNpy(join(folder, `${id}.labels.npy`), Int32Array);
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

/** Reads the facts about the data from `Windows`, or from `Recordings` where there are no windows. */
export async function readDataFacts(sources: Sources): Promise<DataFacts | undefined> {
  const windows = sources.list.find((s) => s.type === "Windows");
  const folder = recordingsFolder(sources);
  if (folder === undefined) return undefined;
  const recordings: RecordingsIndex = JSON.parse(await Deno.readTextFile(join(folder, "recordings.json")));
  if (windows === undefined) return { recordings };
  const { meta } = JSON.parse(await Deno.readTextFile(join(windows.dir, "artifact.json")));
  return {
    recordings,
    windows: {
      labels: (await readNpy(join(windows.dir, "labels.npy"), Int32Array)).data,
      purity: (await readNpy(join(windows.dir, "purity.npy"), Float32Array)).data,
      length: meta.length,
      hop: meta.hop,
      context: meta.context ?? 0,
    },
  };
}
