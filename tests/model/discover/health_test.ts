import assert from "node:assert/strict";
import type { NpyArray } from "../../../lib/artifacts/npy.ts";
import { Quantizer } from "../../../lib/fsq/quantizer.ts";
import { discoveryHealth } from "../../../lib/model/discover/health.ts";
import { encodeWindows } from "../../../lib/model/evaluate.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { sampleModel, sampleWindows } from "../sample_model.ts";

const model = sampleModel({ levels: [8, 6, 5], latent: 3 }, 3);
const windows = sampleWindows(model, 20);
const scaler = { center: model.scaler.center, scale: model.scaler.scale };
type Weights = Record<string, NpyArray<Float32Array>>;
const health = (rows: number[], weights = model.weights as Weights) =>
  discoveryHealth(model.architecture, weights, windows, scaler, Int32Array.from(rows), 7, 1);
const near = (actual: number | null, expected: number) =>
  assert.ok(Math.abs(actual! - expected) < 1e-6, `${actual} is not ${expected}`);

Deno.test("discoveryHealth() has the use of the codes, and how each dimension agrees with its next window", async () => {
  // Ten windows of the first recording, with a gap after the sixth, and all of the third.
  const rows = [0, 1, 2, 3, 4, 5, 9, 10, 11, 12, ...Array.from({ length: 20 }, (_, i) => 40 + i)];
  const found = await health(rows);
  const session = await openSession(model.onnx);
  const { latents } = await encodeWindows(session, model, windows, rows);
  await session.release();
  const quantizer = new Quantizer([8, 6, 5]);
  const counts = Map.groupBy(quantizer.codes(latents), (code) => code).values().map((own) =>
    own.length / rows.length
  );
  const shares = [...counts];
  near(found.perplexity, Math.exp(-shares.reduce((sum, p) => sum + p * Math.log(p), 0)));
  near(found.topShare, Math.max(...shares));
  assert.deepEqual([found.health!.n, found.health!.collapsedEpochs, found.health!.dimensions.length], [
    30,
    [],
    3,
  ]);
  // Values less their recording's mean, then all together of variance 1.
  const values = Array.from(quantizer.values(latents));
  const correlations = [0, 1, 2].map((j) => {
    const column = rows.map((row, i) => {
      const own = rows.flatMap((other, q) => (other < 20) === (row < 20) ? [values[3 * q + j]] : []);
      return values[3 * i + j] - own.reduce((a, b) => a + b) / own.length;
    });
    const deviation = Math.sqrt(column.reduce((sum, v) => sum + v * v, 0) / rows.length);
    const pairs = rows.flatMap((row, i) => rows[i + 1] === row + 1 ? [column[i] * column[i + 1]] : []);
    // A dimension that does not change within recordings agrees with nothing.
    return deviation < 1e-9 ? 0 : pairs.reduce((a, b) => a + b) / pairs.length / deviation ** 2;
  });
  assert.equal(found.neighbors!.n, 5 + 3 + 19);
  assert.ok(correlations.filter((r) => Math.abs(r) > 0.01).length > 1, `${correlations}`);
  correlations.forEach((expected, j) => near(found.neighbors!.correlations[j], expected));
});

Deno.test("discoveryHealth() tells a collapsed code at its epoch, and nothing without windows or neighbors", async () => {
  // Without weights at its end each window has one code.
  const dead = Object.fromEntries(
    Object.entries(model.weights as Weights).map(([name, { data, shape }]) => [
      name,
      name.startsWith("projection") ? { data: new Float32Array(data.length), shape } : { data, shape },
    ]),
  );
  const { health: own, perplexity, topShare, neighbors } = await health([0, 1, 2, 3], dead);
  assert.deepEqual([own!.collapsedEpochs, perplexity, topShare, neighbors], [
    ...[[7], 1, 1, { n: 3, correlations: [0, 0, 0] }],
  ]);
  assert.equal((await health([0, 2, 19, 20])).neighbors, null);
  assert.deepEqual(await health([]), {
    health: undefined,
    perplexity: null,
    topShare: null,
    neighbors: null,
  });
});
