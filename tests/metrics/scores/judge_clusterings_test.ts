import assert from "node:assert/strict";
import { judgeClusterings } from "../../../lib/metrics/scores/judge_clusterings.ts";
import { Part } from "../../../lib/artifacts/split.ts";
import { agreement } from "../../../lib/cluster/judge/agreement.ts";
import { Random } from "../../../lib/random.ts";
import { judgementSplit, judgementWindows } from "../../steps/judgement_fixtures.ts";

const windows = judgementWindows();
const split = judgementSplit(windows);
const n = windows.start.length;
const right = windows.labels.map((label) => (label + 1) % 3);
const rough = Int32Array.from({ length: n }, (_, i) => i % 7 === 0 ? 3 : right[i]);
const rng = new Random(2);
const noise = Int32Array.from({ length: n }, () => rng.below(3));
const learnt = (name: string, labels: Int32Array) => ({ name, kind: "learnt" as const, labels });

Deno.test("judgeClusterings() has a row each, by labels where there are some and by time in any case", () => {
  const all = [learnt("seed 1", right), learnt("seed 2", rough), {
    name: "k",
    kind: "baseline" as const,
    labels: noise,
  }];
  const { tables, metrics } = judgeClusterings(windows, split, all, "test");
  const [first, second, third] = tables.clusterings as Record<string, number>[];
  assert.ok(Math.abs(first.nmi - 1) < 1e-12 && Math.abs(first.purity - 1) < 1e-12);
  assert.ok(
    first.nmi > second.nmi && second.nmi > third.nmi && first.persistence_bits > third.persistence_bits,
  );
  assert.ok(Math.abs(metrics.motif_nmi.value! - (first.nmi + second.nmi) / 2) < 1e-12);
  assert.equal(metrics.baseline_motif_nmi.value, third.nmi);
  const test = [...Array(n).keys()].filter((row) => split.part[row] === Part.test);
  const pick = (list: Int32Array) => Int32Array.from(test, (row) => list[row]);
  assert.equal(metrics.motif_seed_agreement.value, agreement(pick(right), pick(rough)).ari);
  assert.equal(metrics.motif_seed_agreement.n, test.length);
});

Deno.test("judgeClusterings() without labels says nothing of them, and of one clustering no agreement", () => {
  const bare = { ...windows, labels: windows.labels.map(() => -1) };
  const { tables, metrics } = judgeClusterings(bare, split, [learnt("motifs", right)], "test");
  assert.deepEqual(metrics, {});
  const [row] = tables.clusterings;
  assert.deepEqual([row.nmi, row.ari, row.purity], [null, null, null]);
  assert.ok((row.persistence_bits as number) > 0);
});

Deno.test("judgeClusterings() counts labels that cover enough of a window alone, and goes by time as before", () => {
  const purity = Float32Array.from({ length: n }, (_, i) => i % 7 === 0 ? 0.6 : 0.75);
  const judged = (minPurity: number) =>
    judgeClusterings({ ...windows, purity }, split, [learnt("motifs", rough)], "test", minPurity);
  const [all, sure] = [judged(0.6), judged(0.75)].map(({ tables }) => tables.clusterings[0]);
  // What is wrong is wrong in every seventh window.
  assert.ok((all.nmi as number) < 0.95 && Math.abs((sure.nmi as number) - 1) < 1e-12);
  assert.equal(sure.persistence_bits, all.persistence_bits);
  const { n: counted } = judged(0.75).metrics.motif_nmi;
  const test = [...Array(n).keys()].filter((row) =>
    split.part[row] === Part.test && windows.labels[row] >= 0
  );
  assert.equal(counted, test.filter((row) => row % 7 !== 0).length);
});
