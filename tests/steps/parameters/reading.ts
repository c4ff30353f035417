/** Trials of the steps that read what was recorded or made elsewhere. */
import { gunzipSync, zipSync } from "fflate";
import { encodeNpy } from "../../../lib/artifacts/npy.ts";
import { encodeModel } from "../../../lib/onnx/encode.ts";
import importStep from "../../../lib/steps/import.ts";
import load from "../../../lib/steps/load.ts";
import { rows } from "../../signal/read/read_files.ts";
import { makeCwa } from "../../signal/read/devices/make_device_files.ts";
import deeplabcut from "../../reference/deeplabcut.json" with { type: "json" };
import { analysisFile } from "../../signal/read/pose/analysis_file.ts";
import type { Place } from "../../house/places.ts";
import { onFiles, pair, type Trial, type Tried } from "./trial.ts";

const wave = (i: number, c = 0) => Math.sin(0.3 * i + c).toFixed(4);
/** Three channels and a label for three seconds at 20 Hz. */
const plain = rows(
  "x,y,z,act,who",
  60,
  (i) => `${wave(i)},${wave(i, 1)},${wave(i, 2)},${i < 30 ? "a" : "b"},${i < 30 ? 1 : 2}`,
);
const timed = (ms: (i: number) => number | string, cell = (i: number) => wave(i)) =>
  rows("t,x", 80, (i) => `${ms(i)},${cell(i)}`);
const table = { rate: 20, sensors: { s: ["x", "y", "z"] } };
const one = { rate: 20, sensors: { s: ["x"] } };
const onPlain = (a: unknown, b: unknown, beside: Record<string, unknown> = table) =>
  onFiles({ "p1.csv": plain }, a, b, { path: "*.csv", ...beside });
const onTable = (text: string, a: unknown, b: unknown, beside: Record<string, unknown>, more = {}) =>
  onFiles({ "p1.csv": text, ...more }, a, b, { path: "*", ...beside });

/** Points of a body that walks. */
const body = rows(
  "nose_x,nose_y,ear_x,ear_y,tail_x,tail_y",
  60,
  (i) => [3 + i, wave(i), 2 + i, 1, i, wave(i, 2)].join(),
);

/** A logger's file of so many seconds at 100 Hz, the second of which may be missing. */
const logger = (seconds: number, missing?: number) =>
  makeCwa({
    fractions: true,
    annotation: "_sc=anna",
    blocks: Array.from({ length: seconds }, (_, k) => ({
      begin: Date.UTC(2026, 2, 4, 12) / 1000 + k,
      sequence: k,
      counts: Array.from({ length: 100 }, (_, i) => [Math.round(90 * Math.sin(i / 9 + k)), seconds, 256]),
    })).filter(({ sequence }) => sequence !== missing),
  });
const onLogger = (a: unknown, b: unknown, beside: Record<string, unknown> = {}, more = {}) =>
  onFiles({ "a.cwa": logger(2), ...more }, a, b, { path: "*", ...beside });

const path = "names the files, which are what the other trials differ by";
const sha256 = "a check of a download, which the engine makes: tests/engine/system";
/** Ten seconds at 1 Hz in each of so many directions of a sensor whose x has an offset. */
const turned = (moments: number) =>
  rows("x,y,z", 10 * moments, (i) => {
    const k = Math.floor(i / 10);
    const z = 1 - 2 * ((0.618 * k) % 1);
    const r = Math.sqrt(1 - z * z);
    return [r * Math.cos(2.4 * k) + 0.05, r * Math.sin(2.4 * k), z].map((v) => v.toFixed(5)).join();
  });
