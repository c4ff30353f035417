import assert from "node:assert/strict";
import { argmaxRows, encodeWindows } from "../../lib/model/evaluate.ts";
import { runEncoder } from "../../lib/model/run_encoder.ts";
import type { Session } from "../../lib/onnx/runtime.ts";
import { makeWindows } from "../temporal/fixtures.ts";

/** A session that gives the first number and the sum of each window, and as many logits as there are classes. */
function sums(width: number, classes: number) {
  const runs: number[][] = [];
  const session = {
    run: ({ window: { data, shape } }: { window: { data: Float32Array; shape: number[] } }) => {
      runs.push([...shape]);
      assert.equal(data.length, shape.reduce((a, b) => a * b));
      const rows = Array.from({ length: shape[0] }, (_, i) => data.subarray(i * width, (i + 1) * width));
      const tensor = (of: (row: Float32Array) => number[]) => ({
        data: Float32Array.from(rows.flatMap(of)),
        shape: [],
      });
      return Promise.resolve({
        latent: tensor((row) => [row[0], row.reduce((a, b) => a + b)]),
        ...(classes === 0
          ? {}
          : { logits: tensor((row) => Array.from({ length: classes }, (_, c) => 10 * row[0] + c)) }),
      });
    },
  } as unknown as Session;
  return { session, runs };
}

const windows = makeWindows([{ subject: "a", samples: 620 }], { length: 4, hop: 1 });
const stride = windows.recordings.sensors.length * windows.recordings.channels.length, width = 4 * stride;
windows.recordings.recordings[0].data = Float32Array.from(
  { length: 620 * stride },
  (_, i) => Math.floor(i / stride),
);
const input = [windows.recordings.channels.length, windows.recordings.sensors.length, 4];
const model = (classes: number, batch?: number) =>
  ({
    architecture: { input, latent: 2, classes },
    scaler: {
      method: "none",
      ...Object.fromEntries(
        [["center", 0], ["scale", 1]].map(([key, value]) => [
          key,
          windows.recordings.sensors.map(() => windows.recordings.channels.map(() => value)),
        ]),
      ),
    },
    ...(batch === undefined ? {} : { batch }),
  }) as unknown as Parameters<typeof encodeWindows>[1];
/** First number and sum of the window at `row`: its samples count up. */
const latentOf = (row: number) => [row, stride * (4 * row + 6)];

Deno.test("encodeWindows() runs batches of the size asked for, in the order of the rows, and says how many are done", async () => {
  const rows = [5, 3, 300, 8, 0, 21, 7];
  for (const [batch, sizes] of [[3, [3, 3, 1]], [7, [7]], [100, [7]], [1, [1, 1, 1, 1, 1, 1, 1]]] as const) {
    const { session, runs } = sums(width, 2), done: number[] = [];
    const out = await encodeWindows(session, model(2), windows, rows, {
      batch,
      onBatch: (n) => void done.push(n),
    });
    assert.deepEqual([...out.latents], rows.flatMap(latentOf));
    assert.deepEqual([...out.logits], rows.flatMap((row) => [10 * row, 10 * row + 1]));
    assert.deepEqual(runs, sizes.map((n) => [n, ...input]));
    assert.deepEqual(done, sizes.map((_, i) => sizes.slice(0, i + 1).reduce((a: number, b) => a + b, 0)));
  }
  const many = sums(width, 0);
  const { logits } = await encodeWindows(
    many.session,
    model(0),
    windows,
    Int32Array.from({ length: 600 }, (_, i) => i),
  );
  assert.deepEqual([many.runs.map(([n]) => n), logits.length], [[256, 256, 88], 0]);
});

Deno.test("encodeWindows() fills up runs of a fixed size at the very end only", async () => {
  const rows = Array.from({ length: 11 }, (_, i) => 10 - i);
  const { session, runs } = sums(width, 3);
  const out = await encodeWindows(session, model(3, 4), windows, rows, { batch: 5 });
  assert.deepEqual([...out.latents], rows.flatMap(latentOf));
  assert.deepEqual([...out.logits], rows.flatMap((row) => [0, 1, 2].map((c) => 10 * row + c)));
  assert.deepEqual(runs.map(([n]) => n), [4, 4, 4]);
  const alone = sums(width, 3);
  const { latents } = await runEncoder(alone.session, model(3, 4), new Float32Array(5 * width).fill(1));
  assert.deepEqual([...latents], new Array(5).fill([1, width]).flat());
  assert.equal(alone.runs.length, 2);
});

Deno.test("encodeWindows() changes what it is told to change of each batch, and ends where it is told to", async () => {
  const { session } = sums(width, 0), seen: number[] = [];
  const out = await encodeWindows(session, model(0), windows, [1, 2, 3], {
    batch: 2,
    perturb(data) {
      seen.push(data.length);
      data.fill(0.5);
    },
  });
  assert.deepEqual([...out.latents], new Array(3).fill([0.5, width / 2]).flat());
  assert.deepEqual(seen, [2 * width, width]);
  const stop = new AbortController(), done: number[] = [];
  const onBatch = (n: number) => {
    done.push(n);
    if (n === 4) stop.abort(new Error("enough"));
  };
  const options = { batch: 2, onBatch, signal: stop.signal };
  await assert.rejects(encodeWindows(session, model(0), windows, [1, 2, 3, 4, 5, 6], options), /enough/);
  assert.deepEqual(done, [2, 4]);
});

Deno.test("argmaxRows() is the place of the largest number of each row, the first on ties", () => {
  assert.deepEqual([...argmaxRows(Float32Array.of(1, 3, 2, 9, 0, 9, -5, -4, -3, 0, 0, 0), 3)], [1, 0, 2, 0]);
  assert.deepEqual([...argmaxRows(Float32Array.of(1, 2, 4, 3), 2)], [1, 0]);
});
