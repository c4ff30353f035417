import assert from "node:assert/strict";
import { agreement } from "../../../lib/cluster/judge/agreement.ts";
import { kmeans } from "../../../lib/cluster/fit/kmeans.ts";
import { nearestCentroid } from "../../../lib/cluster/fit/posterior.ts";
import { discover, type DiscoverOptions } from "../../../lib/model/discover/discover.ts";
import { featuresOf } from "../../../lib/model/discover/features.ts";
import { standardize } from "../../../lib/model/discover/columns.ts";
import { encodeWindows } from "../../../lib/model/evaluate.ts";
import { encoderOnnx } from "../../../lib/model/forward.ts";
import { fitScaler } from "../../../lib/model/scaler.ts";
import { defaultArchitecture } from "../../../lib/model/train/initial.ts";
import { Quantizer } from "../../../lib/fsq/quantizer.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { Random } from "../../../lib/random.ts";
import type { Windows } from "../../../lib/artifacts/windows.ts";
import { plantedWindows, withoutLabels } from "./planted.ts";

const options: DiscoverOptions = {
  epochs: 16,
  batch: 64,
  teachers: 2,
  learningRate: 4e-3,
  weightDecay: 1e-3,
  clip: 1,
  averaging: 0.9,
  threads: 1,
  rotation: 0.3,
  scaling: 0.1,
  jitter: 0.03,
};
const levels = [6, 5, 4];
const architecture = defaultArchitecture([3, 1, 24], 0, levels, { widths: [8, 12], neck: [12], head: [] });
const windows = plantedWindows(6, 120);
const rows = Int32Array.from(windows.start, (_, i) => i);
/** The last two people are only judged. */
const held = (window: number) => windows.recording[window] >= 4;

async function learn(from: Windows, changes: Partial<DiscoverOptions> = {}, hooks = {}, seed = 1) {
  const scaler = fitScaler(from, rows.filter((row) => !held(row)), "triad");
  const wanted = (window: number) => !held(window);
  const found = await discover(
    architecture,
    from,
    scaler,
    wanted,
    { ...options, ...changes },
    new Random(seed),
    {
      onProgress: () => {},
      ...hooks,
    },
  );
  return { ...found, scaler };
}

/** Agreement of four clusters, fitted on people that are not held, with the labels of those that are. */
function nmiOfHeld(values: Float64Array, d: number): number {
  const pick = (wanted: (row: number) => boolean) => {
    const some = [...rows].filter(wanted);
    const data = Float64Array.from(some.flatMap((row) => [...values.subarray(row * d, (row + 1) * d)]));
    return { some, points: { values: data, dimensions: d, weights: new Float64Array(some.length).fill(1) } };
  };
  const { centroids } = kmeans(pick((row) => !held(row)).points, 4, new Random(1));
  const { some, points } = pick((row) => held(row) && windows.purity[row] >= 0.75);
  return agreement(Int32Array.from(some, (row) => windows.labels[row]), nearestCentroid(points, centroids))
    .nmi;
}

Deno.test("discover() finds planted behaviours in people it never saw, better than statistics of windows do", async () => {
  const { weights, scaler, persistence } = await learn(withoutLabels(windows));
  const session = await openSession(encoderOnnx({ architecture, weights }));
  const model = { architecture, scaler: { method: "triad", ...scaler } };
  const { latents } = await encodeWindows(session, model, windows, rows);
  await session.release();
  const code = nmiOfHeld(new Quantizer(levels).values(latents), levels.length);
  const { values, width } = featuresOf(windows, rows, scaler);
  standardize(values, width);
  const statistics = nmiOfHeld(values, width);
  assert.ok(code > 0.7 && code > statistics + 0.05, `${code} ${statistics}`);
  assert.ok(persistence.every((p, i) => p <= 1 && (i === 0 || p <= persistence[i - 1])));
});

Deno.test("discover() learns the same, bit for bit, from windows without labels and with any others", async () => {
  const short = { epochs: 1, teachers: 1 };
  const rng = new Random(7);
  const shuffled = {
    ...windows,
    labels: rng.shuffle(windows.labels.slice()),
    recordings: {
      ...windows.recordings,
      recordings: windows.recordings.recordings.map((recording) => ({
        ...recording,
        labels: rng.shuffle(recording.labels.slice()),
      })),
    },
  };
  const { weights } = await learn(windows, short);
  for (const other of [withoutLabels(windows), shuffled]) {
    assert.deepEqual((await learn(other, short)).weights, weights);
  }
  assert.notDeepEqual((await learn(windows, short, {}, 2)).weights, weights);
});

Deno.test("discover() goes on from the teachers that were done, to the same weights", async () => {
  const short = { epochs: 1, teachers: 2 };
  const saved: Uint8Array[] = [];
  const checkpoint = { load: () => undefined, save: (state: Uint8Array) => void saved.push(state) };
  const whole = await learn(windows, short, { checkpoint });
  assert.equal(saved.length, 2);
  const told: string[] = [];
  const resumed = await learn(windows, short, {
    checkpoint: { load: () => saved[0], save: () => {} },
    onProgress: (_: number, message: string) => void told.push(message),
  });
  assert.deepEqual(resumed.weights, whole.weights);
  assert.match(told[0], /^teacher 2 of 2/);
});

Deno.test("discover() refuses windows that hardly have neighbours", async () => {
  const sparse = { ...windows, start: windows.start.map((start) => start * 5), hop: 12 };
  const found = discover(
    architecture,
    sparse,
    fitScaler(windows, rows, "triad"),
    (window) => window % 2 === 0,
    options,
    new Random(1),
    { onProgress: () => {} },
  );
  await assert.rejects(found, /Cannot discover: 0 training windows have a window after them, 8 are needed/);
});
