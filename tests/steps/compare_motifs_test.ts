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
  const { tables, metrics } =
    (await runStep(compareMotifs, { windows, split, motifs, behaviours: [] })).outputs.metrics;
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
    const { outputs } = await runStep(compareMotifs, { windows: some, split, motifs, behaviours: [] });
    return outputs.metrics.tables.clusterings.map((row: Record<string, number>) => row.persistence_bits);
  };
  assert.deepEqual(await of(withoutLabels(windows)), await of(windows));
});

Deno.test("compare-motifs judges what smoothing made of the motifs beside them, and not as another seed", async () => {
  const behaviours = [1, 2].map((seed) => ({
    step: "behaviours",
    cell: { seed },
    type: "Behaviours",
    dir: "",
    value: { labels: windows.labels.map((label, i) => i % 2 === seed - 1 ? label : 0) },
  }));
  const { tables, metrics } = (await runStep(
    compareMotifs,
    { windows, split, motifs, behaviours } as never,
    { baselines: ["kmeans"] },
  )).outputs.metrics;
  const rows: { clustering: string; kind: string; nmi: number }[] = tables.clusterings;
  assert.deepEqual(rows.map(({ clustering, kind }) => `${clustering}: ${kind}`), [
    ...["seed 1: learnt", "seed 2: learnt", "seed 1, smoothed: smoothed", "seed 2, smoothed: smoothed"],
    "statistics, kmeans: baseline",
  ]);
  assert.ok(Math.abs(metrics.behaviour_nmi.value - (rows[2].nmi + rows[3].nmi) / 2) < 1e-12);
  assert.ok(Math.abs(metrics.motif_seed_agreement.value - 1) < 1e-12);
});
