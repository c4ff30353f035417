import assert from "node:assert/strict";
import type { Windows } from "../../../lib/artifacts/windows.ts";
import { agreement } from "../../../lib/cluster/judge/agreement.ts";
import { agreementMetric } from "../../../lib/metrics/scores/agreement_metric.ts";
import { bySubject, rowsOf, shareOfRows } from "../../../lib/metrics/scores/by_subject.ts";
import { scoreOfRows } from "./score_of_rows.ts";
import { confusionMatrix, majorityLabel, score } from "../../../lib/metrics/scores/classification.ts";
import { judgeChannels } from "../../../lib/metrics/scores/judge_channels.ts";
import { judgeClusterings } from "../../../lib/metrics/scores/judge_clusterings.ts";
import { judge, type Judged } from "../../../lib/metrics/scores/judged.ts";
import { Random } from "../../../lib/random.ts";
import { splitOf } from "../../cluster/make_request.ts";
import { makeWindows } from "../../temporal/fixtures.ts";

const rng = new Random(17);
/** Eight people of ten windows each, all of them judged. */
const windows = makeWindows(
  Array.from({ length: 8 }, (_, s) => ({ subject: `s${s}`, samples: 55 })),
  { label: () => rng.below(3) },
);
const n = windows.labels.length;
const judged = judge(windows, splitOf(new Uint8Array(n).fill(3)), "test");
const near = (a: number | null | undefined, b: number, what = "") =>
  assert.ok(Math.abs(a! - b) < 1e-12, `${what}: ${a} ${b}`);

Deno.test("agreement over the judged windows has its value without each person, and none of one class", () => {
  const own = Int32Array.from(judged.labels, (label) => rng.uniform() < 0.7 ? label : rng.below(4));
  for (const index of ["ari", "nmi"] as const) {
    const metric = agreementMetric(judged, own, index, "told");
    near(metric.value, agreement(judged.labels, own)[index]);
    assert.deepEqual([metric.n, metric.note], [n, "told"]);
    judged.subjects.forEach((_, s) => {
      const rest = Int32Array.from(judged.labels.keys()).filter((i) => judged.subject[i] !== s);
      near(
        metric.jackknife!.without[s],
        agreement(rowsOf(judged.labels, rest), rowsOf(own, rest))[index],
        `${s}`,
      );
    });
    const { lower, upper } = metric.interval!;
    assert.ok(
      lower >= (index === "ari" ? -1 : 0) && lower < metric.value! && upper > metric.value! && upper <= 1,
    );
  }
  // Near their ends intervals stay within what the index can be.
  const noise = agreementMetric(judged, Int32Array.from(own, () => rng.below(3)), "ari", "").interval!;
  assert.ok(noise.lower < 0 && noise.lower > -0.3 && noise.upper < 0.3, JSON.stringify(noise));
  const alike = { ...judged, labels: new Int32Array(n).fill(2) };
  const none = agreementMetric(alike, own, "ari", "told");
  assert.deepEqual([none.value, none.note], [null, "undefined: the judged windows have one class only"]);
  // One class is left without the only person who shows another.
  const one = { ...judged, labels: Int32Array.from(judged.subject, (s) => s === 3 ? 1 : 0) };
  assert.deepEqual(
    agreementMetric(one, own, "nmi", "").jackknife!.without.map((x) => x === null),
    judged.subjects.map((_, s) => s === 3),
  );
});

Deno.test("a share of the judged windows and what each person adds to it are counts", () => {
  const holds = (row: number) => row % 3 === 0 || judged.subject[row] > 5;
  const metric = shareOfRows(judged, holds, { note: "why" });
  const rows = [...judged.labels.keys()];
  near(metric.value, rows.filter(holds).length / n);
  assert.equal(metric.note, "why");
  judged.subjects.forEach((_, s) => {
    const rest = rows.filter((row) => judged.subject[row] !== s);
    near(metric.jackknife!.without[s], rest.filter(holds).length / rest.length);
  });
  const alone = { ...judged, subject: new Int32Array(n), subjects: ["s"] };
  assert.deepEqual(bySubject(alone, scoreOfRows(() => 1)).jackknife!.without, []);
  assert.deepEqual([...rowsOf(Float64Array.of(0, 1, 2, 3, 4, 5), Int32Array.of(2, 0), 2)], [4, 5, 0, 1]);
});

Deno.test("confusions are counted at their places, the majority is the smallest of the most frequent", () => {
  assert.deepEqual(confusionMatrix([0, 1, -1, 1, 2], [0, 2, 0, 1, 0], 3), [[1, 0, 0], [0, 1, 1], [1, 0, 0]]);
  for (const [truth, predicted] of [[2, 0], [0, 2], [0, -1], [0, NaN]]) {
    assert.throws(() => confusionMatrix([truth], [predicted], 2), /row 0 has label/);
  }
  assert.deepEqual(confusionMatrix([-1], [5], 2), [[0, 0], [0, 0]]);
  const { n: rows, accuracy, balancedAccuracy, macroF1, perClass } = score([[3, 1, 0], [0, 2, 0], [0, 0, 0]]);
  assert.deepEqual([rows, accuracy, balancedAccuracy], [6, 5 / 6, 0.875]);
  near(macroF1, (6 / 7 + 4 / 5) / 2);
  assert.deepEqual(perClass[1], { support: 2, predicted: 3, precision: 2 / 3, recall: 1, f1: 0.8 });
  assert.deepEqual(perClass[2], { support: 0, predicted: 0, precision: null, recall: null, f1: null });
  assert.deepEqual([score([[0]]).accuracy, score([[0]]).macroF1], [null, null]);
  const cases: [number[], number, number][] = [
    [[0], 3, 0],
    [[2, 2, 1], 3, 2],
    [[1, 2, 2, 1], 3, 1],
    [[-1, -1, 2], 3, 2],
    [[-1], 3, -1],
    [[], 3, -1],
    [[0, 0, 1], 2, 0],
  ];
  for (const [labels, classes, expected] of cases) {
    assert.equal(majorityLabel(labels, classes), expected, `${labels}`);
  }
});

