/**
 * The reference of the C kernels: a program executed with whole numbers only, bit for bit what `c/motiflow.c` computes.
 *
 * Rounding is the same everywhere: the window is quantised by float32 division with halves to even, as QuantizeLinear
 * does it; sums are exact in int32; a rescaled sum is `⌊(sum · multiplier + offset) / 2^shift⌋`, which rounds halves up.
 */
import { roundHalfEven } from "../../../fsq/rounding.ts";
import {
  type Average,
  type Buffer,
  type Copy,
  type Instruction,
  type Maximum,
  numbersOf,
  type Pairing,
  type Product,
  type Program,
  type Table,
  type Tensor,
} from "./program.ts";
import { prepare, type Prepared, rescaled } from "./rescale.ts";

export class IntegerEncoder {
  readonly #memory = new Map<Buffer, Uint8Array>();
  readonly #scales = new Map<Instruction, Prepared>();
  readonly #negative = new Map<Instruction, Prepared>();

  constructor(readonly program: Program) {
    for (const { buffer } of [program.input, ...program.instructions.map(({ to }) => to)]) {
      this.#memory.set(buffer, new Uint8Array(buffer.bytes));
    }
    for (const step of program.instructions) {
      if (step.op === "product" || step.op === "average") this.#scales.set(step, prepare(step.rescale));
      if (step.op === "product" && step.negative) this.#negative.set(step, prepare(step.negative));
    }
  }

  /** Bounded numbers of a scaled window `[C, S, L]`; undefined where a number of it is not finite. */
  run(scaled: Float32Array): Uint8Array | undefined {
    const { input } = this.program;
    if (!scaled.every(Number.isFinite)) return undefined;
    this.#of(input).set(
      scaled.map((value) =>
        Math.min(255, Math.max(0, roundHalfEven(Math.fround(value / input.scale)) + input.zero))
      ),
    );
    for (const step of this.program.instructions) this.#step(step);
    return this.#of(this.program.output).slice();
  }

  #of({ buffer, at, size }: Tensor): Uint8Array {
    return this.#memory.get(buffer)!.subarray(at, at + numbersOf(size));
  }

  #step(step: Instruction): void {
    switch (step.op) {
      case "product":
        return this.#product(step);
      case "average":
        return this.#average(step);
      case "maximum":
        return this.#maximum(step);
      case "table":
        return this.#table(step);
      case "pairing":
        return this.#pairing(step);
      case "copy":
        return this.#copy(step);
    }
  }

  #product(step: Product): void {
    const { from, to, kernel: [kr, kc], strides, pads, dilations, groups, weights, bias, pool } = step;
    const [x, y] = [this.#of(from), this.#of(to)];
    const [, rows, columns] = from.size;
    const [outputs, toRows, toColumns] = to.size;
    const own = from.size[0] / groups;
    const [scale, negative] = [this.#scales.get(step)!, this.#negative.get(step)];
    for (let o = 0, i = 0; o < outputs; o++) {
      const first = Math.floor(o / (outputs / groups)) * own;
      for (let r = 0; r < toRows; r++) {
        for (let c = 0; c < toColumns; c++, i++) {
          let best = 0;
          for (let p = 0; p < pool; p++) {
            const [top, left] = [r * strides[0] - pads[0], (c * pool + p) * strides[1] - pads[1]];
            let sum = bias[o];
            for (let ch = 0, w = o * own * kr * kc; ch < own; ch++) {
              for (let a = 0; a < kr; a++) {
                const row = top + a * dilations[0];
                const base = ((first + ch) * rows + row) * columns;
                for (let b = 0; b < kc; b++, w++) {
                  const column = left + b * dilations[1];
                  if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
                  sum += (x[base + column] - from.zero) * weights[w];
                }
              }
            }
            const by = negative !== undefined && sum < 0 ? negative : scale;
            best = Math.max(best, rescaled(sum, by, o, step.low, step.high));
          }
          y[i] = best;
        }
      }
    }
  }

  #average(step: Average): void {
    const { from, to, kernel, strides } = step;
    const [x, y] = [this.#of(from), this.#of(to)];
    const scale = this.#scales.get(step)!;
    overWindows(to, (i, channel, row, column) => {
      let sum = 0;
      for (let a = 0; a < kernel[0]; a++) {
        for (let b = 0; b < kernel[1]; b++) {
          const at = (channel * from.size[1] + row * strides[0] + a) * from.size[2] + column * strides[1] + b;
          sum += x[at] - from.zero;
        }
      }
      y[i] = rescaled(sum, scale, channel, step.low, step.high);
    });
  }

  #maximum({ from, to, kernel, strides, pads }: Maximum): void {
    const [x, y] = [this.#of(from), this.#of(to)];
    const [, rows, columns] = from.size;
    overWindows(to, (i, channel, r, c) => {
      let best = 0;
      for (let a = 0; a < kernel[0]; a++) {
        for (let b = 0; b < kernel[1]; b++) {
          const [row, column] = [r * strides[0] - pads[0] + a, c * strides[1] - pads[1] + b];
          if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
          best = Math.max(best, x[(channel * rows + row) * columns + column]);
        }
      }
      y[i] = best;
    });
  }

  #table({ from, to, table }: Table): void {
    const [x, y] = [this.#of(from), this.#of(to)];
    const places = table.length === 256 ? Infinity : from.size[1] * from.size[2];
    for (let i = 0; i < x.length; i++) y[i] = table[256 * Math.floor(i / places) + x[i]];
  }

  #pairing({ from: [a, b], to, multipliers, offset, shift, low, high }: Pairing): void {
    const [x, z, y] = [this.#of(a), this.#of(b), this.#of(to)];
    const [stepsA, stepsB] = [a, b].map(broadcastSteps);
    const [m, n] = multipliers;
    const power = 2 ** shift;
    overWindows(to, (i, ...place) => {
      const at = (steps: number[]) => place.reduce((sum, index, axis) => sum + index * steps[axis], 0);
      const [left, right] = [x[at(stepsA)] - a.zero, z[at(stepsB)] - b.zero];
      const sum = (n === undefined ? left * right * m : left * m + right * n) + offset;
      y[i] = Math.min(high, Math.max(low, Math.floor(sum / power)));
    });
  }

  #copy({ from, to, count, fromAt, fromSteps, toAt, toSteps, fill }: Copy): void {
    const [x, y] = [this.#of(from), this.#of(to)];
    if (fill) y.fill(to.zero);
    for (let a = 0; a < count[0]; a++) {
      for (let b = 0; b < count[1]; b++) {
        for (let c = 0; c < count[2]; c++) {
          y[toAt + a * toSteps[0] + b * toSteps[1] + c * toSteps[2]] =
            x[fromAt + a * fromSteps[0] + b * fromSteps[1] + c * fromSteps[2]];
        }
      }
    }
  }
}

/** How far the next index along each axis lies; 0 along axes that a tensor is repeated on. */
export function broadcastSteps({ size: [channels, rows, columns] }: Tensor): [number, number, number] {
  return [channels === 1 ? 0 : rows * columns, rows === 1 ? 0 : columns, columns === 1 ? 0 : 1];
}

function overWindows(
  { size: [channels, rows, columns] }: Tensor,
  each: (i: number, channel: number, row: number, column: number) => void,
): void {
  for (let channel = 0, i = 0; channel < channels; channel++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, i++) each(i, channel, row, column);
    }
  }
}
