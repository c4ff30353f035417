import assert from "node:assert/strict";
import { Metrics } from "../../lib/artifacts/metrics.ts";
import { Part } from "../../lib/artifacts/split.ts";
import smooth from "../../lib/steps/smooth.ts";
import validate from "../../lib/steps/validate.ts";
import {
  judgementCodes,
  judgementLatents,
  judgementMotifs,
  judgementSplit,
  judgementWindows,
} from "./judgement_fixtures.ts";
import { sampleModel } from "../model/sample_model.ts";
import { int8File } from "../metrics/scores/int8_file.ts";
import { runStep } from "./run_step.ts";

function inputs() {
  const windows = judgementWindows();
  return {
    windows,
    split: judgementSplit(windows),
    latents: judgementLatents(windows),
    codes: judgementCodes(windows),
    motifs: judgementMotifs(windows),
  };
}

async function metricsOf(given: Record<string, unknown>, params = {}) {
  const { outputs, warnings } = await runStep(validate, given, params);
  return { ...(outputs.metrics as Metrics), warnings };
}

Deno.test("T064 validate judges the labelled test windows only, with a baseline beside every score", async () => {
  const given = inputs();
  const { metrics, confusion, tables } = await metricsOf(given);
  const test = given.windows.labels.map((_, i) => i).filter((i) => given.split.part[i] === Part.test);
  const right = [...test].filter((i) => i % 9 !== 2).length;
  assert.equal(metrics.accuracy.n, test.length);
  assert.equal(metrics.accuracy.value, right / test.length);
  assert.deepEqual(
    [metrics.accuracy.interval, metrics.accuracy.noInterval],
    [undefined, "only 2 subjects, an interval needs 5"],
  );
  assert.match(
    metrics.accuracy.note!,
    /^Wilson 95 % \[0\.\d+, 0\.\d+\] would hold for independent windows/,
  );
  assert.equal(confusion!.counts.flat().reduce((a, b) => a + b), test.length);
  assert.ok(metrics.majority_accuracy.value! < 0.5);
  assert.deepEqual(tables.per_subject.map((r) => r.subject), ["s5", "s6"]);
  assert.equal(tables.reliability.length, 15);
  for (const m of Object.values(metrics)) assert.equal(m.origin, "simulated");
});

Deno.test("T056 validate puts the null bias beside the ECE", async () => {
  const { metrics } = await metricsOf(inputs(), { part: "all" });
  assert.match(metrics.ece.note!, /15 bins of equal width; a perfectly calibrated model would show 0\.\d+/);
  assert.ok(metrics.ece_null.value! > 0);
  const { value, interval } = metrics.ece;
  assert.ok(interval!.lower <= value! + 1e-9 && value! <= interval!.upper + 1e-9);
});

Deno.test("T078 validate applies the model's temperature to probabilities and leaves decisions alone", async () => {
  const given = inputs();
  const model = { ...sampleModel(), temperature: 2 };
  const [cold, warm] = [await metricsOf(given), await metricsOf({ ...given, model })];
  assert.equal(warm.metrics.accuracy.value, cold.metrics.accuracy.value);
  assert.equal(warm.metrics.nll_uncalibrated.value, cold.metrics.nll.value);
  assert.notEqual(warm.metrics.nll.value, cold.metrics.nll.value);
});

Deno.test("T003 T058 validate reports codebook use against what the number of windows allows", async () => {
  const { metrics } = await metricsOf(inputs());
  assert.equal(metrics.used_codes.value, 4);
  assert.equal(metrics.codebook_utilization.value, 4 / 16);
  assert.ok(metrics.codebook_utilization_ceiling.value! > 0.999);
  assert.equal(metrics.perplexity.value, 2 ** metrics.code_entropy_bits.value!);
  assert.equal(metrics.code_dictionary_accuracy.value, 1);
});

