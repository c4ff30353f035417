/** Samples in at sensor rate, one prediction out per hop: the batch pipeline's codes and labels, as they happen. */
import type { Motifs } from "../artifacts/motifs.ts";
import { InputError } from "../errors.ts";
import type { PipelineOptions } from "../temporal/pipeline.ts";
import { StreamingSmoother } from "../temporal/streaming.ts";
import type { StreamEncoder } from "./encoder.ts";
import { DerivedChannels } from "./derived_channels.ts";
import { MotifLookup, type MotifReader, type MotifReading } from "./motif_lookup.ts";
import { PackedHsmm } from "./packed_hsmm.ts";
import type { PipelineHsmm } from "./pipeline_file.ts";
import { SampleRing } from "./ring.ts";
import { isSampleValue } from "./sample_parser.ts";

/** How to stream. */
export interface StreamOptions {
  /** Samples between windows; the network's own by default, or else half a window. */
  hop?: number;
  /** Samples per second, where the network does not know its rate. */
  rate?: number;
  /** Smooths motifs where there are any, else class labels, causally; left out, nothing is smoothed. */
  smoothing?: PipelineOptions;
  /** In place of rules: the states of a model that is decoded causally, where there are motifs. */
  hsmm?: PipelineHsmm;
  /** Motifs made with the same network; or what says which motif a window has. */
  motifs?: Motifs;
  lookup?: MotifReader;
  /**
   * The samples hold gravity channels already. `load` with `gravity: true` makes them by a filter without phase shift,
   * which needs the future, so a stream cannot; its user can estimate them by other means.
   */
  gravitySupplied?: boolean;
  /**
   * Told the milliseconds of each prediction, from the moment its last sample is there to its answer: scaled window,
   * network, quantiser, classifier, motif and smoother.
   */
  onTiming?: (milliseconds: number) => void;
}

/** The smoothed label of an earlier prediction. */
export interface Decision {
  /** {@linkcode Prediction.index} of the prediction it is about. */
  index: number;
  /** Motif or class; −1 for noise. */
  label: number;
}

/** What one window was taken for. */
export interface Prediction {
  /** Number of the prediction, from 0. */
  index: number;
  /** Its samples `[start, end)`, counted from the first one, missing ones included. */
  start: number;
  end: number;
  /** End of the window in seconds from the first sample: `end / rate`. */
  seconds: number;
  /** `null` without quantiser. */
  code: number | null;
  /** Most probable class and its probability; 1 less it is the uncertainty. `null` without classifier. */
  label: number | null;
  confidence: number | null;
  uncertainty: number | null;
  /** `null` where no motifs are given. */
  motif: { id: number; confidence: number | null; unseen: boolean } | null;
  /** What the smoother decided with this prediction; `null` while it waits, and without smoothing. */
  smoothed: Decision | null;
}

/**
 * Classifies a stream of samples `[sensors, channels]`. Its memory does not grow.
 *
 * ```ts
 * import { StreamingClassifier } from "./classifier.ts";
 * import type { StreamEncoder } from "./encoder.ts";
 * import assert from "node:assert/strict";
 * const encoder: StreamEncoder = {
 *   ...{ sensors: ["phone"], channels: ["a"], rate: 10, length: 4, context: 0, hop: 2 },
 *   ...{ labels: ["low", "high"], levels: null, scaler: undefined },
 *   read: (window) => {
 *     const high = window[0] > 5 ? 0.9 : 0.1;
 *     return Promise.resolve({ latent: window, probabilities: [1 - high, high] });
 *   },
 *   codeOf: () => null,
 *   release: () => Promise.resolve(),
 * };
 * const classifier = new StreamingClassifier(encoder);
 * const predictions = await classifier.push([1, 1, 9, 9, 9, 9]);
 * assert.deepEqual(predictions.map((p) => [p.start, p.end, p.label]), [[0, 4, 0], [2, 6, 1]]);
 * ```
 */