const asAcceleration = {
  rate: 1,
  sensors: { s: ["x", "y", "z"] },
  channels: ["acc_x", "acc_y", "acc_z"],
  units: { acc: "g" },
};
const worn = {
  calibrate: onTable(turned(60), false, true, asAcceleration),
  align_gravity: onTable(rows("x,y,z", 60, () => "0.1,0.2,1"), "z", "-x", asAcceleration),
  non_wear: onTable(
    rows("x,y,z", 4000, (i) => i < 3800 ? `0,0,1` : `0,0,${wave(i)}`),
    "keep",
    "gap",
    asAcceleration,
  ),
  days: "sums of what is loaded anyway, told in quality only: tests/signal/worn/prepare_test.ts",
};
const likeTables = reason(Object.keys(worn), "after reading all sources go the same way: the trials of csv");
/** What is told of a rate that nobody knows; the samples stay the same. */
const rate_assumed = "told in quality and notes only: tests/steps/load_test.ts";
const part = {
  keep_labels: onPlain(["a"], ["b"], { ...table, label: "act" }),
  subjects: onPlain(["1"], ["2"], { ...table, subject: "who", min_seconds: 0 }),
  max_seconds: onPlain(1.5, 2),
  gravity: onPlain(true, false),
};
const burst = (cells: string) =>
  rows(cells, 4, (i) => `${wave(i)},${wave(i, 1)},${wave(i, 2)},${wave(i, 3)},20,10`);
const uneven = timed((i) => 50 * i + (i >= 40 ? 400 : 0));

const csv: Record<string, Trial | string> = {
  path,
  sha256,
  ...part,
  ...worn,
  rate_assumed,
  rate: onPlain(20, 25, {}),
  sensors: onPlain({ s: ["x"] }, { s: ["y"] }, { rate: 20 }),
  channels: onPlain(["acc_x", "acc_y", "acc_z"], ["gyr_x", "gyr_y", "gyr_z"]),
  units: onPlain(["g", "g", "g"], ["m/s^2", "m/s^2", "m/s^2"]),
  units_by_file: onPlain([{ files: "p1", units: { x: "g" } }], [{ files: "p1", units: { x: "mg" } }], {
    ...one,
    units: { x: "m/s^2" },
  }),
  label: onPlain("act", "who"),
  label_names: onPlain({ a: "walk" }, { a: "run" }, { ...table, label: "act" }),
  unlabelled: onPlain([], ["a"], { ...table, label: "act" }),
  subject: onPlain("who", "act", { ...table, min_seconds: 0 }),
  session: onPlain("who", "act", { ...table, min_seconds: 0 }),
  metadata: onTable(plain, { files: "list", file: "file" }, { files: "list", file: "other" }, {
    ...one,
    label: { from: "metadata", column: "label" },
  }, {
    "p2.csv": rows("x", 60, (i) => wave(i, 2)),
    "list.csv": "file,other,label\np1.csv,p2.csv,walk\np2.csv,p1.csv,run\n",
  }),
  "bursts.order": onTable(burst("v1,v2,v3,v4,hz,other"), "sample", "channel", {
    rate: 10,
    min_seconds: 0,
    bursts: { columns: ["v1", "v4"], channels: ["x", "y"] },
  }),
  "bursts.columns": onTable(burst("v1,v2,v3,v4,hz,other"), ["v1", "v2"], ["v3", "v4"], {
    rate: 10,
    min_seconds: 0,
    bursts: { channels: ["x", "y"], order: "sample" },
  }),
  "bursts.cell": onTable(
    rows("a,b", 4, (i) => `${wave(i)} ${wave(i, 1)},${wave(i, 2)} ${wave(i, 3)}`),
    "a",
    "b",
    {
      rate: 10,
      min_seconds: 0,
      bursts: { channels: ["x", "y"], order: "sample" },
    },
  ),
  "bursts.channels": onTable(burst("v1,v2,v3,v4,hz,other"), ["x", "y"], ["a", "b"], {
    rate: 10,
    min_seconds: 0,
    bursts: { columns: ["v1", "v4"], order: "sample" },
  }),
  "bursts.rate": onTable(burst("v1,v2,v3,v4,hz,other"), "hz", "other", {
    min_seconds: 0,
    bursts: { columns: ["v1", "v4"], channels: ["x", "y"], order: "sample" },
  }),
  "egocentric.center": onTable(body, ["tail"], ["tail", "ear"], { rate: 20, egocentric: { front: "nose" } }),
  "egocentric.front": onTable(body, "nose", "ear", { rate: 20, egocentric: { center: ["tail"] } }),
  "confidence.columns": onTable(
    rows("nose_x,nose_p,nose_q", 60, (i) => `${wave(i)},${i < 20 ? 0 : 1},${i < 40 ? 1 : 0}`),
    "_p$",
    "_q$",
    { rate: 20, sensors: { nose: ["nose_x"] }, missing: "gap", confidence: { below: 0.5 } },
  ),
  "confidence.below": onTable(rows("nose_x,nose_p", 60, (i) => `${wave(i)},${i < 20 ? 0.4 : 1}`), 0.3, 0.5, {
    rate: 20,
    sensors: { nose: ["nose_x"] },
    missing: "gap",
    confidence: { columns: "_p$" },
  }),
  scale: onPlain(1, 2),
  every: onPlain(20, 30, { ...table, min_seconds: 0 }),
  time: onTable(
    rows("t,u,x", 80, (i) => `${50 * i},${25 * i},${wave(i)}`),
    { column: "t", unit: "ms" },
    { column: "u", unit: "ms" },
    { sensors: { s: ["x"] } },
  ),
  spread: onTable(timed((i) => Math.floor(i / 10) * 500 + i % 10), true, false, {
    ...one,
    time: { column: "t", unit: "ms" },
  }),
  unsorted: onTable(timed((i) => 50 * (i === 40 ? 39 : i === 39 ? 40 : i)), "error", "sort", {
    ...one,
    time: { column: "t", unit: "ms" },
  }),
  missing: onTable(rows("x", 60, (i) => i > 20 && i < 40 ? "nan" : wave(i)), "error", "gap", one),
  missing_values: onTable(rows("x", 60, (i) => i > 20 && i < 40 ? "99" : i === 50 ? "98" : wave(i)), [99], [
    98,
  ], {
    ...one,
    missing: "gap",
  }),
  on_bad: onTable(rows("x", 60, (i) => i === 20 ? "oops" : wave(i)), "error", "gap", {
    ...one,
    missing: "gap",
  }),
  files: onFiles({ "p1.csv": plain, "p2.csv": plain }, "p1", "p2", { path: "*", ...table }),
  max_gap: onTable(uneven, 0.2, 2, { ...one, time: { column: "t", unit: "ms" } }),
  min_seconds: onPlain(1, 10),
  short: onFiles(
    { "p1.csv": plain, "p2.csv": rows("x,y,z,act,who", 5, () => "1,2,3,a,1") },
    "error",
    "skip",
    {
      path: "*",
      ...table,
    },
  ),
};

