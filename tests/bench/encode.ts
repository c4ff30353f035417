/**
 * Encoding throughput against the runtime's own best: `deno run -A tests/bench/encode.ts [threads]`.
 *
 * The best is the same session run again and again on one ready batch; encoding also gathers, scales and copies.
 */
import { encodeWindows } from "../../lib/model/evaluate.ts";
import { openSession } from "../../lib/onnx/runtime.ts";
import { gatherWindows } from "../../lib/signal/window/batch.ts";
import { sampleModel, sampleWindows } from "../model/sample_model.ts";

const threads = Number(Deno.args[0] ?? 1);
const model = sampleModel({
  input: [9, 2, 100],
  blocks: [
    { channels: 32, kernel: [1, 5], pool: 2 },
    { channels: 64, kernel: [1, 5], pool: 2 },
    { channels: 64, kernel: [2, 5], pool: 1 },
  ],
  levels: [4, 4, 4],
  latent: 3,
  head: [64],
  classes: 10,
});
const windows = sampleWindows(model, 4000);
const n = windows.start.length;
const rows = Int32Array.from({ length: n }, (_, i) => i);
const session = await openSession(model.onnx, { threads });

/** Best of several repetitions, windows per second. */
async function best(repetitions: number, count: number, work: () => Promise<unknown>): Promise<number> {
  let seconds = Infinity;
  for (let i = 0; i < repetitions; i++) {
    const started = performance.now();
    await work();
    seconds = Math.min(seconds, (performance.now() - started) / 1000);
  }
  return count / seconds;
}

const size = 9 * 2 * 100;
const lines: string[] = [];
let top = 0;
for (const batch of [1, 16, 64, 256, 1024]) {
  const data = new Float32Array(batch * size);
  gatherWindows(windows, rows.subarray(0, batch), model.scaler, data);
  const runs = Math.max(1, Math.floor(8192 / batch));
  const rate = await best(3, runs * batch, async () => {
    for (let i = 0; i < runs; i++) await session.run({ window: { data, shape: [batch, 9, 2, 100] } });
  });
  top = Math.max(top, rate);
  lines.push(`runtime alone, batch ${batch}: ${Math.round(rate)} windows/s`);
}
for (const batch of [64, 256]) {
  const rate = await best(3, n, () => encodeWindows(session, model, windows, rows, { batch }));
  lines.push(
    `encodeWindows, batch ${batch}: ${Math.round(rate)} windows/s, ${
      (rate / top).toFixed(2)
    } of the runtime's best`,
  );
}
console.log(
  [`${session.provider} ${session.version}, ${threads} thread(s), ${n} windows`, ...lines].join("\n"),
);
await session.release();
