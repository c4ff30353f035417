/**
 * An encoder as a list of integer instructions: what the C kernels and the reference in TypeScript execute alike.
 *
 * Every tensor holds uint8 numbers `q` in the order `[channels, rows, columns]` and means `(q − zero) · scale`.
 */
import type { Rescale } from "./rescale.ts";

/** Channels, rows, columns. */
export type Extent = [channels: number, rows: number, columns: number];
/** Rows and columns. */
type Pair = [rows: number, columns: number];

/** Memory that tensors share where one is a part or another shape of the other. */
export interface Buffer {
  bytes: number;
}

export interface Tensor {
  size: Extent;
  scale: number;
  zero: number;
  buffer: Buffer;
  /** First byte in the buffer. */
  at: number;
}

interface Step {
  /** The layer that it comes from, for people. */
  layer: string;
  to: Tensor;
}

/** What a result is cut to, in its own numbers. */
interface Cut {
  low: number;
  high: number;
}

/**
 * Convolution in groups; a dense layer is one over a single place. Sums `(q − zero) · weight + bias` are exact in int32.
 * The largest of each `pool` columns is kept, 1 for all.
 */
export interface Product extends Step, Cut {
  op: "product";
  from: Tensor;
  kernel: Pair;
  strides: Pair;
  pads: Pair;
  dilations: Pair;
  groups: number;
  /** `[channels, channels of the group, rows, columns]`. */
  weights: Int8Array;
  bias: Int32Array;
  rescale: Rescale;
  /** Taken in place of `rescale` for what lies below zero (leaky ReLU). */
  negative?: Rescale;
  pool: number;
}

/** Sums over windows, rescaled, which divides by their size. */
export interface Average extends Step, Cut {
  op: "average";
  from: Tensor;
  kernel: Pair;
  strides: Pair;
  rescale: Rescale;
}

export interface Maximum extends Step {
  op: "maximum";
  from: Tensor;
  kernel: Pair;
  strides: Pair;
  pads: Pair;
}

/** A function of one number: 256 results, or 256 a channel. */
export interface Table extends Step {
  op: "table";
  from: Tensor;
  table: Uint8Array;
}

/** `a · multipliers[0] + b · multipliers[1]`, or with one multiplier `a · b`, of what the numbers lie above their zeros. */
export interface Pairing extends Step, Cut {
  op: "pairing";
  from: [Tensor, Tensor];
  multipliers: [number, number] | [number];
  offset: number;
  shift: number;
}

/** `to[at + Σ index · toSteps] = from[at + Σ index · fromSteps]` for all indices below `count`. */
export interface Copy extends Step {
  op: "copy";
  from: Tensor;
  count: Extent;
  fromAt: number;
  fromSteps: Extent;
  toAt: number;
  toSteps: Extent;
  /** Whether all of `to` is set to its zero before. */
  fill: boolean;
}

export type Instruction = Product | Average | Maximum | Table | Pairing | Copy;

export interface Program {
  /** The quantised window. */
  input: Tensor;
  instructions: Instruction[];
  /** The bounded latent. */
  output: Tensor;
}

/** Numbers in a tensor. */
export function numbersOf([channels, rows, columns]: Extent): number {
  return channels * rows * columns;
}

/** Tensors that an instruction reads. */
export function inputsOf(instruction: Instruction): Tensor[] {
  return instruction.op === "pairing" ? instruction.from : [instruction.from];
}
