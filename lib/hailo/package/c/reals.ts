/** Real numbers between two quantisations, as far as integer instructions can compute them. */
import type { Extent, Tensor } from "./program.ts";

/** A function of each number of a quantised tensor: 256 results, or 256 a channel. */
export interface Pointwise {
  kind: "pointwise";
  of: Tensor;
  values: Float32Array;
  /** Whether the results are what the numbers mean. */
  plain: boolean;
}

/** What a result is limited to: by ReLU and its like. */
interface Limits {
  low: number;
  high: number;
}

/** Integer sums by channel: `sum · unit + added`, then limits; below zero times `slope`. */
export interface Sums extends Limits {
  kind: "sums";
  size: Extent;
  unit: number[];
  added: number[];
  /** Largest absolute sum by channel. */
  bound: number[];
  slope: number;
  from: Tensor;
  how:
    | {
      op: "product";
      kernel: [number, number];
      strides: [number, number];
      pads: [number, number];
      dilations: [number, number];
      groups: number;
      weights: Int8Array;
      bias: Int32Array;
    }
    | { op: "average"; kernel: [number, number]; strides: [number, number] };
}

/** `a + sign · b`, or `a · b` with sign 0, then limits. */
export interface Pair extends Limits {
  kind: "pair";
  size: Extent;
  from: [Tensor, Tensor];
  sign: 1 | -1 | 0;
}

/** Parts one behind the other along an axis. */
export interface Joined {
  kind: "joined";
  size: Extent;
  parts: Real[];
  axis: 0 | 1 | 2;
}

/** The window before its quantisation. */
export interface Window {
  kind: "window";
  size: Extent;
}

export type Real = Pointwise | Sums | Pair | Joined | Window;

/** A constant: one number, or one a channel. */
export type Constant = Float32Array;

/** What the numbers of a tensor mean, as DequantizeLinear computes it in float32. */
export function meaning(of: Tensor): Pointwise {
  const values = Float32Array.from({ length: 256 }, (_, q) => (q - of.zero) * of.scale);
  return { kind: "pointwise", of, values, plain: true };
}

/** The numbers of a real, by axis. */
export function sizeOf(real: Real): Extent {
  return real.kind === "pointwise" ? real.of.size : real.size;
}

/** `f` of every result, and of another function of the same tensor, or a constant. */
export function mapped(
  x: Pointwise,
  f: (a: number, b: number) => number,
  other?: Pointwise | Constant,
): Pointwise {
  const second = other instanceof Float32Array ? other : other?.values;
  const step = other instanceof Float32Array ? 256 : 1;
  const rows = Math.max(x.values.length / 256, second === undefined ? 1 : second.length * step / 256);
  const values = Float32Array.from({ length: rows * 256 }, (_, i) => {
    const b = second === undefined ? 0 : second[Math.floor(i / step) % second.length];
    return f(x.values[i % x.values.length], b);
  });
  return { ...x, values, plain: false };
}

/** Adds to, or multiplies, sums by a constant before any limit; undefined where there is one already. */
export function shiftedSums(x: Sums, op: string, by: Constant): Sums | undefined {
  if (x.low !== -Infinity || x.high !== Infinity || x.slope !== 1) return undefined;
  const at = (c: number) => by[c % by.length];
  switch (op) {
    case "Add":
      return { ...x, added: x.added.map((a, c) => a + at(c)) };
    case "Sub":
      return { ...x, added: x.added.map((a, c) => a - at(c)) };
    case "Mul":
      return { ...x, unit: x.unit.map((u, c) => u * at(c)), added: x.added.map((a, c) => a * at(c)) };
    case "Div":
      return { ...x, unit: x.unit.map((u, c) => u / at(c)), added: x.added.map((a, c) => a / at(c)) };
    default:
      return undefined;
  }
}

/** Cuts what sums or pairs give. */
export function limited<T extends Limits>(x: T, low: number, high: number): T {
  return { ...x, low: Math.max(x.low, low), high: Math.min(x.high, high) };
}