Deno.test("T052 validate judges behaviours by a meaning learnt on training windows, and their segments", async () => {
  const given = inputs();
  const { outputs } = await runStep(smooth, given);
  const { metrics, tables } = await metricsOf({ ...given, behaviours: outputs.behaviours });
  assert.ok(metrics.behaviour_accuracy.value! > metrics.motif_accuracy.value!);
  assert.equal(metrics.behaviour_count.value, 3);
  assert.deepEqual(tables.segments.map((r) => r.source), ["classifier", "motifs", "behaviours"]);
  assert.ok((tables.segments[1].over_segmentation as number) > 3);
  assert.ok(Math.abs(metrics.over_segmentation.value! - 1) < 0.2);
  assert.ok(metrics.f1_at_50.value! > 90);
});

Deno.test("validate learns what motifs mean from training windows, not from the windows it judges", async () => {
  const given = inputs();
  const labels = given.motifs.labels.map((l, i) => (given.split.part[i] === Part.test ? 2 - l : l));
  const { metrics } = await metricsOf({ ...given, motifs: { ...given.motifs, labels } });
  assert.ok(metrics.motif_accuracy.value! < 0.5);
  assert.ok(metrics.motif_ari.value! > 0.5);
});

Deno.test("validate works on behaviours alone and writes a readable artifact", async () => {
  const { windows, split, motifs } = inputs();
  const { warnings: _, ...metrics } = await metricsOf({ windows, split, motifs });
  assert.equal(metrics.metrics.accuracy, undefined);
  const dir = await Deno.makeTempDir();
  await Metrics.write(dir, metrics);
  assert.deepEqual(await Metrics.read(dir), JSON.parse(JSON.stringify(metrics)));
  await Deno.remove(dir, { recursive: true });
});

Deno.test("validate repeats itself for a seed", async () => {
  const given = inputs();
  assert.deepEqual(await metricsOf(given), await metricsOf(given));
});

Deno.test("validate matches classes by name, not by position", async () => {
  const given = inputs();
  const { logits } = given.latents;
  const swapped = logits!.map((_, i) => logits![i - i % 3 + [2, 0, 1][i % 3]]);
  const latents = { ...given.latents, logits: swapped, classes: ["run", "sit", "walk"] };
  const [plain, other] = [await metricsOf(given), await metricsOf({ ...given, latents })];
  assert.equal(other.metrics.accuracy.value, plain.metrics.accuracy.value);
});

Deno.test("T128 validate refuses an empty part, unlabelled windows, nothing to judge and inputs of other windows", async () => {
  const given = inputs();
  const all = new Uint8Array(given.split.part.length).fill(Part.train);
  await assert.rejects(
    metricsOf({ ...given, split: { ...given.split, part: all } }),
    /test part of the split is empty/,
  );
  const unlabelled = { ...given.windows, labels: given.windows.labels.map(() => -1) };
  await assert.rejects(
    metricsOf({ windows: unlabelled, split: given.split, latents: given.latents }),
    /none of the 118 windows of the test part has a label/,
  );
  const { windows, split } = given;
  await assert.rejects(metricsOf({ windows, split }), /there is nothing to judge/);
  const codes = { ...given.codes, codes: new Uint32Array(3) };
  await assert.rejects(metricsOf({ ...given, codes }), /codes cover 3 windows, there are 354/);
  const latents = { ...given.latents, logits: given.latents.logits!.fill(NaN) };
  await assert.rejects(metricsOf({ ...given, latents }), /logit NaN at window 236/);
  const foreign = { ...given.latents, classes: ["a", "b", "c"] };
  await assert.rejects(
    metricsOf({ ...given, latents: foreign }),
    /classes \(a, b, c\) are none of the labels/,
  );
});

Deno.test("validate warns of a split that leaks", async () => {
  const given = inputs();
  const { warnings, heldOut } = await metricsOf({ ...given, split: { ...given.split, leaks: true } });
  assert.match(warnings.join(), /The split leaks/);
  assert.equal(heldOut!.leaks, true);
});

