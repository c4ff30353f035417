/** Channels that filters make of others, sample by sample: what `load` computes of a recording, while it is measured. */
import type { ChannelFilter } from "../artifacts/channel_filter.ts";
import { InputError } from "../errors.ts";
import { butterworthLowpass, CausalFilter } from "../signal/filter.ts";

/** One derived value: its filter, and the places of what it reads and of what it makes. */
interface Derived {
  filter: CausalFilter;
  from: number;
  to: number;
}

/** What a stream needs to know of a model's channels. */
export interface ChannelPlan {
  sensors: readonly string[];
  channels: readonly string[];
  rate: number;
  /** Filters that made some of the channels; undefined where nobody knows. */
  filters?: readonly ChannelFilter[];
}

/**
 * Completes samples `[sensors, inputs]` to `[sensors, channels]`.
 *
 * ```ts
 * import { DerivedChannels } from "./derived_channels.ts";
 * import assert from "node:assert/strict";
 * const slow = { from: ["a"], to: ["b"], design: "butterworth", order: 3, cutoff: 0.3, phase: "causal" } as const;
 * const plan = { sensors: ["s"], channels: ["a", "b"], rate: 50, filters: [{ ...slow, from: ["a"], to: ["b"] }] };
 * const channels = new DerivedChannels(plan);
 * assert.deepEqual(channels.inputs, ["a"]);
 * assert.deepEqual(channels.complete([2], 0).map((v) => Math.round(v * 1e6) / 1e6), new Float32Array([2, 2]));
 * ```
 */
export class DerivedChannels {
  /** Channels of a sample as it comes. */
  readonly inputs: readonly string[];
  /** Place in a sample of each value of the result, −1 where a filter makes it. */
  readonly #from: number[];
  readonly #derived: Derived[];
  readonly #out: Float32Array;

  /**
   * @param supplied Samples hold all channels already.
   * @throws {InputError} for a filter that needs samples to come.
   */
  constructor({ sensors, channels, rate, filters }: ChannelPlan, supplied = false) {
    const used = supplied ? [] : filters ?? [];
    const made = new Set(used.flatMap(({ to }) => to));
    // A model that says nothing of filters is older than that, and its gravity was made by one.
    const future = filters === undefined && !supplied
      ? channels.filter((name) => /^gravity_[xyz]$/.test(name))
      : used.filter(({ phase }) => phase === "zero").flatMap(({ to }) => to);
    if (future.length > 0) {
      throw new InputError(
        `Cannot stream: the model reads ${future.join(", ")}, which load computes with samples of the future`,
        {
          hint: "Train with gravity: false or causal, or supply these channels with the samples and say so.",
        },
      );
    }
    this.inputs = channels.filter((name) => !made.has(name));
    const width = channels.length;
    const place = (s: number, name: string) => s * width + channels.indexOf(name);
    this.#from = sensors.flatMap((_, s) =>
      channels.map((name) => made.has(name) ? -1 : s * this.inputs.length + this.inputs.indexOf(name))
    );
    this.#derived = used.flatMap(({ from, to, order, cutoff }) =>
      sensors.flatMap((_, s) =>
        to.map((name, i) => ({
          filter: new CausalFilter(butterworthLowpass(order, cutoff, rate)),
          from: place(s, from[i]),
          to: place(s, name),
        }))
      )
    );
    this.#out = new Float32Array(this.#from.length);
  }

  /** The whole sample; valid until the next call. @param offset Where the sample begins. */
  complete(samples: ArrayLike<number>, offset: number): Float32Array {
    for (let i = 0; i < this.#from.length; i++) {
      if (this.#from[i] >= 0) this.#out[i] = samples[offset + this.#from[i]];
    }
    for (const { filter, from, to } of this.#derived) this.#out[to] = filter.next(this.#out[from]);
    return this.#out;
  }

  /** Begins anew: samples are missing. */
  reset(): void {
    for (const { filter } of this.#derived) filter.reset();
  }
}
