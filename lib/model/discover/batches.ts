/** What the steps of teachers and student are fed: windows, changed as a mounting or an instrument would. */
import { inputLength, type Windows } from "../../artifacts/windows.ts";
import type { Random } from "../../random.ts";
import { type Augmentation, augmentBatch } from "../../signal/augment/augment_batch.ts";
import { gatherWindows, type Scaler } from "../../signal/window/batch.ts";
import type { Groups, Sequence } from "./neighbors.ts";

/** Windows of a batch by position. */
export interface Pairs {
  /** Group by group. */
  first: Int32Array;
  /** The neighbour of each, before or after it; itself where it has none on the side that was drawn. */
  second: Int32Array;
}

/** How many groups a batch has, and windows of each. */
export interface BatchShape {
  groups: number;
  each: number;
}

/**
 * Groups and windows of a batch of about `batch` windows: 8 groups, 16 where groups are shorter than 64 windows on
 * average, fewer where there are no more.
 */
export function batchShape(batch: number, groups: Groups): BatchShape {
  const some = groups.of.length / groups.members.length >= 64 ? 8 : 16;
  const many = Math.max(1, Math.min(some, groups.members.length, batch >> 1));
  return { groups: many, each: Math.max(2, Math.floor(batch / many)) };
}

/** Draws groups in proportion to their windows, none twice, then windows of each, and a neighbour of every window. */
export function drawPairs(sequence: Sequence, groups: Groups, shape: BatchShape, rng: Random): Pairs {
  const left = groups.members.map((members) => members.length);
  const first = new Int32Array(shape.groups * shape.each);
  for (let i = 0; i < shape.groups; i++) {
    const group = rng.weighted(left);
    left[group] = 0;
    const members = groups.members[group];
    for (let j = 0; j < shape.each; j++) first[i * shape.each + j] = members[rng.below(members.length)];
  }
  const second = first.map((at) => rng.uniform() < 0.5 ? sequence.after[at] : sequence.before[at]);
  return { first, second };
}

/** Gathers scaled windows and changes them. */
export class Views {
  readonly #shape: readonly [number, number, number];

  constructor(readonly windows: Windows, readonly rows: Int32Array, readonly scaler: Scaler) {
    const { channels, sensors } = windows.recordings;
    this.#shape = [channels.length, sensors.length, inputLength(windows)];
  }

  /** Values of one window. */
  get width(): number {
    return this.#shape[0] * this.#shape[1] * this.#shape[2];
  }

  /** Writes the windows at `positions` into `out`, float32 `[positions, channels, sensors, length]`. */
  write(positions: Int32Array, out: Float32Array, augmentation: Augmentation, rng: Random): void {
    gatherWindows(this.windows, positions.map((at) => this.rows[at]), this.scaler, out);
    const { triads } = this.windows.recordings;
    augmentBatch(out, [positions.length, ...this.#shape], triads, augmentation, rng);
  }
}

/** Copies rows of a table into a float32 tensor. */
export function rowsOf(
  table: Float32Array | Float64Array,
  width: number,
  positions: readonly Int32Array[],
): Float32Array {
  const out = new Float32Array(positions.reduce((n, list) => n + list.length, 0) * width);
  let at = 0;
  for (const list of positions) {
    for (const position of list) {
      out.set(table.subarray(position * width, (position + 1) * width), at);
      at += width;
    }
  }
  return out;
}
