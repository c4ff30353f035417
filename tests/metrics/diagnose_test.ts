import assert from "node:assert/strict";
import type { Metrics } from "../../lib/artifacts/metrics.ts";
import { diagnose } from "../../lib/metrics/diagnose.ts";
import { findingRules } from "../../lib/metrics/findings/mod.ts";

function metricsOf(values: Record<string, number>, tables: Metrics["tables"] = {}, n = 2000): Metrics {
  const metrics = Object.entries(values).map(([name, value]) =>
    [name, { value, n, of: "windows", origin: "measured" as const }] as const
  );
  return { metrics: Object.fromEntries(metrics), tables, details: {} };
}

const ids = (...args: Parameters<typeof diagnose>) => diagnose(...args).map((f) => f.id);

Deno.test("diagnose() has nothing to say without numbers", () => {
  assert.deepEqual(diagnose(metricsOf({})), []);
});

Deno.test("T018 T098 diagnose() detects collapse and does not advise a commitment loss", () => {
  const [finding] = diagnose(metricsOf({ perplexity: 1.2, top_code_share: 0.97 }));
  assert.equal(finding.id, "codebook_collapse");
  assert.match(finding.advice, /Standardise the latents.*FSQ has no commitment loss/s);
  assert.deepEqual(ids(metricsOf({ perplexity: 5, top_code_share: 0.81 })), ["codebook_collapse"]);
});

Deno.test("T018 diagnose() tells a collapse of the last two epochs of the training", () => {
  const [finding] = diagnose(metricsOf({ perplexity: 5, top_code_share: 0.4, collapsed: 1 }));
  assert.equal(finding.id, "codebook_collapse");
  assert.match(finding.evidence, /the last two epochs of the training had collapsed/);
  assert.deepEqual(ids(metricsOf({ perplexity: 5, top_code_share: 0.4, collapsed: 0 })), []);
});

Deno.test("T011 diagnose() lists codes that hold two labels", () => {
  const code_dictionary = [
    { code: 3, support: 30, shared: ["sit", "stand"] },
    { code: 5, support: 70, shared: ["walk"] },
  ];
  const [finding] = diagnose(metricsOf({}, { code_dictionary }));
  assert.match(finding.evidence, /1 of 2 codes, with 30.0 % of the windows.*3 \(sit, stand\)/);
  assert.deepEqual(
    ids(metricsOf({}, { code_dictionary: [{ ...code_dictionary[0], support: 5 }, code_dictionary[1]] })),
    [],
  );
});

Deno.test("T012 diagnose() prints a low silhouette with N and K as information only", () => {
  const [finding] = diagnose(metricsOf({ silhouette: 0.25, motif_count: 12 }));
  assert.equal(finding.severity, "info");
  assert.match(finding.evidence, /0.25 over 2000 windows and 12 motifs/);
});

Deno.test("T013 diagnose() reports distortion of latents, because a classifier reconstructs nothing", () => {
  assert.match(diagnose(metricsOf({ quantization_distortion: 0.01 }))[0].advice, /no reconstruction error/);
});

Deno.test("T014 diagnose() calls a codebook saturated only with 20 windows per code", () => {
  const values = { perplexity: 60, used_codes: 64, codebook_utilization: 1 };
  assert.deepEqual(ids(metricsOf(values)), ["saturated_codebook"]);
  assert.deepEqual(ids(metricsOf(values, {}, 1000)), []);
});

Deno.test("T010 diagnose() tells when more than a hundred codes are in use, with their perplexity", () => {
  const [finding] = diagnose(metricsOf({ used_codes: 355, perplexity: 38.31 }));
  assert.deepEqual([finding.id, finding.severity], ["many_codes", "info"]);
  assert.match(finding.evidence, /355 codes over 2000 windows, used like 38.3 even ones/);
  assert.deepEqual(ids(metricsOf({ used_codes: 100, perplexity: 90 })), []);
});

Deno.test("T015 diagnose() does not blame the levels for codes that few windows could not reach", () => {
  const few = { used_codes: 89, codebook_utilization: 0.074, codebook_utilization_ceiling: 0.341 };
  assert.deepEqual(ids(metricsOf({ ...few, codebook_utilization_relative: 0.6 })), []);
  assert.deepEqual(ids(metricsOf({ ...few, codebook_utilization_relative: 0.217 })), ["idle_codes"]);
  // 600 windows of a code of 32 768 values.
  const fine = { used_codes: 158, codebook_utilization: 0.005, codebook_utilization_relative: 0.27 };
  assert.deepEqual(ids(metricsOf({ ...fine, codebook_utilization_ceiling: 0.018 })), ["many_codes"]);
});

