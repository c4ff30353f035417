import assert from "node:assert/strict";
import { Part, type Split } from "../../../lib/artifacts/split.ts";
import { arHmm, decodeArHmm } from "../../../lib/cluster/fit/ar_hmm.ts";
import { decodeGaussianHmm, gaussianHmm } from "../../../lib/cluster/fit/gaussian_hmm.ts";
import { kmeans } from "../../../lib/cluster/fit/kmeans.ts";
import { agreement } from "../../../lib/cluster/judge/agreement.ts";
import { baselineNames } from "../../../lib/model/discover/baseline_names.ts";
import { baselineMotifs, statisticsOf } from "../../../lib/model/discover/baselines.ts";
import { Random } from "../../../lib/random.ts";
import { makeWindows } from "../../temporal/fixtures.ts";
import { plantedWindows, withoutLabels } from "./planted.ts";

const windows = plantedWindows(6, 90);
const split: Split = {
  part: Uint8Array.from(windows.recording, (r) => r < 4 ? Part.train : Part.test),
  rule: "by subject",
  leaks: false,
  sharesSubjects: false,
  groups: { train: [], validation: [], test: [] },
  details: {},
};
const statistics = statisticsOf(windows, split, 6);
const n = windows.start.length;

Deno.test("statisticsOf() gives uncorrelated components of variance 1 on the training part, and reads no other", () => {
  const train = [...Array(n).keys()].filter((row) => split.part[row] === Part.train);
  for (let p = 0; p < 6; p++) {
    for (let q = 0; q <= p; q++) {
      const sum = train.reduce((sum, row) => sum + statistics[row * 6 + p] * statistics[row * 6 + q], 0);
      assert.ok(Math.abs(sum / train.length - Number(p === q)) < 0.02, `${p} ${q}: ${sum / train.length}`);
    }
  }
  const other = structuredClone(windows);
  other.recordings.recordings.slice(4).forEach(({ data }) => data.forEach((x, i) => data[i] = 3 * x + 1));
  const again = statisticsOf(other, split, 6);
  for (const row of train) assert.equal(again[row * 6], statistics[row * 6]);
});

Deno.test("baselineMotifs() clusters people it was not fitted on, without labels, and the HMM uses time", () => {
  const judged = [...Array(n).keys()].filter((row) =>
    split.part[row] === Part.test && windows.purity[row] >= 0.75
  );
  const bare = withoutLabels(windows);
  const nmi = baselineNames.map((name) => {
    const labels = baselineMotifs(name, bare, split, statistics, 4, new Random(3));
    assert.equal(labels.length, n);
    assert.ok(labels.every((label) => label >= 0 && label < 4));
    const pick = (list: Int32Array) => Int32Array.from(judged, (row) => list[row]);
    return agreement(pick(windows.labels), pick(labels)).nmi;
  });
  assert.ok(nmi.every((value) => value > 0.1 && value < 1), `${nmi}`);
  assert.ok(nmi[2] > nmi[0], `${nmi}`);
});

/** Recordings of six windows side by side; those of the second belong to nobody's part but for the last three. */
const few = makeWindows(["a", "b", "c"].map((subject) => ({ subject, samples: 60 })), { hop: 10 });
const fewSplit: Split = {
  ...split,
  part: Uint8Array.from(few.start, (start, i) => i < 6 || i < 12 && start >= 30 ? Part.train : Part.test),
};

Deno.test("k-means and the mixture cluster the training windows alone, the first among them, and assign the rest", () => {
  // The first training window is alone; what is tested lies beside it, beside the others, and far away.
  const at = [50, 0, 1, 2, 1, 0, 70, 71, 70, 2, 1, 0, 49, 3, 51, -9, 48, 1];
  const values = Float64Array.from(at.flatMap((x, i) => [x, i % 2]));
  const labels = baselineMotifs("kmeans", few, fewSplit, values, 2, new Random(1));
  assert.deepEqual(
    [...labels].map((label) => label === labels[0]),
    at.map((x) => x > 25),
  );
  const spread = Float64Array.from({ length: 36 }, (_, q) => {
    const i = q >> 1;
    return (i % 2 === 0 ? 20 : 0) + Math.sin(5 * q);
  });
  const mixed = baselineMotifs("gmm", few, fewSplit, spread, 2, new Random(1));
  assert.deepEqual([...mixed].map((label) => label === mixed[0]), [...mixed].map((_, i) => i % 2 === 0));
});

Deno.test("hidden Markov models learn from runs of training windows side by side, and decode every recording", () => {
  const rng = new Random(4);
  const values = Float64Array.from(
    { length: 18 },
    (_, i) => (Math.floor(i / 3) % 2 === 0 ? 1 : -1) + 0.25 * rng.normal(),
  );
  const train = [0, 1, 2, 3, 4, 5, 9, 10, 11];
  const points = {
    values: Float64Array.from(train, (row) => values[row]),
    dimensions: 1,
    weights: new Float64Array(9).fill(1),
  };
  const all = { values, dimensions: 1, weights: new Float64Array(18).fill(1) };
  const runs = [{ from: 0, to: 6 }, { from: 6, to: 9 }];
  const recordings = [{ from: 0, to: 6 }, { from: 6, to: 12 }, { from: 12, to: 18 }];
  const { labels } = kmeans(points, 2, new Random(7), { nInit: 10 });
  const regCovar = 1e-3;
  const expected = {
    hmm: decodeGaussianHmm(all, recordings, gaussianHmm(points, runs, 2, labels, { regCovar })),
    "ar-hmm": decodeArHmm(all, recordings, arHmm(points, runs, 2, labels, { regCovar })),
  };
  for (const name of ["hmm", "ar-hmm"] as const) {
    const actual = baselineMotifs(name, few, fewSplit, values, 2, new Random(7));
    assert.deepEqual([...actual], [...expected[name]], name);
  }
  assert.notDeepEqual(expected.hmm, expected["ar-hmm"]);
  assert.deepEqual(
    [...expected.hmm].map((label) => label === expected.hmm[0]),
    [...values].map((x) => x > 0),
  );
});
