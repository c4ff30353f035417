/** Behaviours: smoothed motif timelines per recording, and their bouts. */
import { join } from "../path.ts";
import { z } from "zod";
import type { ArtifactType, Json, Origin } from "./artifact.ts";
import { readHeader, writeHeader } from "./artifact.ts";
import { readNpy, readNpyRows, writeNpy } from "./npy.ts";
import { freeObject, objectOf, readJson, rowsOf } from "./read_json.ts";
import { type FittedHsmm, hsmmSchema, rulesSchema, type SmoothingRules } from "./smoothing.ts";
import { type Transitions, transitionsSchema, type Usage, usageSchema } from "./smoothing.ts";
import { writeJsonRows } from "./write_json.ts";

/** A stretch of one label in one recording. Times in seconds from the recording's start. */
export interface Bout {
  recording: string;
  subject: string;
  /** Behaviour id, −1 for unassigned (noise, gaps, samples that no window covers). */
  label: number;
  start: number;
  end: number;
  duration: number;
  /** The bout touches the start or end of the recording or of a gap, so its true length is unknown. */
  censoredLeft: boolean;
  censoredRight: boolean;
}

export interface Behaviours {
  /** int32 `[N]`: smoothed label by window. */
  labels: Int32Array;
  /** Behaviour names by id; `motif 3` until a name is given or found from labels. */
  names: string[];
  /** Colour `#rrggbb` and note of each behaviour, where a names file gave them. */
  colors?: (string | null)[];
  notes?: (string | null)[];
  /** Fingerprint of the fit that the numbers belong to; absent where labels were made elsewhere. */
  fit?: string;
  /** Durations of a recording's bouts add up to its length exactly. */
  bouts: Bout[];
  /** The recordings, with what a list of files or people says of them: what groups are told by. */
  recordings?: { id: string; subject: string; facts?: Record<string, string | number> }[];
  /** Windows per second: rate / hop. */
  predictionRate: number;
  origin: Extract<Origin, "measured" | "simulated">;
  /** Each behaviour's most frequent true label, where there are labels. */
  dictionary: { id: number; name: string; label: string | null; purity: number | null; windows: number }[];
  /** The shortest bout asked for, in predictions. */
  minDwellPredictions?: number;
  /** Settings, where labels were smoothed by rules. */
  rules?: SmoothingRules;
  /** The model, where labels were smoothed by a hidden semi-Markov model. */
  hsmm?: FittedHsmm;
  /** How behaviours follow each other. */
  transitions?: Transitions;
  /** How much each is used; by id. */
  usage?: Usage[];
  /** For people: method, what each stage changed, how the fit went. */
  details: { [key: string]: Json };
  warnings: string[];
  /** `windows.csv`, one row per window, in pieces: written for people and other tools, never read back. */
  windowTable?: Iterable<Uint8Array>;
  /** `names.yaml`, a names file of these behaviours to edit: written for people, never read back. */
  namesFile?: string;
}

const number = z.number();
const behavioursSchema = () =>
  objectOf<Omit<Behaviours, "labels" | "windowTable" | "namesFile">>({
    names: z.array(z.string()),
    colors: z.array(z.string().nullable()).optional(),
    notes: z.array(z.string().nullable()).optional(),
    fit: z.string().optional(),
    bouts: rowsOf(objectOf<Bout>({
      recording: z.string(),
      subject: z.string(),
      label: z.int().min(-1),
      start: number,
      end: number,
      duration: number,
      censoredLeft: z.boolean(),
      censoredRight: z.boolean(),
    })),
    recordings: z.array(z.object({
      id: z.string(),
      subject: z.string(),
      facts: z.record(z.string(), z.union([z.string(), number])).optional(),
    })).optional(),
    predictionRate: number,
    origin: z.enum(["measured", "simulated"]),
    dictionary: z.array(z.object({
      id: number,
      name: z.string(),
      label: z.string().nullable(),
      purity: number.nullable(),
      windows: number,
    })),
    minDwellPredictions: z.int().min(1).optional(),
    rules: rulesSchema().optional(),
    hsmm: hsmmSchema().optional(),
    transitions: transitionsSchema().optional(),
    usage: z.array(usageSchema()).optional(),
    details: freeObject,
    warnings: z.array(z.string()),
  });