Deno.test("T013 validate reports what quantisation costs the latents, and its findings", async () => {
  const given = inputs();
  const latents = {
    ...given.latents,
    dimensions: 2,
    latents: new Float32Array(2 * given.windows.labels.length),
  };
  const { metrics, tables } = await metricsOf({ ...given, latents });
  assert.ok(metrics.quantization_distortion.value! < 1e-30, "a latent of 0 lies on a level");
  latents.latents.fill(0.2);
  assert.ok((await metricsOf({ ...given, latents })).metrics.quantization_distortion.value! > 0);
  assert.ok(tables.findings.some((f) => f.id === "quantization_distortion"));
});

Deno.test("validate gives usage by time and by bout with intervals over subjects", async () => {
  const given = inputs();
  const { outputs } = await runStep(smooth, given);
  const { tables } = await metricsOf({ ...given, behaviours: outputs.behaviours }, { part: "all" });
  assert.deepEqual(tables.usage.map((r) => r.behaviour), ["sit", "walk", "run"]);
  const total = tables.usage.reduce((s, r) => s + (r.time_share as number), 0);
  assert.ok(Math.abs(total - 1) < 1e-9);
  for (const row of tables.usage) {
    assert.ok(row.time_lower! <= row.time_share! && row.time_share! <= row.time_upper!);
    assert.equal(row.subjects, 6);
  }
});

Deno.test("T067 T059 validate gives used codes, and a usage table that is sorted, cumulative and complete", async () => {
  const given = inputs();
  const test = given.windows.labels.map((_, i) => i).filter((i) => given.split.part[i] === Part.test);
  const codes = new Uint32Array(given.windows.labels.length).fill(21);
  [42, 42, 42, 42, 63, 63, 63, 0, 0].forEach((code, i) => codes[test[i]] = code);
  const { metrics, tables } = await metricsOf({
    ...given,
    codes: { ...given.codes, codes, levels: [4, 4, 4], codebookSize: 64 },
  });
  assert.equal(metrics.codebook_utilization.value, 0.0625);
  assert.deepEqual(tables.code_usage.map((r) => [r.code, r.windows]), [[21, 109], [42, 4], [63, 3], [0, 2]]);
  assert.equal(tables.code_usage[3].cumulative, 1);
  assert.ok(metrics.code_gini.value! > 0.95);
});

Deno.test("T061 T068 validate has null, not NaN, where a number is undefined", async () => {
  const given = inputs();
  const motifs = { ...given.motifs, labels: given.motifs.labels.map(() => 0), k: 1, silhouette: null };
  const { metrics, tables, confusion, details } = await metricsOf({ ...given, motifs });
  assert.equal(metrics.silhouette.value, null);
  const plain = JSON.parse(JSON.stringify({ metrics, tables, confusion, details }));
  assert.deepEqual(JSON.stringify(plain), JSON.stringify({ metrics, tables, confusion, details }));
  const visit = (value: unknown): void => {
    if (typeof value === "number") assert.ok(Number.isFinite(value));
    else if (value !== null && typeof value === "object") Object.values(value).forEach(visit);
  };
  visit({ metrics, tables, confusion, details });
});

Deno.test("T249 validate lists precision, recall and F1 of every class with its support", async () => {
  const { tables, confusion } = await metricsOf(inputs());
  assert.deepEqual(tables.per_class.map((r) => r.class), ["sit", "walk", "run"]);
  tables.per_class.forEach((row, i) => {
    const support = confusion!.counts[i].reduce((a, b) => a + b);
    assert.deepEqual([row.support, row.recall], [support, confusion!.counts[i][i] / support]);
  });
});

Deno.test("T054 T075 validate counts the motifs that occur in the part, as a result and not as a target", async () => {
  const { metrics } = await metricsOf(inputs());
  assert.equal(metrics.motif_count.value, 3);
});

