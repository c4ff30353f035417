/** Samples that come in blocks under one time each, as radios send them, spread as `load` spreads them. */

/** A sample with its time in seconds. */
export interface Timed {
  values: Float32Array;
  seconds: number;
}

/** Holds a block back until the time of the next one tells how long it lasts. */
export class SharedStamps {
  readonly #size: number;
  readonly #period: number;
  #block: Timed[] = [];
  #first = true;

  /** @param size Samples of a whole block. @param period Seconds from block to block. */
  constructor(size: number, period: number) {
    this.#size = size;
    this.#period = period;
  }

  /** The samples of the block that this sample ends, with times of their own. */
  take(sample: Timed): Timed[] {
    const [head] = this.#block;
    const out = head !== undefined && head.seconds !== sample.seconds
      ? this.#spread(Math.min(sample.seconds - head.seconds, 1.5 * this.#period), this.#first)
      : [];
    this.#block.push(sample);
    return out;
  }

  /** The last block; what follows begins anew. */
  end(): Timed[] {
    const out = this.#block.length === 0 ? [] : this.#spread(this.#period, true);
    this.#first = true;
    return out;
  }

  /** @param edge Whether the block may be cut short: then its samples keep the others' distance. */
  #spread(span: number, edge: boolean): Timed[] {
    const block = this.#block;
    const short = edge && block.length < this.#size;
    const step = short ? this.#period / this.#size : span / block.length;
    const shift = short && this.#first ? span - block.length * step : 0;
    this.#block = [];
    this.#first = false;
    return block.map(({ values, seconds }, j) => ({ values, seconds: seconds + shift + j * step }));
  }
}