Deno.test("what a channel's mean says is learnt in 64 quantile bins, whose ties the frequent class wins", () => {
  const known = 130, asked = 90, width = 2;
  const value = Float32Array.from({ length: known + asked }, () => rng.normal());
  const labels = Int32Array.from(value, (x) => Math.abs(x) < 0.6 ? 0 : rng.below(3));
  // Windows of two samples whose mean is the value; a second sensor's channel is noise.
  const data = Float32Array.from(
    { length: (known + asked) * 4 },
    (_, i) => i % width === 0 ? value[i >> 2] + (i % 4 < 2 ? 1 : -1) : rng.normal(),
  );
  const cut = {
    recordings: { sensors: ["a", "b"], channels: ["x"], recordings: [{ data }] },
    recording: new Int32Array(known + asked),
    start: Int32Array.from(value, (_, i) => 2 * i),
    labels,
    length: 2,
  } as unknown as Windows;
  const parts = {
    train: Uint32Array.from({ length: known }, (_, i) => i),
    rows: Uint32Array.from({ length: asked }, (_, i) => known + i),
    labels: labels.slice(known),
    classNames: ["a", "b", "c"],
    origin: "measured",
  } as unknown as Judged;
  const { tables, metrics } = judgeChannels(parts, cut);
  const share = [0, 1, 2].map((c) => labels.subarray(0, known).filter((l) => l === c).length / known);
  const expected = [0, 1].map((sensor) => {
    const mean = (i: number) => (data[4 * i + sensor] + data[4 * i + 2 + sensor]) / 2;
    const sorted = Array.from({ length: known }, (_, i) => mean(i)).sort((a, b) => a - b);
    const bin = (x: number) => {
      let bins = 0;
      for (let b = 1; b < 64; b++) if (sorted[Math.floor(b * known / 64)] <= x) bins++;
      return bins;
    };
    let right = 0;
    for (let i = known; i < known + asked; i++) {
      const votes = share.map((s, c) => {
        let count = s * known / (known + 1);
        for (let j = 0; j < known; j++) if (bin(mean(j)) === bin(mean(i)) && labels[j] === c) count++;
        return count;
      });
      if (votes.indexOf(Math.max(...votes)) === labels[i]) right++;
    }
    return right / asked;
  });
  assert.deepEqual(
    tables.channels,
    ["a", "b"].map((sensor, i) => ({ sensor, channel: "x", accuracy: expected[i], windows: asked })),
  );
  assert.equal(metrics.best_channel_accuracy.value, Math.max(...expected));
  assert.deepEqual(judgeChannels({ ...parts, train: new Uint32Array() }, cut), { metrics: {}, tables: {} });
});

Deno.test("clusterings stand beside each other with the mean of the learnt, the best baseline and how far seeds agree", () => {
  const noisy = (share: number) =>
    Int32Array.from(windows.labels, (label) => rng.uniform() < share ? label : rng.below(3));
  const labels = [noisy(0.9), noisy(0.7), noisy(0.8), noisy(0.5), noisy(0.3)];
  const of = (kinds: ("learnt" | "baseline")[]) =>
    judgeClusterings(
      windows,
      splitOf(new Uint8Array(n).fill(3)),
      kinds.map((kind, i) => ({ name: `c${i}`, kind, labels: labels[i] })),
      "test",
    );
  const { metrics, tables } = of(["learnt", "learnt", "learnt", "baseline", "baseline"]);
  const nmi = labels.map((own) => agreement(windows.labels, own).nmi);
  tables.clusterings.forEach((row, i) => near(row.nmi as number, nmi[i]));
  near(metrics.motif_nmi.value, (nmi[0] + nmi[1] + nmi[2]) / 3);
  const three = nmi.slice(0, 3);
  assert.equal(
    metrics.motif_nmi.note,
    `mean of 3, from ${Math.min(...three).toFixed(3)} to ${Math.max(...three).toFixed(3)}`,
  );
  near(metrics.baseline_motif_nmi.value, Math.max(nmi[3], nmi[4]));
  const ari = (a: number, b: number) => agreement(labels[a], labels[b]).ari;
  near(metrics.motif_seed_agreement.value, (ari(0, 1) + ari(0, 2) + ari(1, 2)) / 3);
  assert.match(metrics.motif_seed_agreement.note!, /of 3 pairs of 3 clusterings/);
  const two = of(["learnt", "learnt"]);
  assert.equal(two.metrics.baseline_motif_nmi, undefined);
  const { lower, upper } = two.metrics.motif_seed_agreement.interval!;
  assert.ok(lower < ari(0, 1) && upper > ari(0, 1) && lower >= -1 && upper <= 1);
  assert.equal(of(["learnt", "baseline"]).metrics.motif_seed_agreement, undefined);
  assert.equal(of(["baseline"]).metrics.motif_nmi, undefined);
});