export class StreamingClassifier {
  readonly encoder: StreamEncoder;
  readonly hop: number;
  readonly rate: number;
  /** Values of one sample: sensors × {@linkcode StreamingClassifier.inputs}. */
  readonly width: number;
  /** Predictions between a prediction and its smoothed label; `null` without smoothing. */
  readonly latency: number | null;
  readonly #ring: SampleRing;
  readonly #window: Float32Array;
  readonly #channels: DerivedChannels;
  readonly #lookup: MotifReader | undefined;
  readonly #smoother: StreamingSmoother | undefined;
  readonly #hsmm: PackedHsmm | undefined;
  readonly #onTiming: StreamOptions["onTiming"];
  /** Samples since the start, missing ones included. */
  #position = 0;
  /** Samples in the ring since the last gap, repeated ones included. */
  #filled = 0;
  /** The last sample, which stands for those that never came. */
  readonly #last: Float32Array;
  #predictions = 0;
  #decided = 0;
  #busy = false;

  /** @throws {InputError} for a network that needs what a stream does not have, and for a hop or rate that cannot be. */
  constructor(encoder: StreamEncoder, options: StreamOptions = {}) {
    const { sensors, channels, length } = encoder;
    this.encoder = encoder;
    this.hop = options.hop ?? encoder.hop ?? Math.max(1, (length - 2 * encoder.context) >> 1);
    if (!(Number.isInteger(this.hop) && this.hop >= 1)) {
      throw new InputError(`Cannot stream: hop must be a whole number of samples from 1, got ${this.hop}`);
    }
    this.rate = encoder.rate > 0 ? encoder.rate : options.rate ?? 0;
    if (!(this.rate > 0)) {
      throw new InputError("Cannot stream: the model does not know its rate", {
        hint: "Give the rate in Hz.",
      });
    }
    if (options.rate !== undefined && Math.abs(options.rate - this.rate) > 1e-6 * this.rate) {
      throw new InputError(`Cannot stream at ${options.rate} Hz: the model was trained at ${this.rate} Hz`, {
        hint: "Resample before, or leave the rate out.",
      });
    }
    this.#channels = new DerivedChannels({ ...encoder, rate: this.rate }, options.gravitySupplied);
    this.width = sensors.length * this.inputs.length;
    this.#ring = new SampleRing(sensors.length, channels.length, length, encoder.scaler);
    this.#window = new Float32Array(sensors.length * channels.length * length);
    this.#last = new Float32Array(sensors.length * channels.length);
    this.#lookup = options.lookup ?? (options.motifs && new MotifLookup(options.motifs, encoder.levels));
    const labelled = this.#lookup !== undefined || encoder.labels.length > 0;
    this.#hsmm = this.#lookup && options.hsmm && new PackedHsmm(options.hsmm);
    const byRules = labelled && this.#hsmm === undefined && options.smoothing;
    this.#smoother = byRules ? new StreamingSmoother(byRules) : undefined;
    this.latency = this.#hsmm === undefined ? this.#smoother?.latency ?? null : 0;
    this.#onTiming = options.onTiming;
  }

