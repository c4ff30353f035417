import assert from "node:assert/strict";
import { fitScaler, scalerError } from "../../lib/model/scaler.ts";
import { Random } from "../../lib/random.ts";
import { sampleModel, sampleWindows } from "./sample_model.ts";

const model = sampleModel();
const windows = (() => {
  const own = sampleWindows(model, 8);
  return { ...own, recordings: { ...own.recordings, triads: [[0, 1, 2]] as [number, number, number][] } };
})();
const rows = [0, 1, 5, 13];
const [channels, sensors, length] = model.architecture.input;

/** All values of a channel in the windows, those of samples that windows share as often as they share them. */
function values(s: number, c: number): number[] {
  return rows.flatMap((row) => {
    const { data } = windows.recordings.recordings[windows.recording[row]];
    return Array.from({ length }, (_, t) => data[((windows.start[row] + t) * sensors + s) * channels + c]);
  });
}
const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length;
const near = (actual: number, expected: number) =>
  assert.ok(
    Math.abs(actual - expected) < 1e-5 * Math.max(1, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );

Deno.test("fitScaler() by z-score centers every channel and divides by its standard deviation", () => {
  const { center, scale } = fitScaler(windows, rows, "zscore");
  for (let s = 0; s < sensors; s++) {
    for (let c = 0; c < channels; c++) {
      const own = values(s, c), m = mean(own);
      near(center[s][c], m);
      near(scale[s][c], 1 / Math.sqrt(mean(own.map((v) => (v - m) ** 2))));
    }
  }
});

Deno.test("fitScaler() by triad has one factor for three channels of a sensor, and z-scores for the others", () => {
  const { center, scale } = fitScaler(windows, rows, "triad");
  const each = fitScaler(windows, rows, "zscore");
  for (let s = 0; s < sensors; s++) {
    const power = mean([0, 1, 2].map((c) => mean(values(s, c).map((v) => v ** 2))));
    for (const c of [0, 1, 2]) {
      near(scale[s][c], 1 / Math.sqrt(power));
      assert.equal(center[s][c], 0);
    }
    assert.deepEqual(scale[s].slice(3), each.scale[s].slice(3));
    assert.deepEqual(center[s].slice(3), each.center[s].slice(3));
  }
});

Deno.test("fitScaler() leaves a dead channel as it is, and everything where none is asked for", () => {
  const flat = structuredClone(windows);
  for (const { data } of flat.recordings.recordings) {
    for (let i = 4; i < data.length; i += sensors * channels) data[i] = 7;
  }
  const { center, scale } = fitScaler(flat, rows, "zscore");
  assert.deepEqual([center[0][4], scale[0][4]], [7, 1]);
  const none = fitScaler(windows, rows, "none");
  assert.ok(none.center.flat().every((v) => v === 0) && none.scale.flat().every((v) => v === 1));
  assert.deepEqual([none.center.length, none.center[0].length], [sensors, channels]);
});

Deno.test("scalerError() is half of what separates the scalers of two halves, whose runs stay whole", () => {
  // Three runs: the first and third against the second.
  const sample = Int32Array.of(0, 1, 2, 5, 6, 7, 8, 11, 12);
  const [a, b] = [[0, 1, 2, 11, 12], [5, 6, 7, 8]].map((own) => fitScaler(windows, own, "zscore"));
  const apart = a.scale.flatMap((scales, s) =>
    scales.flatMap((
      scale,
      c,
    ) => [Math.abs(Math.log(scale / b.scale[s][c])), Math.abs(a.center[s][c] - b.center[s][c]) * scale])
  );
  near(scalerError(windows, sample, "zscore"), Math.max(...apart) / 2);
  assert.equal(scalerError(windows, sample, "none"), 0);
  // Neighbours are one half, so that nothing can be said of them.
  assert.ok(Number.isNaN(scalerError(windows, Int32Array.of(3, 4, 5), "triad")));
});

Deno.test("scalerError() falls with the number of windows as a standard error does", () => {
  const rng = new Random(4);
  const many = sampleWindows(model, 8);
  for (const { data } of many.recordings.recordings) data.forEach((_, i) => data[i] = rng.normal());
  // Every other window, so that each is a run of its own.
  const all = Int32Array.from({ length: Math.floor(many.start.length / 2) }, (_, i) => 2 * i);
  const few = all.filter((_, i) => i % 8 === 0);
  assert.ok(scalerError(many, few, "zscore") > scalerError(many, all, "zscore"));
});