const npy = encodeNpy(Float32Array.from({ length: 60 * 2 }, (_, i) => Math.sin(i)), [60, 2]);
const other = encodeNpy(Float32Array.from({ length: 60 * 2 }, (_, i) => Math.cos(i)), [60, 2]);
const flat = encodeNpy(Float32Array.from({ length: 60 * 2 }, (_, i) => i > 40 && i < 80 ? 99 : Math.sin(i)), [
  60,
  2,
]);
const workbook = Deno.readFileSync(new URL("../../reference/sheets.xlsx", import.meta.url));
const npz = zipSync({
  "a.npy": encodeNpy(Float32Array.from({ length: 60 * 2 }, (_, i) => Math.cos(i)), [60, 2]),
  "b.npy": encodeNpy(Float32Array.from({ length: 60 * 2 }, (_, i) => Math.sin(i)), [60, 2]),
  "la.npy": encodeNpy(Int32Array.from({ length: 60 }, (_, i) => i < 30 ? 0 : 1)),
  "lb.npy": encodeNpy(Int32Array.from({ length: 60 }, (_, i) => i < 20 ? 0 : 1)),
  "ta.npy": encodeNpy(Float64Array.from({ length: 60 }, (_, i) => i / 20)),
  "tb.npy": encodeNpy(Float64Array.from({ length: 60 }, (_, i) => i / 25)),
});
const lost = encodeNpy(
  Float32Array.from({ length: 60 * 2 }, (_, i) => i > 40 && i < 80 ? NaN : Math.sin(i)),
  [60, 2],
);
const marked = encodeNpy(Int32Array.from({ length: 60 }, (_, i) => Math.floor(i / 30)));
const points = await analysisFile(
  ["female", "male"],
  (a, p, t) => a === 0 && p === 1 && (t === 3 || t === 4),
);
const onPoints = (a: unknown, b: unknown, beside = {}) =>
  onFiles({ "m.h5": points }, a, b, { path: "*", rate: 20, ...beside });
/** Two individuals; of the first a point is lost in two frames. */
const individuals = gunzipSync(Uint8Array.fromBase64(deeplabcut.files.lost.file));
const onIndividuals = (a: unknown, b: unknown, beside = {}) =>
  onFiles({ "m.h5": individuals }, a, b, { path: "*", rate: 20, ...beside });