Deno.test("T068 T012 validate computes silhouettes on the judged windows, not on those of the fit", async () => {
  const given = inputs();
  const test = given.windows.labels.map((_, i) => i).filter((i) => given.split.part[i] === Part.test);
  // Distinct points apart: 0 and 10 for motif 0, 100 for motif 1, so that only the test windows shape the value.
  const points = given.windows.labels.map(() => 0);
  const labels = given.windows.labels.map(() => 0);
  [...test].forEach((row, i) => {
    points[row] = i % 3;
    labels[row] = i % 3 === 2 ? 1 : 0;
  });
  const motifs = {
    ...given.motifs,
    labels,
    points: Uint32Array.from(points),
    pointValues: Float64Array.of(0, 10, 100),
    k: 2,
    silhouette: 0.1,
  };
  const { metrics } = await metricsOf({ ...given, motifs });
  assert.equal(metrics.silhouette.n, test.length);
  assert.ok(metrics.silhouette.value! > 0.9, `${metrics.silhouette.value}`);
  assert.deepEqual([metrics.silhouette_fit.value, metrics.silhouette_fit.note!.includes("fitted on")], [
    0.1,
    true,
  ]);
});

Deno.test("T055 validate passes on how stable motifs are over refits", async () => {
  const given = inputs();
  const stability = { n: 10, ari: [], median: 0.91, min: 0.7, max: 1, jaccard: [0.9, 0.8, 0.5], stable: 2 };
  const { metrics } = await metricsOf({ ...given, motifs: { ...given.motifs, stability } });
  assert.deepEqual([metrics.motif_stability.value, metrics.motif_stability.n], [0.91, 10]);
  assert.match(metrics.motif_stability.note!, /0\.700 to 1\.000/);
  assert.deepEqual([metrics.stable_motifs.value, metrics.stable_motifs.note!.slice(0, 5)], [2, "of 3:"]);
  assert.equal((await metricsOf(given)).metrics.motif_stability, undefined);
});

