/** Writes instructions: what a stretch of reals becomes when it is quantised. */
import { roundHalfEven } from "../../../fsq/rounding.ts";
import { refused } from "./node.ts";
import { type Copy, type Extent, type Instruction, numbersOf, type Tensor } from "./program.ts";
import type { Joined, Pair, Pointwise, Real, Sums } from "./reals.ts";
import { sizeOf } from "./reals.ts";
import { pairScaling, rescaling } from "./rescale.ts";

type Scale = Pick<Tensor, "scale" | "zero">;

/** QuantizeLinear of one float32 number: halves to even, cut to uint8. */
function numberOf(value: number, { scale, zero }: Scale): number {
  return Math.min(255, Math.max(0, roundHalfEven(Math.fround(value / scale)) + zero));
}

export class Emission {
  readonly instructions: Instruction[] = [];
  /** The quantised window, once it is. */
  input: Tensor | undefined;

  /** A real in 8 bits. */
  quantized(layer: string, real: Real, scale: Scale): Tensor {
    if (real.kind === "pointwise" && real.plain && same(real.of, scale)) return real.of;
    const to = tensor(sizeOf(real), scale);
    if (real.kind === "window") return this.input = to;
    this.#write(layer, real, to);
    return to;
  }

  maximum(
    layer: string,
    from: Tensor,
    size: Extent,
    kernel: [number, number],
    strides: [number, number],
    pads: [number, number],
  ): Tensor {
    const to = tensor(size, from);
    this.instructions.push({ op: "maximum", layer, from, to, kernel, strides, pads });
    return to;
  }

  /** The same numbers at other places. */
  copy(
    layer: string,
    from: Tensor,
    size: Extent,
    how: Pick<Copy, "count" | "fromSteps"> & Partial<Copy>,
  ): Tensor {
    const to = tensor(size, from);
    const toSteps: Extent = [size[1] * size[2], size[2], 1];
    this.instructions.push({ op: "copy", layer, from, to, fromAt: 0, toAt: 0, toSteps, fill: false, ...how });
    return to;
  }

  #write(layer: string, real: Real, to: Tensor): void {
    switch (real.kind) {
      case "window":
        throw refused(layer, "takes the window without quantising it");
      case "pointwise":
        return this.#table(layer, real, to);
      case "sums":
        return this.#sums(layer, real, to);
      case "pair":
        return this.#pair(layer, real, to);
      case "joined":
        return this.#joined(layer, real, to);
    }
  }

  #table(layer: string, { of: from, values }: Pointwise, to: Tensor): void {
    if (![256, 256 * from.size[0]].includes(values.length)) throw refused(layer, "varies along no channels");
    const table = Uint8Array.from(values, (value) => numberOf(value, to));
    this.instructions.push({ op: "table", layer, from, to, table });
  }

  #sums(layer: string, { how, from, unit, added, bound, slope, low, high }: Sums, to: Tensor): void {
    const scaling = (slope: number) =>
      rescaling(unit.map((u) => slope * u / to.scale), added.map((a) => a / to.scale + to.zero), bound);
    const common = { layer, from, to, rescale: scaling(1), ...cut(low, high, to) };
    if (how.op === "average") {
      if (slope !== 1) throw refused(layer, "is an average with a leaky ReLU");
      this.instructions.push({ ...common, ...how });
      return;
    }
    if (slope !== 1 && (added.some((a) => a !== 0) || unit.some((u) => u < 0))) {
      throw refused(layer, "has a leaky ReLU behind a shift");
    }
    this.instructions.push({ ...common, ...how, pool: 1, ...(slope !== 1 && { negative: scaling(slope) }) });
  }

  #pair(layer: string, { from, sign, low, high }: Pair, to: Tensor): void {
    const [a, b] = from;
    const factors = sign === 0
      ? [a.scale * b.scale / to.scale]
      : [a.scale / to.scale, sign * b.scale / to.scale];
    const { multipliers, offset, shift } = pairScaling(factors, to.zero, sign === 0 ? 255 * 255 : 2 * 255);
    const fixed = multipliers as [number, number] | [number];
    const limits = cut(low, high, to);
    this.instructions.push({ op: "pairing", layer, from, to, multipliers: fixed, offset, shift, ...limits });
  }

  #joined(layer: string, { parts, axis }: Joined, to: Tensor): void {
    const steps: Extent = [to.size[1] * to.size[2], to.size[2], 1];
    let at = 0;
    for (const part of parts) {
      const size = sizeOf(part);
      if (axis === 0) this.#write(layer, part, { ...to, size, at: to.at + at * steps[0] });
      else {
        const whole = this.quantized(layer, part, to);
        const fromSteps: Extent = [size[1] * size[2], size[2], 1];
        this.instructions.push({
          ...{ op: "copy", layer, from: whole, to, count: size, fromAt: 0, fromSteps },
          ...{ toAt: at * steps[axis], toSteps: steps, fill: false },
        });
      }
      at += size[axis];
    }
  }
}

/** A new tensor in memory of its own. */
function tensor(size: Extent, { scale, zero }: Scale): Tensor {
  return { size, scale, zero, buffer: { bytes: numbersOf(size) }, at: 0 };
}

function same(a: Scale, b: Scale): boolean {
  return a.scale === b.scale && a.zero === b.zero;
}

function cut(low: number, high: number, to: Scale): { low: number; high: number } {
  return {
    low: low === -Infinity ? 0 : numberOf(low, to),
    high: high === Infinity ? 255 : numberOf(high, to),
  };
}
