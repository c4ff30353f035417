import assert from "node:assert/strict";
import { Part, type Split } from "../../../lib/artifacts/split.ts";
import { agreement } from "../../../lib/cluster/judge/agreement.ts";
import { baselineNames } from "../../../lib/model/discover/baseline_names.ts";
import { baselineMotifs, statisticsOf } from "../../../lib/model/discover/baselines.ts";
import { Random } from "../../../lib/random.ts";
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
