import assert from "node:assert/strict";
import type { Metrics } from "../../lib/artifacts/metrics.ts";
import monitor from "../../lib/steps/monitor.ts";
import { makeWindows } from "../temporal/fixtures.ts";
import { judgementCodes, judgementLatents, judgementMotifs } from "./judgement_fixtures.ts";
import { runStep } from "./run_step.ts";

/** Ten people of whom everyone changes behaviour every 100 samples; `sitting` of 10 changes lead to sitting. */
function side(sitting: number, samples = 3000) {
  const windows = makeWindows(
    Array.from({ length: 10 }, (_, i) => ({ subject: `s${i}`, samples })),
    {
      label: (
        r,
        start,
      ) => ((Math.floor(start / 100) * 7 + r * 3) % 10 < sitting ? 0 : 1 + (r + Math.floor(start / 100)) % 2),
    },
  );
  return {
    windows,
    codes: judgementCodes(windows),
    motifs: judgementMotifs(windows),
    latents: judgementLatents(windows),
  };
}

async function monitored(reference: object, current: object, params = {}) {
  const named = (prefix: string, values: object) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}_${name}`, value]));
  const inputs = { ...named("reference", reference), ...named("current", current) };
  const { outputs, warnings } = await runStep(monitor, inputs, { draws: 200, ...params });
  return { ...(outputs.metrics as Metrics), warnings };
}

Deno.test("monitor is silent about recordings like the reference, and says what its threshold means", async () => {
  const { metrics, warnings } = await monitored(side(4), side(4));
  assert.deepEqual([metrics.drifted.value, metrics.code_drift.value, metrics.motif_drift.value], [0, 0, 0]);
  assert.match(
    metrics.code_psi.note!,
    /with probability 0.01 without any change \(20 people dealt to 10 and 10\); p = 1/,
  );
  assert.deepEqual(warnings, []);
});

Deno.test("monitor finds a shift of behaviours and names the motifs behind it", async () => {
  const { metrics, tables, warnings } = await monitored(side(4), side(9));
  assert.equal(metrics.drifted.value, 2);
  assert.ok(metrics.motif_psi.value! > metrics.motif_psi_threshold.value!);
  assert.match(warnings.join(), /Drift: code, motif exceed/);
  assert.deepEqual(tables.drift.map((r) => r.distribution), ["code", "motif"]);
  assert.ok(tables.drift_bins.some((r) => r.unit === "motif" && r.bin === 0));
});

Deno.test("monitor decides nothing from few windows", async () => {
  const { metrics } = await monitored(side(4), side(9, 200));
  assert.equal(metrics.code_drift.value, null);
  assert.match(metrics.code_drift.note!, /only 390 new windows, 500 are needed/);
  assert.equal(metrics.drifted.value, null);
  assert.match(metrics.drifted.note!, /only 390 new windows/);
});

/** Motifs of `side` whose points are the given values, 40 of each motif. */
function placed(given: ReturnType<typeof side>, value: (label: number, i: number) => number) {
  const points = given.motifs.labels.map((label, i) => 40 * label + i % 40);
  const pointValues = Float64Array.from({ length: 120 }, (_, p) => value(Math.floor(p / 40), p % 40));
  return { ...given, motifs: { ...given.motifs, points: Uint32Array.from(points), pointValues } };
}

Deno.test("T112 monitor refits the motifs to the new windows and compares them with those of the reference", async () => {
  // Three heaps of points, 0, 10 and 20, as the reference has them.
  const heaps = (label: number, i: number) => 10 * label + i / 40;
  const reference = placed(side(4), heaps);
  const same = await monitored(reference, placed(side(4), heaps));
  assert.equal(same.metrics.cluster_stability.value, 1);
  const expected = same.metrics.cluster_stability_reference;
  assert.deepEqual([expected.value, expected.n, expected.of], [1, 20, "refits"]);
  assert.deepEqual(same.warnings, []);
  // Labels are still assigned by the old motifs, but the new points lie in other heaps, across the old borders.
  const other = await monitored(
    reference,
    placed(side(4), (label, i) => 10 * ((i + label) % 3) + label / 40),
  );
  assert.ok(other.metrics.cluster_stability.value! < 0.1, `${other.metrics.cluster_stability.value}`);
  assert.match(other.warnings.join(), /Motifs no longer hold: .* below 0\.7/);
  const few = await monitored(reference, placed(side(4, 200), heaps));
  assert.equal(few.metrics.cluster_stability.value, null);
  assert.match(few.metrics.cluster_stability.note!, /only 390 new windows, 500 are needed/);
  const density = { ...reference, motifs: { ...reference.motifs, method: "dbscan" } };
  const none = await monitored(density, density);
  assert.equal(none.metrics.cluster_stability.value, null);
  assert.match(none.metrics.cluster_stability.note!, /dbscan is not refitted/);
});

Deno.test("T113 monitor reports prediction entropy and its relative change", async () => {
  const reference = side(4), current = side(4);
  current.latents.logits = current.latents.logits!.map((v) => v / 2);
  const { metrics } = await monitored(reference, current);
  assert.ok(metrics.prediction_entropy_change.value! > 0.1);
});

Deno.test("monitor counts windows whose code the reference never shows", async () => {
  const current = side(4);
  current.codes.codes = current.codes.codes.map((c) => (c === 7 ? 9 : c));
  const { metrics } = await monitored(side(4), current);
  const share = current.codes.codes.filter((c) => c === 9).length / current.codes.codes.length;
  assert.equal(metrics.unseen_code_share.value, share);
});

Deno.test("monitor refuses sides that share nothing, and labels of other windows", async () => {
  const { windows } = side(4);
  await assert.rejects(monitored({ windows }, { windows }), /nothing in common to compare/);
  const { codes } = side(4, 200);
  await assert.rejects(monitored(side(4), { windows, codes }), /codes of the current cover 390 windows/);
});
