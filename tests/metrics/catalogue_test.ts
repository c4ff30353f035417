import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Metric, Metrics } from "../../lib/artifacts/metrics.ts";
import { benchmarkMetrics, notMeasured, rowsOf } from "../../lib/device/benchmark_report.ts";
import {
  catalogue,
  groupMetrics,
  headlines,
  headlinesFirst,
  judgedTogether,
  kindOf,
  metricOf,
  titleOf,
  unlisted,
  withReferences,
} from "../../lib/metrics/catalogue.ts";
import { compareGroups } from "../../lib/metrics/groups/compare_groups.ts";
import { besideTwin } from "../../lib/metrics/compare/twin.ts";
import { monitor } from "../../lib/metrics/drift/monitor.ts";
import { withGates } from "../../lib/metrics/gates.ts";
import { judgeClusterings } from "../../lib/metrics/scores/judge_clusterings.ts";
import { judgeFewLabels } from "../../lib/metrics/scores/judge_few_labels.ts";
import { judge } from "../../lib/metrics/scores/judged.ts";
import { judgeInt8 } from "../../lib/metrics/scores/judge_int8.ts";
import { judgeNoise } from "../../lib/metrics/scores/judge_noise.ts";
import { judgeTraining } from "../../lib/metrics/scores/judge_training.ts";
import { validate } from "../../lib/metrics/scores/validate.ts";
import { Random } from "../../lib/random.ts";
import selectLevels from "../../lib/steps/select_levels.ts";
import smooth from "../../lib/steps/smooth.ts";
import type { Behaviours } from "../../lib/artifacts/behaviours.ts";
import { sampleModel } from "../model/sample_model.ts";
import { runStep } from "../steps/run_step.ts";
import { int8File } from "./scores/int8_file.ts";
import {
  judgementCodes,
  judgementLatents,
  judgementMotifs,
  judgementSplit,
  judgementWindows,
} from "../steps/judgement_fixtures.ts";

const metric = (value: number | null, extra: Partial<Metric> = {}): Metric => ({
  value,
  n: 10,
  of: "windows",
  origin: "measured",
  ...extra,
});

/** All that the judges of lib write when they are given everything. */
async function written(): Promise<Record<string, Metric>> {
  const windows = judgementWindows();
  const split = judgementSplit(windows);
  const motifs = judgementMotifs(windows);
  motifs.stability = { n: 5, ari: [], median: 0.9, min: 0.8, max: 1, stable: 3, jaccard: [1, 1, 1] };
  const judged = {
    windows,
    split,
    latents: judgementLatents(windows),
    codes: judgementCodes(windows),
    motifs,
  };
  // Two dimensions as the codes have, and more points than motifs: what distortion and refits need.
  judged.latents.latents = new Float32Array(2 * windows.labels.length);
  judged.latents.dimensions = 2;
  motifs.points = motifs.points.map((label, i) => 2 * label + i % 2);
  motifs.pointValues = Float64Array.of(-1.1, -1, 0, 0.1, 1, 1.1);
  motifs.posterior = Float32Array.from({ length: 18 }, (_, i) => i % 3 === i / 6 >> 0 ? 0.8 : 0.1);
  const { outputs } = await runStep(smooth, judged);
  const epoch = { learningRate: 1e-3, loss: 1, accuracy: 0.9, validationLoss: 1, validationAccuracy: 0.9 };
  const model = {
    ...sampleModel(),
    history: [{ ...epoch, epoch: 1, perplexity: 3 }],
    health: { n: 5, collapsedEpochs: [], dimensions: [] },
    bestEpoch: 1,
  };
  const neighbors = { n: 4, correlations: [0.9, 0.5] };
  const discovery = { teachers: 1, persistence: [0.9, 0.5], centered: "recording" as const, neighbors };
  const sample = (mode: "back-to-back" | "paced") => ({
    mode,
    launch: 1,
    n: 9,
    warmup: 0,
    samples: new Float64Array(36).fill(1e6),
  });
  const benchmark = benchmarkMetrics({
    ...notMeasured("local", "failed", "NO_HEF", "x"),
    endToEnd: rowsOf([sample("back-to-back"), sample("paced")]),
  });
  const validated = validate(
    { ...judged, model, behaviours: outputs.behaviours as Behaviours, further: benchmark.metrics },
    "test",
    new Random(1),
  );
  const [, ...known] = judged.latents.classes;
  const untaught = validate(
    { ...judged, latents: { ...judged.latents, classes: ["nothing", ...known] } },
    "all",
    new Random(1),
  );
  const watched = monitor(judged, judged, {
    level: 0.05,
    draws: 20,
    minCount: 5,
    minStability: 0.5,
    refits: 2,
  }, new Random(2));
  const codes = [0, 1, 2, 0], classes = [0, 1, 0, 1];
  const noise = judgeNoise(
    { noise: 0, codes, classes },
    [{ noise: 0.1, codes: [1, 1, 2, 0], classes: [1, 1, 0, 1] }],
    { truth: classes, subject: [0, 0, 1, 1], subjects: 2, origin: "measured" },
    0.1,
  );
  const ways = ["codes", "statistics", "tuned", "untrained"] as const;
  const part = judge(windows, split, "test");
  const few = judgeFewLabels(
    part,
    ways.map((way) => ({
      people: 2,
      perClass: 3,
      draw: 0,
      way,
      labeled: 6,
      classes: 2,
      guesses: part.labels,
    })),
  );
  const levels = await runStep(selectLevels, {
    latents: {
      latents: Float32Array.from({ length: 600 }, (_, i) => Math.sin(i)),
      dimensions: 2,
      classes: [],
      details: {},
    },
  }, { max_codes: 16 });
  return {
    ...untaught.metrics,
    ...validated.metrics,
    ...judgeTraining(model).metrics,
    ...judgeTraining({ ...model, discovery }).metrics,
    ...watched.metrics,
    ...noise.metrics,
    ...few.metrics,
    ...judgeInt8(
      int8File([{
        subject: "a",
        windows: 4,
        labelled: 4,
        right_float: 4,
        right_int8: 3,
        unknown: 0,
        same_code: 2,
      }]),
    ),
    ...besideTwin(validated, validated.metrics),
    ...(levels.outputs.selection as Metrics).metrics,
    ...withGates(validated, [{ metric: "accuracy", atLeast: 0, on: "value" }]).metrics,
    ...judgeClusterings(windows, split, [
      { name: "seed 1", kind: "learnt", labels: motifs.labels },
      { name: "seed 2", kind: "learnt", labels: windows.labels },
      { name: "statistics", kind: "baseline", labels: motifs.labels },
    ], "test").metrics,
    ...compareGroups(groupBehaviours(), { groups: "arm", alpha: 0.05 }, new Random(4)).metrics,
  };
}

