import assert from "node:assert/strict";
import { Part } from "../../lib/artifacts/split.ts";
import compareMotifs from "../../lib/steps/compare_motifs.ts";
import { plantedWindows, withoutLabels } from "../model/discover/planted.ts";
import { judgementMotifs, judgementWindows } from "./judgement_fixtures.ts";
import { runStep } from "./run_step.ts";

const windows = plantedWindows(6, 60);
const split = {
  part: Uint8Array.from(windows.recording, (r) => r < 3 ? Part.train : Part.test),
  rule: "by subject",
  leaks: false,
  sharesSubjects: false,
  groups: { train: [], validation: [], test: [] },
  details: {},
};
const motifs = [1, 2].map((seed) => ({
  step: "motifs",
  cell: { seed },
  type: "Motifs",
  dir: "",
  value: {
    ...judgementMotifs(judgementWindows()),
    k: 4,
    labels: windows.labels.map((label) => (label + seed) % 4),
  },
}));

Deno.test("compare-motifs names seeds by their cell and makes as many clusters of statistics as there are motifs", async () => {
  const { tables, metrics } = (await runStep(compareMotifs, { windows, split, motifs })).outputs.metrics;
  const rows: Record<string, number>[] = tables.clusterings;
  assert.deepEqual(rows.map(({ clustering }) => clustering), [
    ...["seed 1", "seed 2"],
    ...["statistics, kmeans", "statistics, gmm", "statistics, hmm", "statistics, ar-hmm"],
  ]);
  assert.ok(rows.slice(2).every((row) => row.motifs <= 4 && row.nmi > 0 && row.nmi < 1 + 1e-9));
  assert.ok(Math.abs(metrics.motif_seed_agreement.value - 1) < 1e-12);
  assert.equal(metrics.baseline_motif_nmi.value, Math.max(...rows.slice(2).map(({ nmi }) => nmi)));
});

Deno.test("compare-motifs fits the same baselines where no window has a label", async () => {
  const of = async (some: typeof windows) => {
    const { outputs } = await runStep(compareMotifs, { windows: some, split, motifs });
    return outputs.metrics.tables.clusterings.map((row: Record<string, number>) => row.persistence_bits);
  };
  assert.deepEqual(await of(withoutLabels(windows)), await of(windows));
});