  /**
   * Takes one sample or many, `[n, sensors, channels]`, and gives the predictions that they complete.
   *
   * @throws {InputError} for a value that no sensor gives, before any of the samples is taken: report missing samples by
   * {@linkcode gap}.
   */
  async push(samples: ArrayLike<number>): Promise<Prediction[]> {
    if (samples.length % this.width !== 0) {
      throw new RangeError(
        `Cannot take samples: ${samples.length} values are no whole number of samples of ${this.width}`,
      );
    }
    return await this.#alone(async (out) => {
      for (let i = 0; i < samples.length; i++) {
        if (!isSampleValue(samples[i])) throw this.#notANumber(samples[i], i);
      }
      for (let offset = 0; offset < samples.length; offset += this.width) {
        // What lies before the first sample is taken to be like it, as in the batch.
        const copies = this.#filled === 0 ? this.encoder.context : 0;
        const whole = this.#channels.complete(samples, offset);
        for (let i = 0; i < copies; i++) await this.#add(whole, out);
        this.#position++;
        await this.#add(whole, out);
        this.#last.set(whole);
      }
    });
  }

  async #alone(work: (out: Prediction[]) => Promise<void>): Promise<Prediction[]> {
    if (this.#busy) throw new Error("Cannot take samples: the last ones are still being read; await push");
    this.#busy = true;
    const out: Prediction[] = [];
    try {
      await work(out);
    } finally {
      this.#busy = false;
    }
    return out;
  }

  async #add(sample: Float32Array, out: Prediction[], ahead = 0): Promise<void> {
    const { length } = this.encoder;
    this.#ring.add(sample, 0);
    this.#filled++;
    if (this.#filled >= length && (this.#filled - length) % this.hop === 0) {
      out.push(await this.#predict(this.#position + ahead));
    }
  }

  /**
   * Says that samples are missing here. No window crosses a gap: the next one begins behind it.
   *
   * @param missing How many, for the times of what follows; 0 when unknown.
   * @returns The last windows, which waited for context, and the decisions that the smoother still held back.
   */
  async gap(missing = 0): Promise<{ predictions: Prediction[]; decisions: Decision[] }> {
    if (!(Number.isInteger(missing) && missing >= 0)) {
      throw new RangeError(`Cannot leave a gap: missing must be a whole number from 0, got ${missing}`);
    }
    const predictions = await this.#alone(async (out) => {
      const copies = this.#filled === 0 ? 0 : this.encoder.context;
      for (let i = 1; i <= copies; i++) await this.#add(this.#last, out, i);
    });
    this.#position += missing;
    this.#filled = 0;
    this.#channels.reset();
    this.#hsmm?.reset();
    const labels = this.#smoother?.flush() ?? [];
    return { predictions, decisions: labels.map((label) => ({ index: this.#decided++, label })) };
  }

  /** Ends the stream; the last answers, which nothing to come can change any more. */
  end(): Promise<{ predictions: Prediction[]; decisions: Decision[] }> {
    return this.gap();
  }

  /** Channels of a sample as it comes; filters make the network's others of them. */
  get inputs(): readonly string[] {
    return this.#channels.inputs;
  }

  /** Frees the network's session. */
  release(): Promise<void> {
    return this.encoder.release();
  }

  #notANumber(value: number, at: number): InputError {
    const { inputs, encoder: { sensors } } = this;
    const i = at % this.width;
    const [sensor, channel] = [sensors[Math.floor(i / inputs.length)], inputs[i % inputs.length]];
    const sample = this.#position + Math.floor(at / this.width);
    return new InputError(`Cannot take sample ${sample}: ${channel} of ${sensor} is ${value}`);
  }

  /** @param seen Samples until the end of what the network sees. */
  async #predict(seen: number): Promise<Prediction> {
    const started = performance.now();
    this.#ring.copyTo(this.#window);
    const { latent, probabilities } = await this.encoder.read(this.#window);
    if (!latent.every(Number.isFinite)) {
      throw new InputError(
        `Cannot read the window that ends at sample ${seen - this.encoder.context}: its latent is [${
          latent.join(", ")
        }]`,
        { hint: "Look for samples far beyond the range of the training data, or for a unit that differs." },
      );
    }
    const code = this.encoder.codeOf(latent);
    const label = probabilities.length === 0 ? null : largest(probabilities);
    const found = this.#lookup?.look(code, latent);
    const index = this.#predictions++;
    const decided = this.#smooth(code, label, probabilities, found);
    this.#onTiming?.(performance.now() - started);
    const { length, context } = this.encoder;
    return {
      index,
      start: seen - length + context,
      end: seen - context,
      seconds: (seen - context) / this.rate,
      code,
      label,
      confidence: label === null ? null : probabilities[label],
      uncertainty: label === null ? null : 1 - probabilities[label],
      motif: found === undefined ? null : {
        id: found.motif,
        confidence: found.motif < 0 ? null : found.posterior[found.motif],
        unseen: found.unseen,
      },
      smoothed: decided === undefined ? null : { index: this.#decided++, label: decided },
    };
  }

  #smooth(
    code: number | null,
    label: number | null,
    probabilities: ArrayLike<number>,
    found: MotifReading | undefined,
  ): number | undefined {
    if (this.#hsmm !== undefined) return this.#hsmm.push(found!.motif, code);
    return found === undefined
      ? this.#smoother?.push(label!, probabilities)
      : this.#smoother?.push(found.motif, found.posterior);
  }
}

function largest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
