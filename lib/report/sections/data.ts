/** What the report rests on: recordings, windows, split. */
import { join } from "node:path";
import { readNpy } from "../../artifacts/npy.ts";
import { Part, Split } from "../../artifacts/split.ts";
import type { Recordings } from "../../artifacts/recordings.ts";
import { count, draw, Figure, labelMargin, number, percent, Plot } from "../plot.ts";
import type { Sources } from "../sources.ts";
import { absent, facts, type Fragment, note, stack, table } from "../table.ts";

type RecordingsIndex = Omit<Recordings, "recordings"> & {
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

/** The data set: source, size, sensors, and the windows by class. */
export async function dataSection(sources: Sources): Promise<Fragment> {
  const data = await readDataFacts(sources);
  if (data === undefined) return absent("No recordings or windows are connected to this report.");
  const { recordings: set, windows } = data;
  const subjects = new Set(set.recordings.map((r) => r.subject)).size;
  const seconds = set.recordings.reduce((sum, r) => sum + r.samples, 0) / set.rate;
  const gaps = set.recordings.reduce((sum, r) => sum + r.gaps.length, 0);
  const channels = set.channels.map((name, i) => set.units[i] ? `${name} (${set.units[i]})` : name);
  return stack(
    facts({
      Source: set.source.name,
      Origin: set.origin,
      Citation: set.source.citation,
      Licence: set.source.licence,
      Recordings:
        `${count(set.recordings.length)} of ${count(subjects)} subjects, ${number(seconds / 3600)} h at ${
          number(set.rate)
        } Hz` +
        (gaps > 0 ? `, ${gaps} gaps` : ""),
      Sensors: `${set.sensors.join(", ")}: ${channels.join(", ")}`,
      Windows: windows &&
        `${count(windows.labels.length)} of ${windows.length} samples (${
            number(windows.length / set.rate)
          } s), one every ` +
          `${windows.hop} samples (${number(windows.hop / set.rate)} s)` +
          (windows.context > 0
            ? `; the model also sees ${number(windows.context / set.rate)} s on either side`
            : ""),
    }),
    windows && set.labelNames.length > 0 && classBalance(set, windows.labels),
  );
}

function classBalance(set: RecordingsIndex, labels: Int32Array): Figure {
  const counts = new Float64Array(set.labelNames.length);
  let unlabelled = 0;
  for (const label of labels) {
    if (label < 0) unlabelled++;
    else counts[label]++;
  }
  const rows = set.labelNames.map((name, id) => ({ name, id, n: counts[id] }));
  const labelled = labels.length - unlabelled;
  const svg = draw("Windows by class", {
    height: 44 + rows.length * 22,
    marginLeft: labelMargin(set.labelNames),
    marginRight: 110,
    marginTop: 8,
    marginBottom: 36,
    x: { label: "windows", grid: true, labelAnchor: "center", labelArrow: "none" },
    y: { type: "band", domain: set.labelNames, label: null, tickSize: 0, padding: 0.25 },
    marks: [
      Plot.barX(rows, { x: "n", y: "name", fill: "#4f7f8b" }),
      Plot.text(rows, {
        x: "n",
        y: "name",
        text: (r) => `${count(r.n)} (${percent(r.n / (labelled || 1))})`,
        textAnchor: "start",
        dx: 5,
      }),
      Plot.ruleX([0]),
    ],
  });
  return new Figure({
    title: "Windows by class",
    caption: `Majority label of each window's samples. ${count(unlabelled)} windows are unlabelled.`,
    provenance: { n: labelled, of: "labelled windows", origin: set.origin },
  }, svg);
}

/** How training and test are kept apart. */
export async function splitSection(sources: Sources): Promise<Fragment> {
  const splits = await sources.all(Split);
  if (splits.length === 0) return absent("No split is connected to this report.");
  const rows = splits.map(({ value, cell }) => {
    const windows = (part: number) => value.part.reduce((n, p) => n + (p === part ? 1 : 0), 0);
    const text = (name: "train" | "validation" | "test") => {
      const groups = value.groups[name];
      return `${count(windows(Part[name]))} (${groups.length})`;
    };
    return [
      Object.values(cell).join(", ") || value.rule,
      text("train"),
      text("validation"),
      text("test"),
      count(windows(Part.unused)),
      value.groups.test.slice(0, 12).join(", ") + (value.groups.test.length > 12 ? ", …" : ""),
    ];
  });
  const leaking = splits.filter(({ value }) => value.leaks);
  const rule = splits.length > 1 ? `Rule: ${splits[0].value.rule}; one row per cell. ` : "";
  return stack(
    table(["split", "train", "validation", "test", "unused", "test groups"], rows),
    note(
      `${rule}Windows, and in brackets the number of subjects (or time blocks). Scaler, network, temperature and clusters are fitted on the training part only.`,
    ),
    leaking.length > 0 &&
      note(
        "This split shares subjects or overlapping samples between training and test: scores are too high to generalise.",
        "warning",
      ),
  );
}
