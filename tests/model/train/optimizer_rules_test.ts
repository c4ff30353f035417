import assert from "node:assert/strict";
import { Part } from "../../../lib/artifacts/split.ts";
import { InputError } from "../../../lib/errors.ts";
import { epochBatches } from "../../../lib/model/train/batches.ts";
import { AdamW, globalNorm, learningRate } from "../../../lib/model/train/optimizer.ts";
import { classesOf, classWeights, labeledRowsOf, rowsOf } from "../../../lib/model/train/training_rows.ts";
import { Random } from "../../../lib/random.ts";
import { splitOf } from "../../cluster/make_request.ts";
import { makeWindows } from "../../temporal/fixtures.ts";

const near = (actual: ArrayLike<number>, expected: ArrayLike<number>, error = 1e-6) => {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(
      Math.abs(actual[i] - expected[i]) < error * (1 + Math.abs(expected[i])),
      `${i}: ${actual[i]} ${expected[i]}`,
    );
  }
};

Deno.test("AdamW takes the steps of its paper, decays weights only and clips all gradients by one factor", () => {
  const rng = new Random(5);
  const start = { "a.weight": [0.5, -1, 2], "a.bias": [0.1, -0.2], "n.gamma": [1] };
  const parameters = Object.fromEntries(
    Object.entries(start).map(([name, x]) => [name, Float32Array.from(x)]),
  );
  const adam = new AdamW(parameters, { weightDecay: 0.1, clip: 1.5 });
  const theta: Record<string, number[]> = structuredClone(start);
  const [m, v] = [0, 1].map(() =>
    Object.fromEntries(Object.entries(start).map(([name, x]) => [name, x.map(() => 0)]))
  );
  for (let t = 1; t <= 4; t++) {
    const rate = 0.01 * t, size = t === 2 ? 0.1 : 2;
    const gradients = Object.fromEntries(
      Object.entries(start).map(([name, x]) => [name, Float32Array.from(x, () => size * rng.normal())]),
    );
    const norm = Math.hypot(...Object.values(gradients).flatMap((g) => [...g]));
    const clipped = norm > 1.5 ? 1.5 / norm : 1;
    near([globalNorm(gradients), adam.step(gradients, rate)], [norm, norm]);
    for (const name of Object.keys(start)) {
      theta[name] = theta[name].map((x, i) => {
        const g = gradients[name][i] * clipped;
        m[name][i] = 0.9 * m[name][i] + 0.1 * g;
        v[name][i] = 0.999 * v[name][i] + 0.001 * g * g;
        const step = m[name][i] / (1 - 0.9 ** t) / (Math.sqrt(v[name][i] / (1 - 0.999 ** t)) + 1e-8);
        return x - (name === "a.weight" ? rate * 0.1 * x : 0) - rate * step;
      });
      near(parameters[name], theta[name], 1e-5);
    }
    assert.equal(adam.steps, t);
  }
  // Taken up again from its moments it goes on as before.
  const copy = Object.fromEntries(Object.entries(parameters).map(([name, x]) => [name, x.slice()]));
  const again = new AdamW(copy, { weightDecay: 0.1, clip: 1.5 });
  again.restore(adam.steps, structuredClone(adam.moments()));
  const gradients = Object.fromEntries(
    Object.entries(start).map(([name, x]) => [name, Float32Array.from(x)]),
  );
  adam.step(gradients, 0.02);
  again.step(gradients, 0.02);
  assert.deepEqual(copy, parameters);
  const broken = { ...gradients, "a.bias": Float32Array.of(0, NaN), "n.gamma": Float32Array.of(Infinity) };
  assert.throws(() => adam.step(broken, 0.1), /the gradient of a\.bias is not finite/);
});

Deno.test("the learning rate warms up in a line and falls along half a cosine, also where nothing is left of it", () => {
  const of = (epoch: number, epochs: number, warmupEpochs: number) =>
    learningRate(epoch, { peak: 2, epochs, warmupEpochs });
  near([of(0, 10, 4), of(1, 10, 4), of(3.5, 10, 4), of(4, 10, 4)], [0, 0.5, 1.75, 2]);
  near([of(5, 10, 4), of(7, 10, 4), of(8.5, 10, 4), of(10, 10, 4), of(12, 10, 4)], [
    1 + Math.cos(Math.PI / 6),
    1,
    1 + Math.cos(0.75 * Math.PI),
    0,
    0,
  ]);
  near([of(0, 10, 0), of(5, 10, 0), of(3, 3, 3), of(3 + 5e-10, 3, 3)], [2, 1, 2, 1]);
});

