/** The batch pipeline on the same recordings, and streams fed from recordings, to hold one against the other. */
import type { Architecture, Model } from "../../lib/artifacts/model.ts";
import type { Motifs } from "../../lib/artifacts/motifs.ts";
import type { Recordings } from "../../lib/artifacts/recordings.ts";
import { applyToWindows } from "../../lib/cluster/apply.ts";
import { Quantizer } from "../../lib/fsq/quantizer.ts";
import { argmaxRows, softmax } from "../../lib/metrics/calibration/probabilities.ts";
import { encodeWindows } from "../../lib/model/evaluate.ts";
import { openSession } from "../../lib/onnx/runtime.ts";
import { cutWindows } from "../../lib/signal/window/windows.ts";
import type { Decision, Prediction, StreamingClassifier } from "../../lib/stream/classifier.ts";
import { type PipelineOptions, smooth } from "../../lib/temporal/pipeline.ts";
import { stretchesOf } from "../../lib/temporal/stretches.ts";
import { sampleModel } from "../model/sample_model.ts";

/** An untrained model for these recordings, scaled so that its codes differ. */
export function modelFor(recordings: Recordings, length: number, changes: Partial<Architecture> = {}): Model {
  const { sensors, channels, units, rate, labelNames } = recordings;
  const model = sampleModel({
    input: [channels.length, sensors.length, length],
    blocks: [
      { channels: 8, kernel: [1, 5], pool: 2 },
      { channels: 12, kernel: [sensors.length, 5], pool: 1 },
    ],
    classes: labelNames.length,
    ...changes,
  });
  const grid = (value: (c: number) => number) =>
    sensors.map(() => channels.map((_, c) => Math.fround(value(c))));
  const spread = (c: number) => {
    let sum = 0, squares = 0, n = 0;
    for (const { data } of recordings.recordings) {
      for (let i = c; i < data.length; i += channels.length, n++) {
        sum += data[i];
        squares += data[i] ** 2;
      }
    }
    return [sum / n, Math.sqrt(Math.max(squares / n - (sum / n) ** 2, 1e-6))];
  };
  const facts = channels.map((_, c) => spread(c));
  return {
    ...model,
    sensors,
    channels,
    units,
    rate,
    labels: labelNames,
    scaler: { method: "zscore", center: grid((c) => facts[c][0]), scale: grid((c) => 1 / facts[c][1]) },
  };
}

/** What the steps window, encode, quantize, and smooth with `causal: true` make of recordings. */
export async function batchOf(
  model: Model,
  recordings: Recordings,
  hop: number,
  smoothing: PipelineOptions,
  motifs?: Motifs,
) {
  const { context = 0 } = model;
  const length = model.architecture.input[2] - 2 * context;
  const windows = cutWindows(recordings, { length, hop, within: "recording", context });
  const session = await openSession(model.onnx);
  const n = windows.start.length;
  const { latents, logits } = await encodeWindows(
    session,
    model,
    windows,
    Int32Array.from({ length: n }, (_, i) => i),
  );
  await session.release();
  const levels = model.architecture.levels!;
  const codes = new Quantizer(levels).codes(latents);
  const { classes } = model.architecture;
  const probabilities = softmax(logits, classes, model.temperature);
  const labels = argmaxRows(probabilities, classes);
  const applied = motifs === undefined ? undefined : applyToWindows(motifs, {
    codes: { codes, levels } as any,
    latents: { latents, dimensions: levels.length, classes: [], details: {} },
  });
  const stretches = stretchesOf(windows);
  const input = applied === undefined
    ? { labels, posterior: probabilities, points: Uint32Array.from(labels.keys()), classes }
    : { ...applied, classes: applied.k };
  const smoothed = smooth(input, { ...smoothing, causal: true }, stretches).labels;
  return { windows, latents, codes, labels, probabilities, smoothed, motifs: applied };
}

/** Feeds recordings in chunks of the sizes that `sizes` gives, gaps and ends included. */
export async function feed(
  classifier: StreamingClassifier,
  recordings: Recordings,
  sizes: () => number,
): Promise<{ predictions: Prediction[]; decisions: Decision[] }> {
  const predictions: Prediction[] = [];
  const decisions: Decision[] = [];
  for (const { data, samples, gaps } of recordings.recordings) {
    let at = 0;
    for (const [from, to] of [...gaps, [samples, samples]]) {
      while (at < from) {
        const next = Math.min(from, at + sizes());
        const some = await classifier.push(data.subarray(at * classifier.width, next * classifier.width));
        predictions.push(...some);
        decisions.push(...some.flatMap((p) => p.smoothed ?? []));
        at = next;
      }
      const rest = await classifier.gap(to - from);
      predictions.push(...rest.predictions);
      decisions.push(...rest.predictions.flatMap((p) => p.smoothed ?? []), ...rest.decisions);
      at = to;
    }
  }
  return { predictions, decisions };
}