/** One animal in each, and two lists of what it does. */
const videos = {
  sleap: await analysisFile(["one"], () => false),
  deeplabcut: gunzipSync(Uint8Array.fromBase64(deeplabcut.files.table.file)),
};
const done = "start,end,label,begins,ends,does,video,whose";
const onVideo = (source: keyof typeof videos) => (a: unknown, b: unknown, own: object = {}, beside = {}) => {
  const lists = {
    "m_a.csv": `${done}\n0,0.1,run,0.1,0.15,rest,m,n\n`,
    "m_b.csv": `${done}\n0,0.2,run,0.1,0.15,rest,m,n\n`,
  };
  const label = { from: "intervals", files: "_a", ...own };
  return onFiles({ "m.h5": videos[source], ...lists }, a, b, {
    path: "*.{h5,csv}",
    rate: 20,
    label,
    ...beside,
  });
};
const videoLabels = (source: keyof typeof videos) => {
  const on = onVideo(source);
  const several = { "m.h5": videos[source], "n.h5": videos[source] };
  return {
    ...reason(["label.from"], "intervals are all that it may say"),
    "label.files": on("_a", "_b"),
    "label.start": on("start", "begins"),
    "label.end": on("end", "ends"),
    "label.label": on("label", "does"),
    "label.file": onFiles(
      { ...several, "all_a.csv": `${done}\n0,0.1,run,0.1,0.15,rest,m,n\n` },
      "video",
      "whose",
      {
        path: "*.{h5,csv}",
        rate: 20,
        subject: { from: "filename", pattern: "(.)" },
        label: { from: "intervals", files: "_a" },
      },
    ),
    "label.unit": on(1, 2),
    label_names: on({ run: "walk" }, { run: "trot" }),
    unlabelled: on([], ["run"]),
    keep_labels: on(["run"], ["rest"], { files: "_[ab]", label: "label" }),
  };
};
const onNpy = (a: unknown, b: unknown, beside = {}, array = npy) =>
  onFiles({ "p1_a.npy": array, "p1_a.labels.npy": marked }, a, b, { path: "*", rate: 20, ...beside });

const published =
  "the same code selects in every source: the trials of csv, and tests/signal/read/real_data_test.ts";

/** An encoder of `[N, 2, 1, 3]` with three outputs. */
const encoder = encodeModel({
  name: "g",
  nodes: ["a", "b", "c"].map((name) => ({
    name,
    op: { a: "ReduceMean", b: "ReduceMax", c: "ReduceMin" }[name]!,
    inputs: ["x"],
    outputs: [name],
    attributes: { axes: [2, 3], keepdims: 0 },
  })),
  initializers: [],
  inputs: [{ name: "x", type: "float32", shape: ["N", 2, 1, 3] }],
  outputs: ["a", "b", "c"].map((name) => ({ name, type: "float32" as const, shape: ["N", 2] })),
  values: [],
}, { opset: 13, irVersion: 8, producer: "test", metadata: {} });
const onModel = (a: unknown, b: unknown, beside = {}) =>
  onFiles({ "e.onnx": encoder }, a, b, {
    path: "e.onnx",
    sensors: ["hip"],
    channels: ["u", "v"],
    latent: "a",
    ...beside,
  });

const arrays = encodeNpy(Float32Array.from({ length: 4 * 6 * 2 }, (_, i) => Math.sin(i)), [4, 6, 2]);
const beside = {
  "y.csv": "label\na\na\nb\nb\n",
  "w.csv": "label\na\nb\na\nb\n",
  "g.csv": "who\n1\n1\n2\n2\n",
  "h.csv": "who\n1\n2\n1\n2\n",
};
const onArrays = (a: unknown, b: unknown, more = {}) => {
  const trial = onFiles({ "X.npy": arrays, ...beside }, a, b, {
    path: "X.npy",
    rate: 20,
    labels: "y.csv",
    groups: "g.csv",
    ...more,
  });
  return trial;
};
const cubes = zipSync({
  "a.npy": arrays,
  "b.npy": encodeNpy(Float32Array.from({ length: 4 * 6 * 2 }, (_, i) => Math.cos(i)), [4, 6, 2]),
  "la.npy": encodeNpy(Int32Array.of(0, 0, 1, 1)),
  "lb.npy": encodeNpy(Int32Array.of(0, 1, 0, 1)),
});
const onCubes = (a: unknown, b: unknown, more: object) =>
  onFiles({ "w.npz": cubes }, a, b, { path: "w.npz", rate: 20, ...more });