Deno.test("rows, classes and their weights are those of the training part", () => {
  const windows = makeWindows([{ subject: "a", samples: 60 }], {
    labelNames: ["x", "y", "z", "w"],
    label: (_, s) => [3, 1, -1, 3, 3, 1, 0][s / 5 % 7],
  });
  windows.purity = Float32Array.from(windows.start, (_, i) => i % 4 === 0 ? 0.5 : 0.8);
  const n = windows.start.length, part = Uint8Array.from(windows.start, (_, i) => i === 6 || i > 9 ? 3 : 1);
  const split = splitOf(part);
  const all = [...part.keys()];
  near(rowsOf(windows, split, Part.train), all.filter((i) => part[i] === 1));
  near(
    labeledRowsOf(windows, split, Part.train, 0.5),
    all.filter((i) => part[i] === 1 && windows.labels[i] >= 0),
  );
  near(
    labeledRowsOf(windows, split, Part.train, 0.6),
    all.filter((i) => part[i] === 1 && windows.labels[i] >= 0 && i % 4 !== 0),
  );
  assert.throws(() => rowsOf(windows, splitOf(part.slice(1)), Part.train), InputError);
  const rows = labeledRowsOf(windows, split, Part.train, 0.5),
    { names, labels, classOf } = classesOf(windows, rows);
  assert.deepEqual([names, [...classOf]], [["y", "w"], [-1, 0, -1, 1]]);
  near(labels, windows.labels.map((id) => id === 1 ? 0 : id === 3 ? 1 : -1));
  assert.equal(labels.length, n);
  const counts = [0, 1].map((c) => [...rows].filter((row) => labels[row] === c).length);
  for (
    const [rule, of] of [["none", () => 1], ["sqrt", (x: number) => x ** -0.5], [
      "balanced",
      (x: number) => 1 / x,
    ]] as const
  ) {
    const raw = counts.map(of), mean = raw.reduce((sum, w, c) => sum + w * counts[c], 0) / rows.length;
    near(classWeights(labels, rows, 2, rule), raw.map((w) => w / mean));
  }
});

Deno.test("an epoch has every window once, shares of labels as targets, and rows without weight at its end", () => {
  const windows = makeWindows(
    [{ subject: "a", samples: 40 }, { subject: "b", samples: 30, gaps: [[12, 14]] }],
    { length: 8, hop: 4, labelNames: ["x", "y", "z"] },
  );
  const rng = new Random(2);
  for (const recording of windows.recordings.recordings) {
    recording.data = Float32Array.from(recording.data, (_, i) => i + 100 * (recording.id === "r1" ? 1 : 0));
    recording.labels = Int32Array.from(recording.labels, () => rng.below(4) - 1);
  }
  const rows = Int32Array.from(windows.start.keys()).filter((i) => i % 5 !== 4);
  const classOf = Int32Array.of(1, -1, 0), weights = Float64Array.of(2, 0.5);
  const scaler = { center: [[1]], scale: [[0.5]] };
  for (const shift of [0, 3]) {
    const options = { batch: 4, classes: 2, labelSmoothing: 0.2, shift };
    const batches = [...epochBatches(windows, rows, classOf, weights, scaler, options, new Random(7))];
    assert.equal(batches.length, Math.ceil(rows.length / 4));
    assert.deepEqual(batches.flatMap(({ rows: own }) => [...own]).sort((a, b) => a - b), [...rows]);
    let moved = 0;
    for (const { window, target, rows: own } of batches) {
      assert.deepEqual([window.length, target.length], [32, 8]);
      const expected: number[] = [];
      own.forEach((row, i) => {
        const recording = windows.recordings.recordings[windows.recording[row]];
        // Where the window really began, by its first sample.
        const first = Math.round(window[8 * i] / 0.5 + 1) - (windows.recording[row] === 1 ? 100 : 0);
        const off = first - windows.start[row];
        moved += Number(off !== 0);
        assert.ok(Math.abs(off) <= shift && first >= 0 && first + 8 <= recording.samples);
        assert.ok(recording.gaps.every(([a, b]) => first + 8 <= a || first >= b));
        near(
          window.subarray(8 * i, 8 * i + 8),
          [...recording.data.subarray(first, first + 8)].map((x) => (x - 1) * 0.5),
        );
        const mass = [0, 0];
        for (let t = first; t < first + 8; t++) {
          const c = recording.labels[t] < 0 ? -1 : classOf[recording.labels[t]];
          if (c >= 0) mass[c] += weights[c];
        }
        expected.push(...mass.map((x) => 0.8 * x + 0.2 * (mass[0] + mass[1]) / 2));
      });
      const total = expected.reduce((a, b) => a + b);
      near(target, [...expected.map((x) => x / total), ...new Array(8 - expected.length).fill(0)]);
    }
    assert.equal(moved > 0, shift > 0);
  }
});