Deno.test("T016 T101 diagnose() judges ECE against chance, advises temperature and shows before and after", () => {
  const values = { ece: 0.06, ece_null: 0.02, nll: 0.5, nll_uncalibrated: 0.6, ece_uncalibrated: 0.09 };
  const [finding] = diagnose(metricsOf(values));
  assert.deepEqual([finding.id, finding.severity], ["poor_calibration", "warning"]);
  assert.match(finding.evidence, /ECE 0.09, NLL 0.6 against 0.5 now/);
  assert.match(finding.advice, /may raise the ECE although the NLL falls; levels have no part/);
  assert.deepEqual(ids(metricsOf({ ece: 0.06, ece_null: 0.05 }, {}, 200)), ["calibration_not_measurable"]);
});

Deno.test("T099 diagnose() answers over-segmentation with smoothing", () => {
  assert.match(diagnose(metricsOf({ over_segmentation: 2 }))[0].advice, /mode filter/);
  const jittery = metricsOf({ over_segmentation: 1, bout_duration_median: 0.2 });
  assert.deepEqual(ids(jittery, { minDwellSeconds: 0.3 }), ["over_segmentation"]);
});

Deno.test("T100 diagnose() answers under-segmentation with more clusters, not fewer", () => {
  const per_class = [{ support: 3 }, { support: 4 }, { support: 0 }];
  const [finding] = diagnose(metricsOf({ behaviour_count: 1 }, { per_class }));
  assert.equal(finding.id, "under_segmentation");
  assert.match(finding.advice, /more clusters \(a larger k\)/);
});

Deno.test("T102 diagnose() answers latency with a smaller encoder, not with fewer levels", () => {
  const [finding] = diagnose(metricsOf({ latency_p95_ms: 25, latency_pre_ms: 1, latency_device_ms: 20 }));
  assert.match(finding.evidence, /p95 25 ms .* pre 1 ms, device 20 ms, post unknown/);
  assert.match(finding.advice, /longest stage.*smaller encoder.*number of levels has no effect/s);
  assert.deepEqual(ids(metricsOf({ latency_p95_ms: 20 })), []);
});

Deno.test("T017 T103 T246 diagnose() prints the bytes of the weights and does not blame the levels", () => {
  const [finding] = diagnose(metricsOf({ parameter_bytes: 232_252, peak_activation_bytes: 51_200 }));
  assert.equal(finding.evidence, "weights 227 KiB as float32, at most 50 KiB of activations a window");
  assert.match(finding.advice, /Levels hardly change it.*reduce the batch/);
});

Deno.test("each rule of the diagnosis has an id of its own, and says nothing where its metrics are absent or undefined", () => {
  const ids = findingRules.map((rule) => rule.id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, needs } of findingRules) {
    const metrics = Object.fromEntries(needs.map((name) => [name, {
      value: null,
      n: 0,
      of: "windows",
      origin: "measured" as const,
    }]));
    assert.deepEqual(diagnose({ metrics, tables: {}, details: {} }), [], id);
    assert.deepEqual(diagnose({ metrics: {}, tables: { code_dictionary: [] }, details: {} }), [], id);
  }
});

Deno.test("diagnose() takes labels with spaces, commas and quotes for one label each", () => {
  const code_dictionary = [
    { code: 0, support: 50, shared: ["walking upstairs"] },
    { code: 5, support: 50, shared: ["sitting, down"] },
    { code: 15, support: 50, shared: ['the "lying"'] },
  ];
  assert.deepEqual(ids(metricsOf({}, { code_dictionary })), []);
  const mixed = [{ code: 0, support: 50, shared: ["walking upstairs", "run"] }];
  assert.match(
    diagnose(metricsOf({}, { code_dictionary: mixed }))[0].evidence,
    /0 \("walking upstairs", run\)/,
  );
});

Deno.test("diagnose() tells unknown classes and advises no temperature for them", () => {
  const unknown_classes = [{ class: "run, fast", windows: 40 }];
  const values = { ece: 0.3, ece_null: 0.02, accuracy: 0.6 };
  const [finding, ...others] = diagnose(metricsOf(values, { unknown_classes }));
  assert.deepEqual([finding.id, others], ["unknown_class", []]);
  assert.match(finding.evidence, /"run, fast" is unknown to the model \(40 of 2000 windows\)/);
});

Deno.test("diagnose() does not advise to fit a temperature that is fitted", () => {
  const worse = { ece: 0.44, ece_null: 0.02, ece_uncalibrated: 0.15, nll: 2.16, nll_uncalibrated: 1.56 };
  assert.match(diagnose(metricsOf(worse))[0].advice, /^A temperature is fitted already/);
  const plain = { ...worse, ece_uncalibrated: 0.44, nll_uncalibrated: 2.16 };
  assert.match(diagnose(metricsOf(plain))[0].advice, /^Fit the temperature/);
});