/** Two people, one behaviour, a fact that parts them. */
function groupBehaviours(): Behaviours {
  const seen = ["a", "b"].map((arm) => ({ id: arm, subject: arm, facts: { arm } }));
  return {
    labels: new Int32Array(0),
    names: ["rest"],
    bouts: seen.map(({ id }) => ({
      recording: id,
      subject: id,
      label: 0,
      start: 0,
      end: 1,
      duration: 1,
      censoredLeft: true,
      censoredRight: true,
    })),
    recordings: seen,
    predictionRate: 1,
    origin: "simulated",
    dictionary: [],
    details: {},
    warnings: [],
  };
}

Deno.test("the catalogue lists every metric that a judge writes, with its unit, in its range, and no other", async () => {
  const all = await written();
  const made = { ...all, peak_activation_bytes: metric(1, { unit: "B" }) };
  assert.deepEqual(Object.keys(made).filter((name) => !catalogue.has(name)), []);
  assert.deepEqual([...catalogue.keys()].filter((name) => !Object.hasOwn(made, name)), []);
  for (const [name, { value, unit }] of Object.entries(made)) {
    const { unit: listed, range = [-Infinity, Infinity] } = catalogue.get(name)!;
    assert.equal(unit, listed, name);
    if (value !== null) assert.ok(value >= range[0] && value <= range[1], `${name} = ${value}`);
  }
});

Deno.test("no source of lib writes a metric that the catalogue test cannot see", async () => {
  // Makers of metrics: whoever builds one says what it counts. A new file must be judged by written() above.
  const root = new URL("../../lib/", import.meta.url);
  const makers: string[] = [];
  for (const name of await readdir(root, { recursive: true })) {
    if (!name.endsWith(".ts")) continue;
    const text = await Deno.readTextFile(join(root.pathname, name));
    if (
      /\bof: "[a-z ]+"/.test(text) && /\borigin\b/.test(text) &&
      /: Metric\b|Metrics\["metrics"\]|Record<string, Metric>/.test(text)
    ) {
      makers.push(name);
    }
  }
  assert.deepEqual(makers.sort(), [
    "device/benchmark_report.ts",
    "metrics/drift/monitor.ts",
    "metrics/gates.ts",
    "metrics/scores/judge_behaviours.ts",
    "metrics/scores/judge_classifier.ts",
    "metrics/scores/judge_codes.ts",
    "metrics/scores/judge_int8.ts",
    "metrics/scores/judge_motifs.ts",
    "metrics/scores/judge_noise.ts",
    "metrics/scores/judge_training.ts",
    "metrics/scores/judge_usage.ts",
    "metrics/scores/judged.ts",
    "metrics/scores/validate.ts",
    "metrics/summarize.ts",
    "metrics/summarize_by.ts",
    // Draws metrics that it was given.
    "report/figures/metric_table.ts",
    // Reads rows of a summary back.
    "report/sections/sweep.ts",
    // Reads the metrics of a run.
    "schedule/numbers/shown_scores.ts",
    "steps/select_levels.ts",
    // Adds peak_activation_bytes.
    "steps/validate.ts",
  ]);
});

