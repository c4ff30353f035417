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
    /with probability 0.01 without any change \(recordings of the reference\); p = 1/,
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

Deno.test("T111 monitor decides nothing from few windows", async () => {
  const { metrics } = await monitored(side(4), side(9, 200));
  assert.equal(metrics.code_drift.value, null);
  assert.match(metrics.code_drift.note!, /only 390 new windows, 500 are needed/);
  assert.equal(metrics.drifted.value, 0);
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
