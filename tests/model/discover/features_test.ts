import assert from "node:assert/strict";
import { bandEdges, BandEnergies } from "../../../lib/model/discover/band_energies.ts";
import { featuresOf } from "../../../lib/model/discover/features.ts";
import { Random } from "../../../lib/random.ts";
import { plantedWindows } from "./planted.ts";

const windows = plantedWindows(1, 6);
const one = { center: [[0, 0, 0]], scale: [[1, 1, 1]] };

/** Samples of channel c in window w, as the recording has them. */
const samples = (w: number, c: number) =>
  Array.from(
    { length: windows.length },
    (_, t) => windows.recordings.recordings[0].data[3 * (windows.start[w] + t) + c],
  );
const mean = (x: number[]) => x.reduce((a, b) => a + b) / x.length;
const deviation = (x: number[]) => Math.sqrt(mean(x.map((v) => (v - mean(x)) ** 2)));

Deno.test("BandEnergies adds up to the energy of the windowed signal, and a sine lies in the band of its frequency", () => {
  const length = 64, rng = new Random(2);
  const bands = new BandEnergies(length);
  const y = Array.from({ length }, () => rng.normal());
  const hann = y.map((_, t) => 0.5 - 0.5 * Math.cos(2 * Math.PI * t / (length - 1)));
  // Parseval: |X₀|² + 2 Σ|X|² + |X_half|² = N Σ x².
  const windowed = y.map((v, t) => v * hann[t]);
  const edge = (sign: (t: number) => number) => windowed.reduce((sum, v, t) => sum + v * sign(t), 0) ** 2;
  const energy = length * windowed.reduce((sum, v) => sum + v * v, 0);
  const half = edge((t) => t % 2 === 0 ? 1 : -1);
  const expected = (energy - edge(() => 1) - half) / 2 + half;
  assert.deepEqual(bandEdges(length).at(-1), 33);
  assert.ok(Math.abs(bands.of(y, 0).reduce((a, b) => a + b) - expected) < 1e-9 * energy);
  const sine = Array.from({ length }, (_, t) => 3 + Math.sin(2 * Math.PI * 10 * t / length));
  const found = bands.of(sine, 3);
  assert.equal(found.indexOf(Math.max(...found)), bandEdges(length).findLastIndex((first) => first <= 10));
});

Deno.test("featuresOf() has moments of channels and norms, correlations and tilt where they are said to be", () => {
  const { values, width, energies } = featuresOf(windows, [4, 2], one);
  const spectrum = 2 + bandEdges(windows.length).length - 1;
  assert.deepEqual(energies, [1, 1 + spectrum, 1 + 2 * spectrum]);
  assert.equal(width, 4 * spectrum + 3 + 3 + 3);
  const near = (actual: number, expected: number) =>
    assert.ok(Math.abs(actual - expected) < 1e-5, `${actual} ${expected}`);
  for (const [i, w] of [4, 2].entries()) {
    const row = values.subarray(i * width, (i + 1) * width);
    const x = [0, 1, 2].map((c) => samples(w, c));
    const norm = x[0].map((_, t) => Math.hypot(x[0][t], x[1][t], x[2][t]));
    [...x, norm].forEach((y, c) => {
      near(row[c * spectrum], mean(y));
      near(row[c * spectrum + 1], Math.log(deviation(y) + 1e-3));
    });
    const rest = row.subarray(4 * spectrum);
    x.forEach((y, c) => near(rest[c], mean(y.map((v) => (v - mean(y)) ** 3)) / (deviation(y) + 1e-3) ** 3));
    const correlation = (a: number[], b: number[]) =>
      mean(a.map((v, t) => (v - mean(a)) * (b[t] - mean(b)))) /
      ((deviation(a) + 1e-3) * (deviation(b) + 1e-3));
    [[1, 0], [2, 0], [2, 1]].forEach(([a, b], k) => near(rest[3 + k], correlation(x[a], x[b])));
    const size = Math.hypot(...x.map(mean)) + 1e-3;
    x.forEach((y, c) => near(rest[6 + c], mean(y) / size));
  }
});

Deno.test("featuresOf() sees scaled samples, and no context", () => {
  const { values, width } = featuresOf(windows, [3], one);
  const scaled = { center: [[0, 0, 0]], scale: [[2, 2, 2]] };
  const double = featuresOf({ ...windows, context: 5 }, [3], scaled);
  assert.equal(double.width, width);
  assert.ok(Math.abs(double.values[0] - 2 * values[0]) < 1e-5);
  assert.ok(Math.abs(double.values.at(-1)! - values.at(-1)!) < 1e-3);
});

Deno.test("featuresOf() of two sensors has those of both, and the correlations between them", () => {
  const [recording] = windows.recordings.recordings;
  // The second sensor shows the first one's y as its x, far from zero, and the other way round.
  const data = Float32Array.from({ length: 4 * recording.samples }, (_, i) => {
    const t = Math.floor(i / 4), c = i % 4;
    return 5 + recording.data[3 * t + [0, 1, 1, 0][c]];
  });
  const two = {
    ...windows,
    recordings: {
      ...windows.recordings,
      sensors: ["a", "b"],
      channels: ["x", "y"],
      triads: [],
      recordings: [{ ...recording, data }],
    },
  };
  const scaler = { center: [[0, 0], [0, 0]], scale: [[1, 1], [1, 1]] };
  const { values, width } = featuresOf(two, [4], scaler);
  const spectrum = 2 + bandEdges(windows.length).length - 1;
  assert.equal(width, 4 * spectrum + 4 + 6);
  assert.equal(values.length, width);
  // Channel by channel, and within it sensor by sensor: x of a, x of b, y of a, y of b.
  const [x, y] = [samples(4, 0), samples(4, 1)];
  [x, y, y, x].forEach((own, c) => assert.ok(Math.abs(values[c * spectrum] - 5 - mean(own)) < 1e-5));
  const correlations = [...values.subarray(4 * spectrum + 4)];
  const share = (deviation(x) / (deviation(x) + 1e-3)) ** 2;
  const own = (a: number[], b: number[]) =>
    mean(a.map((v, t) => (v - mean(a)) * (b[t] - mean(b)))) / ((deviation(a) + 1e-3) * (deviation(b) + 1e-3));
  const expected = [own(y, x), own(y, x), own(y, y), share, own(x, y), own(x, y)];
  correlations.forEach((value, k) =>
    assert.ok(Math.abs(value - expected[k]) < 1e-4, `${k}: ${value} ${expected[k]}`)
  );
});