Deno.test("the catalogue is whole: names once, baselines and twins listed, ranks without gap", () => {
  for (const { baseline, twin, title, about } of catalogue.values()) {
    for (const other of [baseline, twin]) assert.ok(other === undefined || catalogue.has(other), other);
    assert.ok(title !== "" && about.endsWith("."));
  }
  assert.deepEqual(headlines.map(({ rank }) => rank), headlines.map((_, i) => i + 1));
  assert.equal(new Set([...catalogue.values()].map(({ title }) => title)).size, catalogue.size);
  assert.ok(
    ["accuracy", "balanced_accuracy", "macro_f1", "ece"].every((name) => judgedTogether.includes(name)),
  );
});

Deno.test("kindOf() guesses nothing: likely names have neither direction nor range", () => {
  const names = [
    "accuracy_drop",
    "accuracy_gap",
    "stability_loss",
    "codebook_utilization_drop",
    "error_recall",
    "flip_rate_per_minute",
    "precision_mm",
    "discount",
    "accuracy_difference[fsq-none]",
    "constructor",
    "toString",
    "__proto__",
    "hasOwnProperty",
  ];
  for (const name of names) {
    const { better, range, baseline, group } = kindOf(name, metric(1, { unit: "%" }));
    assert.deepEqual({ better, range, baseline, group }, {
      better: undefined,
      range: undefined,
      baseline: undefined,
      group: "Other",
    }, name);
    assert.equal(titleOf(name), name.replaceAll("_", " "));
    assert.equal(metricOf({}, name), undefined);
  }
});

Deno.test("kindOf() takes what a metric states before the catalogue, and another unit as another metric", () => {
  const own = metric(3, { kind: { title: "drop", better: "lower", range: [null, 5] } });
  assert.deepEqual(
    [kindOf("accuracy_drop", own).better, kindOf("accuracy_drop", own).range, titleOf("accuracy_drop", own)],
    ["lower", [-Infinity, 5], "drop"],
  );
  assert.equal(kindOf("accuracy", own).better, "lower");
  assert.equal(kindOf("accuracy", metric(83, { unit: "%" })).range, undefined);
  assert.deepEqual(kindOf("accuracy[vq]").range, [0, 1]);
  assert.equal(titleOf("macro_f1[vq]"), "macro-F1[vq]");
});

Deno.test("groupMetrics() and headlinesFirst() keep an order that no name from outside upsets", () => {
  const metrics = Object.fromEntries(
    ["constructor", "ece", "mine", "accuracy", "__proto__"].map((name) => [name, metric(1)]),
  );
  assert.deepEqual(
    groupMetrics(metrics).map(({ title, entries }) => [title, entries.map(([name]) => name)]),
    [
      ["Classification", ["accuracy"]],
      ["Calibration", ["ece"]],
      ["Other", ["constructor", "mine", "__proto__"]],
    ],
  );
  assert.deepEqual(headlinesFirst(Object.keys(metrics)), [
    "accuracy",
    "ece",
    "constructor",
    "mine",
    "__proto__",
  ]);
});

Deno.test("names of variants, references and names that objects inherit are told apart", () => {
  assert.equal(kindOf("ece[fsq]").title, `${kindOf("ece").title}[fsq]`);
  assert.equal(kindOf("[fsq]").group, "Other");
  assert.deepEqual(
    ["ece[fsq]", "ece", "[fsq]", "ece[fsq", "own"].map((name) => unlisted(name) === undefined),
    [
      true,
      true,
      false,
      false,
      false,
    ],
  );
  assert.deepEqual(judgedTogether, headlines.map(({ name }) => name).filter((name) => kindOf(name).baseline));
  assert.ok(judgedTogether.length < headlines.length);
  assert.equal(kindOf("ece[fsq").group, "Other");
  const open = { kind: { better: "lower" as const, range: [0, null] as [number, null] } };
  assert.deepEqual(kindOf("own_number", open).range, [0, Infinity]);
  assert.deepEqual(kindOf("own_number", { kind: { better: "lower", range: [null, 1] } }).range, [
    -Infinity,
    1,
  ]);
  const { twin, baseline } = kindOf("accuracy");
  assert.deepEqual(
    withReferences("accuracy"),
    ["accuracy", twin, baseline].filter((name) => name !== undefined),
  );
  assert.deepEqual(withReferences("own_number"), ["own_number"]);
  assert.ok(withReferences("accuracy").length > 1);
  const record = { accuracy: 3 };
  assert.deepEqual([
    metricOf(record, "accuracy"),
    metricOf(record, "constructor"),
    metricOf(record, undefined),
  ], [
    3,
    undefined,
    undefined,
  ]);
});
