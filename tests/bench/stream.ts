/**
 * Streaming on one core against real time: `deno task bench stream [MINUTES]`.
 *
 * Simulated samples at 50 Hz, 2 sensors × 9 channels, a model of the default size, hop 50 and hop 1, with smoothing;
 * once by the library alone, once as CSV through the parser.
 */
import { nearestRank } from "../../lib/device/latency_summary.ts";
import { machineFacts, machineState } from "../../lib/device/local_machine.ts";
import { openSession } from "../../lib/onnx/runtime.ts";
import { simulateRecordings } from "../../lib/signal/simulate/simulate.ts";
import { StreamingClassifier } from "../../lib/stream/classifier.ts";
import { classifyStream } from "../../lib/stream/classify_stream.ts";
import { modelEncoder } from "../../lib/stream/encoder.ts";
import { parserFor } from "../../lib/stream/parsers.ts";
import { sampleLayout } from "../../lib/stream/sample_parser.ts";
import { parseSmoothing, smoothingOf } from "../../lib/stream/smoothing.ts";
import { modelFor } from "../stream/batch.ts";

const minutes = Number(Deno.args[0] ?? 20);
const recordings = simulateRecordings({ subjects: 1, minutes, seed: 1 });
const model = modelFor(recordings, 100, {
  blocks: [
    { channels: 32, kernel: [1, 5], pool: 2 },
    { channels: 64, kernel: [1, 5], pool: 2 },
    { channels: 64, kernel: [2, 5], pool: 1 },
  ],
  levels: [4, 4, 4],
  latent: 3,
  head: [64],
});
const [{ data, samples }] = recordings.recordings;
const session = await openSession(model.onnx, { threads: 1 });
const { cpu, cores } = machineFacts();
const { load } = machineState();
const lines = [
  `${cpu}, ${cores} cores, one used, load ${
    load.toFixed(1)
  }; ${session.provider} ${session.version}, ${model.parameters} parameters`,
];

function classifierFor(hop: number): StreamingClassifier {
  const smoothing = smoothingOf(parseSmoothing(""), recordings.rate / hop);
  return new StreamingClassifier(modelEncoder(model, session), { hop, smoothing });
}

function report(what: string, hop: number, taken: number, predictions: number, seconds: number): void {
  const real = taken / recordings.rate;
  lines.push(
    `${what}, hop ${hop}: n = ${taken} samples, ${predictions} predictions in ${seconds.toFixed(2)} s, ` +
      `${Math.round(real / seconds)} × real time, ${
        (1e6 * seconds / predictions).toFixed(0)
      } µs a prediction, ` +
      `${Math.round(Deno.memoryUsage().rss / 2 ** 20)} MiB resident`,
  );
}

for (const hop of [50, 1]) {
  const classifier = classifierFor(hop);
  const taken = hop === 1 ? Math.min(samples, 12_000) : samples;
  const times: number[] = [];
  const started = performance.now();
  for (let t = 0; t < taken; t++) {
    const before = performance.now();
    const { length } = await classifier.push(data.subarray(18 * t, 18 * t + 18));
    if (length > 0) times.push(performance.now() - before);
  }
  report("library, sample by sample", hop, taken, times.length, (performance.now() - started) / 1000);
  times.sort((x, y) => x - y);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((p) => nearestRank(times, p).toFixed(2));
  lines.push(
    "  from the sample that completes a window to its code, label and the label it smooths: " +
      `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms (n = ${times.length}, measured, back to back)`,
  );
}

const header = recordings.sensors.flatMap((s) => recordings.channels.map((c) => `${s}.${c}`));
const encoder = new TextEncoder();
/** One second of rows at a time, made as they are wanted; the making is taken off the time. */
let making = 0;
async function* csv(): AsyncGenerator<Uint8Array> {
  yield encoder.encode(`${header.join(",")}\n`);
  for (let t = 0; t < samples; t += 50) {
    const started = performance.now();
    let text = "";
    for (let i = t; i < Math.min(samples, t + 50); i++) {
      text += `${data.subarray(18 * i, 18 * i + 18).join(",")}\n`;
    }
    const bytes = encoder.encode(text);
    making += performance.now() - started;
    yield bytes;
  }
}
const classifier = classifierFor(50);
const parser = parserFor("csv", sampleLayout(classifier.encoder, "bench"));
let predictions = 0;
const started = performance.now();
for await (const { event } of classifyStream({ name: "bench", bytes: csv() }, parser, () => classifier)) {
  if (event === "prediction") predictions++;
}
report("CSV through the parser", 50, samples, predictions, (performance.now() - started - making) / 1000);
await session.release();
console.log(lines.join("\n"));
