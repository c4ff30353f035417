/** The last samples of a stream, kept as the network wants them. */
import type { Scaler } from "../signal/window/batch.ts";

/**
 * A ring of the last `length` samples, one row per channel and sensor, scaled on arrival. Its size never changes.
 *
 * ```ts
 * import { SampleRing } from "./ring.ts";
 * import assert from "node:assert/strict";
 * const ring = new SampleRing(1, 2, 3, undefined);
 * for (const v of [1, 2, 3, 4]) ring.add([v, -v], 0);
 * const window = new Float32Array(6);
 * ring.copyTo(window);
 * assert.deepEqual([...window], [2, 3, 4, -2, -3, -4]);
 * ```
 */
export class SampleRing {
  readonly #rows: Float32Array;
  readonly #length: number;
  /** Row of each value of a sample, its centre and scale. */
  readonly #row: Int32Array;
  readonly #center: Float64Array;
  readonly #scale: Float64Array;
  #next = 0;

  constructor(sensors: number, channels: number, length: number, scaler: Scaler | undefined) {
    const width = sensors * channels;
    this.#length = length;
    this.#rows = new Float32Array(width * length);
    const each = (value: (s: number, c: number) => number) =>
      Float64Array.from({ length: width }, (_, i) => value(Math.floor(i / channels), i % channels));
    this.#row = Int32Array.from(each((s, c) => c * sensors + s));
    this.#center = each((s, c) => scaler?.center[s][c] ?? 0);
    this.#scale = each((s, c) => scaler?.scale[s][c] ?? 1);
  }

  /** Takes the sample `[sensors, channels]` that begins at `offset`. */
  add(samples: ArrayLike<number>, offset: number): void {
    const at = this.#next;
    for (let i = 0; i < this.#row.length; i++) {
      const value = (Math.fround(samples[offset + i]) - this.#center[i]) * this.#scale[i];
      this.#rows[this.#row[i] * this.#length + at] = value;
    }
    this.#next = at + 1 === this.#length ? 0 : at + 1;
  }

  /** Writes the last `length` samples, oldest first, as `[channels, sensors, length]`. */
  copyTo(window: Float32Array): void {
    const { length } = this.#rows;
    const old = this.#length - this.#next;
    for (let from = 0; from < length; from += this.#length) {
      window.set(this.#rows.subarray(from + this.#next, from + this.#length), from);
      window.set(this.#rows.subarray(from, from + this.#next), from + old);
    }
  }
}