Deno.test("T057 T102 validate judges the latency of a connected benchmark, by gates and by findings", async () => {
  const dir = await Deno.makeTempDir();
  const latency = (value: number) => ({ value, n: 2000, of: "windows", unit: "ms", origin: "measured" });
  const metrics = {
    latency_p95_ms: latency(31),
    latency_pre_ms: latency(1),
    latency_device_ms: latency(25),
    latency_post_ms: latency(2),
  };
  try {
    await Deno.writeTextFile(`${dir}/metrics.json`, JSON.stringify({ metrics, tables: {}, details: {} }));
    const benchmark = { dir, header: { type: "Benchmark", version: 1, meta: {} } };
    const gates = [{ metric: "latency_p95_ms", at_most: 20, on: "value" as const }];
    const found = await metricsOf({ ...inputs(), benchmark }, { gates });
    assert.equal(found.metrics.latency_p95_ms.value, 31);
    assert.equal(found.metrics.gates_failed.value, 1);
    const slow = found.tables.findings.find((f) => f.id === "high_latency")!;
    assert.match(
      String(slow.evidence),
      /31 ms over 2000 windows; mean by stage: pre 1 ms, device 25 ms, post 2 ms/,
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("validate states what 8 bits cost where the bundle was judged on the same part, and leaves it out elsewhere", async () => {
  const dir = await Deno.makeTempDir();
  const bundle = { dir, header: { type: "OnnxBundle", version: 1, meta: {} } };
  const person = (subject: string, right_int8: number) => ({
    ...{ subject, windows: 20, labelled: 10, right_float: 9, right_int8, unknown: 0, same_code: 15 },
  });
  try {
    const file = int8File(["a", "b", "c", "d", "e"].map((name, i) => person(name, 7 + i % 2)));
    await Deno.writeTextFile(`${dir}/int8_estimate.json`, JSON.stringify(file));
    const { metrics, warnings } = await metricsOf({ ...inputs(), bundle });
    assert.deepEqual(warnings, []);
    const { accuracy_int8, accuracy_int8_change, code_agreement_int8 } = metrics;
    assert.deepEqual([accuracy_int8.value, accuracy_int8.n, accuracy_int8.origin], [
      37 / 50,
      50,
      "estimated",
    ]);
    assert.equal(accuracy_int8_change.value, -8 / 50);
    assert.deepEqual([code_agreement_int8.value, code_agreement_int8.n], [75 / 100, 100]);
    const elsewhere = await metricsOf({ ...inputs(), bundle }, { part: "validation" });
    assert.equal(elsewhere.metrics.accuracy_int8, undefined);
    assert.match(elsewhere.warnings.join(), /int8 estimate is left out: it was made on test part/);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("T060 T017 T103 validate states bytes of weights and of activations apart", async () => {
  const given = inputs();
  const model = sampleModel();
  const { metrics, tables } = await metricsOf({ ...given, model });
  assert.equal(metrics.parameter_bytes.value, 4 * model.parameters);
  // Block 1: 2 sensors × 40 samples, 6 channels in and 8 out.
  assert.equal(metrics.peak_activation_bytes.value, 4 * 40 * 2 * (6 + 8));
  const { readiness } = await metricsOf({ ...given, model }, {
    gates: [{ metric: "accuracy", at_least: 0.1, on: "value" }],
  });
  assert.deepEqual(readiness!.reasons.map(({ reason }) => reason), [
    "numbers are simulated, not measured on real recordings",
    "only 2 subjects judged, a verdict needs 5",
  ]);
  assert.ok(tables.findings.some((f) => f.id === "memory" && String(f.evidence).includes("activations")));
});

Deno.test("validate says when windows cut within labels flatter the smoothing", async () => {
  const given = inputs();
  const labels = given.windows.labels.map((_, i) => given.windows.recording[i] % 3);
  const { outputs } = await runStep(smooth, given);
  const windows = { ...given.windows, labels };
  const { metrics } = await metricsOf({ ...given, windows, behaviours: outputs.behaviours });
  assert.match(metrics.edit_score.note!, /every sequence holds one label only/);
  assert.equal(metrics.boundary_f1.value, null);
});

Deno.test("validate takes recordings where there is one subject, and gives no interval for one recording", async () => {
  const given = inputs();
  const { recordings } = given.windows.recordings;
  const one = { ...given.windows.recordings, recordings: recordings.map((r) => ({ ...r, subject: "s1" })) };
  const windows = { ...given.windows, recordings: one };
  const person = await metricsOf({ ...given, windows }, { part: "all" });
  assert.equal(person.metrics.accuracy.interval!.method, "logit t over 6 recordings of one subject");
  const part = given.split.part.map((
    p,
    i,
  ) => (p === Part.test && given.windows.recording[i] === 5 ? Part.unused : p));
  const single = await metricsOf({ ...given, split: { ...given.split, part } });
  assert.deepEqual(
    [single.metrics.accuracy.interval, single.metrics.accuracy.noInterval],
    [undefined, "one recording of one subject, which says nothing of how others differ"],
  );
});

Deno.test("validate judges codes and motifs of windows that have no label at all, over the people of the part", async () => {
  const { windows, split, codes, motifs } = inputs();
  const bare = { ...windows, labels: windows.labels.map(() => -1) };
  const [without, labelled] = [
    await metricsOf({ windows: bare, split, codes, motifs }),
    await metricsOf({ windows, split, codes, motifs }),
  ];
  const names = [
    ...["perplexity", "used_codes", "silhouette", "motif_count"],
    ...["motif_same_next", "motif_same_next_chance", "motif_persistence_bits"],
  ];
  for (const name of names) assert.deepEqual(without.metrics[name], labelled.metrics[name], name);
  assert.ok(Object.values(without.metrics).every(({ value }) => value === null || Number.isFinite(value)));
  assert.equal(without.metrics.motif_nmi, undefined);
  assert.ok(labelled.metrics.motif_purity.value! >= labelled.metrics.motif_accuracy.value!);
  assert.deepEqual(without.heldOut!.subjects, labelled.heldOut!.subjects);
});