const matrix = "0.5,-1\n2,0.25\n3,-4\n";
const onMatrix = (a: unknown, b: unknown, more = {}) =>
  onFiles({ "z.csv": `a,b\n${matrix}`, "l.csv": `a,b\n${matrix}`, "m.csv": "a,b\n1,2\n3,4\n5,6\n" }, a, b, {
    path: "z.csv",
    ...more,
  });

const prefixed = (prefix: string, trials: Record<string, Trial | Place | string>) =>
  Object.fromEntries(Object.entries(trials).map(([name, trial]) => [`${prefix}/${name}`, trial]));
function reason(names: string[], why: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, why]));
}

export const tried: Tried[] = [
  {
    step: load,
    inputs: () => ({}),
    trials: {
      ...prefixed("simulate", {
        subjects: pair(1, 2, { minutes: 1 }),
        minutes: pair(1, 2, { subjects: 1 }),
        rate: pair(25, 50, { subjects: 1, minutes: 1 }),
        difference: pair(0, 1, { subjects: 2, minutes: 1 }),
        seed: pair(1, 2, { subjects: 1, minutes: 1 }),
        keep_labels: pair(["standing"], ["lying"], { subjects: 1, minutes: 1 }),
      }),
      ...prefixed("csv", {
        ...csv,
        decimal: onTable(rows("x;y", 60, (i) => `${i + 1},125;${wave(i)}`), ",", ".", {
          rate: 20,
          sensors: { s: ["x"] },
          thousands: "blank",
        }),
        thousands: onTable(rows("x;y", 60, (i) => `${i + 1},125;1`), ",", ".", {
          rate: 20,
          sensors: { s: ["x"] },
        }),
        columns: onTable(rows("x,y,z", 60, (i) => `${wave(i)},${wave(i + 9)}`), ["x", "y"], ["y", "x"], {
          rate: 20,
          sensors: { s: ["x"] },
        }),
        lines: onTable(
          rows("", 120, (i) => `${i % 2 === 0 ? "a" : "b"},${wave(i)},${wave(i + 9)}`),
          "^a,",
          "^b,",
          { rate: 20, sensors: { s: [2] } },
        ),
        encoding: onFiles(
          {
            "p1.csv": Uint8Array.from(rows("x,who", 60, (i) => `${wave(i)},J\u00f6`), (c) => c.charCodeAt(0)),
          },
          "windows-1252",
          "windows-1251",
          { path: "*", ...one, subject: "who" },
        ),
        incomplete: onFiles(
          { "p1_a.csv": plain, "p1_b.csv": plain, "p2_a.csv": plain },
          "skip",
          "gap",
          {
            path: "*",
            rate: 20,
            sensors: { a: { files: "_a", columns: ["x"] }, b: { files: "_b", columns: ["x"] } },
          },
        ),
      }),
      ...prefixed(
        "parquet",
        reason(Object.keys(csv), "tables of both kinds go the same way: the trials of csv"),
      ),
      ...prefixed("excel", {
        ...reason(
          [...Object.keys(csv), "sensors", "incomplete"],
          "tables of all kinds go the same way: the trials of csv",
        ),
        sheet: onFiles({ "a.xlsx": workbook }, "Trial 1", "Notes", {
          path: "a.xlsx",
          rate: 50,
          missing: "gap",
          sensors: { imu: ["acc_x", "acc_y"] },
        }),
      }),
      ...prefixed(
        "json",
        reason(
          [...Object.keys(csv), "sensors", "incomplete"],
          "tables of all kinds go the same way: the trials of csv",
        ),
      ),
      ...prefixed("npy", {
        path,
        sha256,
        ...likeTables,
        rate_assumed,
        array: onFiles({ "a.npz": npz }, "a", "b", { path: "a.npz", rate: 20 }),
        label_array: onFiles({ "a.npz": npz }, "la", "lb", { path: "a.npz", rate: 20, array: "a" }),
        time_array: onFiles({ "a.npz": npz }, "ta", "tb", { path: "a.npz", rate: 20, array: "a" }),
        time_unit: onFiles({ "a.npz": npz }, "s", "ms", {
          path: "a.npz",
          rate: 20,
          array: "a",
          time_array: "ta",
        }),
        rate: onNpy(20, 25),
        sensors: onNpy(["hip"], ["wrist"]),
        channels: onNpy(["a", "b"], ["c", "d"]),
        units: onNpy(["g", "g"], ["mg", "mg"]),
        labels: onNpy(["sit", "walk"], ["walk", "sit"]),
        subject: onNpy({ from: "constant", value: "ann" }, { from: "constant", value: "bob" }),
        missing: onNpy("error", "gap", {}, lost),
        missing_values: onNpy([99], [98], { missing: "gap" }, flat),
        on_bad: onFiles({ "a.npy": npy, "b.npy": "no array" }, "error", "skip", { path: "*", rate: 20 }),
        scale: onNpy(1, 2),
        max_gap: onNpy(0.2, 5, { missing: "gap" }, lost),
        gravity: onNpy(true, false, { channels: ["x", "y"] }),
        keep_labels: onNpy(["0"], ["1"]),
        subjects: onFiles({ "p1.npy": npy, "p2.npy": other }, ["p1"], ["p2"], {
          path: "*",
          rate: 20,
          subject: { from: "filename", pattern: "(p\\d)" },
        }),
        max_seconds: onNpy(1, 2),
      }),
      ...prefixed("sleap", {
        path,
        sha256,
        rate_assumed,
        ...videoLabels("sleap"),
        rate: onPoints(20, 25),
        subject: onPoints({ from: "constant", value: "ann" }, { from: "constant", value: "bob" }),
        min_score: onPoints(0.1, 0.5),
        max_gap: onPoints(0.1, 1, { min_score: 0.5 }),
        "egocentric.center": onPoints(["tail"], ["tail", "nose"], { egocentric: { front: "nose" } }),
        "egocentric.front": onPoints("nose", "tail", { egocentric: { center: ["nose", "tail"] } }),
        subjects: onPoints(["m female"], ["m male"]),
        max_seconds: onPoints(0.1, 0.2),
      }),
      ...prefixed("deeplabcut", {
        path,
        sha256,
        rate_assumed,
        ...videoLabels("deeplabcut"),
        rate: onIndividuals(20, 25),
        subject: onIndividuals({ from: "constant", value: "ann" }, { from: "constant", value: "bob" }),
        min_likelihood: onIndividuals(0.05, 0.4),
        max_gap: onIndividuals(0.05, 1),
        "egocentric.center": onIndividuals(["tail"], ["tail", "nose"], { egocentric: { front: "nose" } }),
        "egocentric.front": onIndividuals("nose", "tail", { egocentric: { center: ["nose", "tail"] } }),
        subjects: onIndividuals(["m m1"], ["m m2"]),
        max_seconds: onIndividuals(0.1, 0.2),
      }),
      ...prefixed("device", {
        path,
        sha256,
        ...likeTables,
        sensor: onLogger("hip", "wrist"),
        sensors: onLogger(
          { a: { files: "_a" }, b: { files: "_b" } },
          { b: { files: "_b" }, a: { files: "_a" } },
          {},
          {
            "a.cwa": logger(3),
            "p1_a.cwa": logger(3),
            "p1_b.cwa": logger(4),
          },
        ),
        align: onLogger(
          { by: "events", files: "_taps", times: "relative" },
          { by: "events", files: "_taps", times: "relative", unit: 0.5 },
          { sensors: { a: { files: "_a" }, b: { files: "_b" } } },
          {
            "p1_a.cwa": logger(3),
            "p1_b.cwa": logger(4),
            "p1_taps.csv": "a,b\n0.5,0.9\n1,1.4\n",
          },
        ),
        rate: onLogger(100, 50),
        label: onLogger({ from: "constant", value: "a" }, { from: "constant", value: "b" }),
        label_names: onLogger({ a: "walk" }, { a: "run" }, { label: { from: "constant", value: "a" } }),
        unlabelled: onLogger([], ["a"], { label: { from: "constant", value: "a" } }),
        subject: onLogger({ from: "header" }, { from: "constant", value: "bob" }),
        metadata: onLogger({ files: "list", file: "file" }, { files: "list", file: "other" }, {
          label: { from: "metadata", column: "label" },
        }, { "b.cwa": logger(2), "list.csv": "file,other,label\na.cwa,b.cwa,walk\nb.cwa,a.cwa,run\n" }),
        files: onLogger("a", "b", {}, { "b.cwa": logger(2) }),
        on_bad: onLogger("error", "skip", {}, { "b.cwa": "none" }),
        max_gap: onLogger(0.2, 5, {}, { "a.cwa": logger(3, 1) }),
        min_seconds: onLogger(1, 3),
        short: onLogger("error", "skip", { min_seconds: 2.5 }, { "b.cwa": logger(3) }),
        gravity: onLogger(true, false),
        keep_labels: onLogger(["a"], ["b"], { label: { from: "filename", pattern: "([ab])" } }, {
          "b.cwa": logger(2),
        }),
        subjects: onLogger(["a"], ["b"], { subject: { from: "filename", pattern: "([ab])" } }, {
          "b.cwa": logger(3),
        }),
        max_seconds: onLogger(1, 1.5),
      }),
      ...prefixed("hapt", {
        path,
        sha256,
        ...reason(["gravity", "align_gravity", "keep_labels", "subjects", "max_seconds"], published),
      }),
      ...prefixed("sp-sw-har", {
        path,
        sha256,
        ...reason(
          ["rate", "max_gap", "gravity", "align_gravity", "keep_labels", "subjects", "max_seconds"],
          published,
        ),
      }),
      ...prefixed("umafall", {
        path,
        sha256,
        ...reason(["places", "keep_labels", "subjects", "max_seconds"], published),
      }),
    },
  },
  {
    step: importStep,
    inputs: () => ({}),
    trials: {
      ...prefixed("latents", {
        path: onMatrix("z.csv", "m.csv", {}),
        sha256,
        logits: onMatrix("l.csv", "m.csv", { classes: ["a", "b"] }),
        classes: onMatrix(["a", "b"], ["c", "d"], { logits: "l.csv" }),
      }),
      ...prefixed("codes", {
        path,
        sha256,
        levels: onFiles({ "c.csv": "code\n3\n5\n5\n" }, [4, 4], [5, 5], { path: "c.csv" }),
      }),
      ...prefixed("labels", { path, sha256 }),
      ...prefixed("windows", {
        path,
        sha256,
        labels: onArrays("y.csv", "w.csv"),
        groups: onArrays("g.csv", "h.csv"),
        rate_assumed,
        rate: onArrays(20, 25),
        order: onArrays("time-channels", "channels-time"),
        sensors: onArrays(["hip"], ["hip", "wrist"]),
        channels: onArrays(["u", "v"], ["x", "y"]),
        units: onArrays(["g", "g"], ["mg", "mg"]),
        classes: onArrays({ a: "sit", b: "lie" }, { a: "run", b: "lie" }),
        array: onCubes("a", "b", {}),
        label_array: onCubes("la", "lb", { array: "a" }),
        group_array: onCubes("la", "lb", { array: "a" }),
      }),
      ...prefixed("model", {
        path,
        sha256,
        external_data: {
          file: "tests/steps/import_test.ts",
          name: "import finds weights that lie beside a model, under the usual name or the one that is given",
        },
        input: onModel("x", "y"),
        layout: onModel("NCST", "N(CS)1T"),
        length: {
          file: "tests/onnx/imported_encoder_test.ts",
          name: "importEncoder() takes open dimensions from what is known of the windows, or asks",
        },
        latent: onModel("a", "b"),
        logits: onModel("b", "c", { latent: "a", labels: ["c", "d"] }),
        labels: onModel(["c", "d"], ["e", "f"], { logits: "b" }),
        levels: onModel([5, 5], [4, 4]),
        "scaler.center": onModel([[1, 2]], [[3, 4]], { scaler: { scale: [[1, 1]] } }),
        "scaler.scale": onModel([[1, 2]], [[3, 4]], { scaler: { center: [[1, 1]] } }),
        sensors: onModel(["hip"], ["wrist"]),
        channels: onModel(["u", "v"], ["x", "y"]),
        units: onModel(["g", "g"], ["mg", "mg"]),
        rate: onModel(0, 20),
        temperature: onModel(1, 2),
      }),
    },
  },
];