const columns = [
  "recording",
  "subject",
  "label",
  "name",
  "start_s",
  "end_s",
  "duration_s",
  "censored_left",
  "censored_right",
];

/** A head and the lines of some rows after others: the text of all would take as much memory as the rows. */
function* pieces<T>(head: string, rows: readonly T[], lines: (rows: readonly T[]) => string) {
  const encoder = new TextEncoder();
  yield encoder.encode(head);
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    yield encoder.encode(lines(rows.slice(from, from + rowsAtOnce)));
  }
}

const rowsAtOnce = 10_000;

/** Files: `labels.npy`, `bouts.csv`, `timeline/<id>.csv` (one row per bout), `behaviours.json`, `windows.csv`, `names.yaml`. */
export const Behaviours: ArtifactType<Behaviours> = {
  name: "Behaviours",
  version: 2,
  summary: "Behaviour timelines and bouts per recording",
  async write(dir, { labels, bouts, windowTable, namesFile, ...json }) {
    if (namesFile !== undefined) await Deno.writeTextFile(join(dir, "names.yaml"), namesFile);
    if (windowTable !== undefined) {
      await Deno.writeFile(join(dir, "windows.csv"), ReadableStream.from(windowTable));
    }
    await writeNpy(join(dir, "labels.npy"), labels);
    const quote = (s: string) => /[",\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s;
    const row = (b: Bout) =>
      [
        quote(b.recording),
        quote(b.subject),
        b.label,
        quote(b.label < 0 ? "unassigned" : json.names[b.label]!),
        b.start,
        b.end,
        b.duration,
        b.censoredLeft,
        b.censoredRight,
      ].join(",");
    const lines = (rows: readonly Bout[]) => rows.map((bout) => row(bout) + "\n").join("");
    const head = columns.join(",") + "\n";
    await Deno.writeFile(join(dir, "bouts.csv"), ReadableStream.from(pieces(head, bouts, lines)));
    await Deno.mkdir(join(dir, "timeline"));
    for (const [id, rows] of Map.groupBy(bouts, (b) => b.recording)) {
      // Waiting for each of thousands of short files takes longer than writing it.
      Deno.writeTextFileSync(join(dir, "timeline", `${id}.csv`), head + lines(rows));
    }
    await writeJsonRows(dir, "behaviours.json", json, "bouts", bouts, behavioursSchema, "Behaviours");
    await writeHeader(dir, {
      type: "Behaviours",
      version: 2,
      meta: { windows: labels.length, behaviours: json.names.length, origin: json.origin },
    });
  },
  shards: "whole",
  async read(dir) {
    await readHeader(dir, "Behaviours", 2);
    const labels = (await readNpy(join(dir, "labels.npy"), Int32Array, [null])).data;
    return { labels, ...await readJson(dir, "behaviours.json", behavioursSchema, "Behaviours") };
  },
};

/** What behaviours are without the label of each window, and how many windows they are of. */
export type BehaviourFacts = Omit<Behaviours, "labels" | "windowTable" | "namesFile"> & { windows: number };

/** Reads the Behaviours in a folder but for their labels. */
export const BehaviourFacts: Pick<ArtifactType<BehaviourFacts>, "name" | "read"> = {
  name: "Behaviours",
  async read(dir) {
    await readHeader(dir, "Behaviours", 2);
    const windows = readNpyRows(join(dir, "labels.npy"), Int32Array, [], 0, 0).rows;
    return { windows, ...await readJson(dir, "behaviours.json", behavioursSchema, "Behaviours") };
  },
};
