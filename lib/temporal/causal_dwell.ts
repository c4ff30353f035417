/** Minimum dwell for a stream: decided with a bounded delay, unlike {@linkcode enforceMinDwell}, which sees everything. */

/**
 * A new label takes over, from its first prediction on, once it has lasted `minimum` predictions in a row; until then
 * the label in force goes on. So each prediction is decided `minimum − 1` predictions later. The first run of a stretch
 * is in force from the start, however short, because nobody saw it begin.
 *
 * ```ts
 * import { enforceMinDwellCausally } from "./causal_dwell.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([...enforceMinDwellCausally(Int32Array.of(1, 1, 2, 1, 2, 2), 2)], [1, 1, 1, 1, 2, 2]);
 * ```
 */
export function enforceMinDwellCausally(labels: Int32Array, minimum: number): Int32Array {
  const dwell = new CausalDwell(minimum);
  const out = new Int32Array(labels.length);
  let decided = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = dwell.push(labels[i]);
    if (label !== undefined) out[decided++] = label;
  }
  for (const label of dwell.flush()) out[decided++] = label;
  return out;
}

/** The same as a stream: one decided label per push, `minimum − 1` pushes late, the rest on flush. */
export class CausalDwell {
  readonly #minimum: number;
  /** Decided labels that are not yet due, in a ring of `minimum` places. */
  readonly #ring: Int32Array;
  #count = 0;
  #inForce = 0;
  /** The label before, and how long it has lasted. */
  #last = 0;
  #run = 0;

  constructor(minimum: number) {
    if (!(Number.isInteger(minimum) && minimum >= 1)) {
      throw new RangeError(`Cannot enforce dwell: minimum must be a positive integer, got ${minimum}`);
    }
    this.#minimum = minimum;
    this.#ring = new Int32Array(minimum);
  }

  /** Takes the next label; gives the label of the prediction `minimum − 1` earlier, once there is one. */
  push(label: number): number | undefined {
    const m = this.#minimum;
    if (this.#count === 0) this.#inForce = label;
    this.#run = label === this.#last ? this.#run + 1 : 1;
    this.#last = label;
    this.#ring[this.#count++ % m] = this.#inForce;
    if (this.#run >= m) {
      // Confirmed: all that the ring holds are of this run.
      this.#ring.fill(label);
      this.#inForce = label;
    }
    return this.#count < m ? undefined : this.#ring[this.#count % m];
  }

  /** Gives the labels still held back and starts afresh. */
  flush(): number[] {
    const m = this.#minimum;
    const left = Math.min(this.#count, m - 1);
    const out = Array.from({ length: left }, (_, i) => this.#ring[(this.#count - left + i) % m]);
    this.#count = 0;
    return out;
  }
}
