/** From int32 sums to uint8 numbers with integers alone: a multiplier, an offset and a shift for each channel. */

/**
 * `q = ⌊(sum · multiplier + offset) / 2^shift⌋`: halves round up. The offset holds the half, the zero of the result and
 * whatever is added in real numbers.
 */
export interface Rescale {
  /** Up to 31 bits. */
  multiplier: Int32Array;
  /** Up to 62 bits, so that no sum overflows int64. */
  offset: BigInt64Array;
  shift: Uint8Array;
}

const largest = 2 ** 31;

/**
 * @param factors What one unit of the sum is in units of the result, by channel.
 * @param added What is added to the result, its zero among it, by channel.
 * @param bounds Largest absolute sum, by channel.
 */
export function rescaling(factors: number[], added: number[], bounds: number[]): Rescale {
  const multiplier = new Int32Array(factors.length);
  const offset = new BigInt64Array(factors.length);
  const shift = new Uint8Array(factors.length);
  factors.forEach((factor, i) => {
    const found = fixedPoint(factor, added[i], bounds[i], 2 ** 62, 50);
    [multiplier[i], offset[i], shift[i]] = [found.multipliers[0], found.offset, found.shift];
  });
  return { multiplier, offset, shift };
}

/** One rescaling of two sums that are added, with one shift: exact in float64 as well. */
export function pairScaling(
  factors: number[],
  added: number,
  bound: number,
): { multipliers: number[]; offset: number; shift: number } {
  const { multipliers, offset, shift } = fixedPoint(
    Math.max(...factors.map(Math.abs)),
    added,
    bound,
    2 ** 52,
    30,
  );
  return {
    multipliers: factors.length === 1 ? multipliers : factors.map((f) => Math.round(f * 2 ** shift)),
    offset: Number(offset),
    shift,
  };
}

/** The finest representation that fits. */
function fixedPoint(factor: number, added: number, bound: number, limit: number, finest: number) {
  for (let shift = finest; shift >= 0; shift--) {
    const multiplier = Math.round(factor * 2 ** shift);
    const offset = (added + 0.5) * 2 ** shift;
    if (Math.abs(multiplier) >= largest || bound * Math.abs(multiplier) + Math.abs(offset) >= limit) continue;
    return { multipliers: [multiplier] as [number], offset: BigInt(Math.round(offset)), shift };
  }
  throw new RangeError(`a scale of ${factor} with ${added} fits no 62 bits`);
}

/**
 * The rescaled sum, cut to `[low, high]`, `low` at least 0. In float64 where it is exact: the product of 32 and 31 bits
 * is taken in two halves.
 */
export function rescaled(sum: number, scale: Prepared, i: number, low: number, high: number): number {
  const { coarse, fine, offsetCoarse, offsetFine, power } = scale;
  const below = sum * fine[i] + offsetFine[i];
  const carry = Math.floor(below / 65536);
  const above = sum * coarse[i] + offsetCoarse[i] + carry;
  const q = power[i] >= 65536
    ? Math.floor(above / (power[i] / 65536))
    : Number((BigInt(above) * 65536n + BigInt(below - carry * 65536)) / BigInt(power[i]));
  return q < low ? low : q > high ? high : q;
}

/** A {@linkcode Rescale} in halves of 16 bits. */
export interface Prepared {
  coarse: Float64Array;
  fine: Float64Array;
  offsetCoarse: Float64Array;
  offsetFine: Float64Array;
  /** `2^shift`. */
  power: Float64Array;
}

export function prepare({ multiplier, offset, shift }: Rescale): Prepared {
  return {
    coarse: Float64Array.from(multiplier, (m) => Math.floor(m / 65536)),
    fine: Float64Array.from(multiplier, (m) => m - Math.floor(m / 65536) * 65536),
    offsetCoarse: Float64Array.from(Array.from(offset, (b) => Number(b >> 16n))),
    offsetFine: Float64Array.from(Array.from(offset, (b) => Number(b & 0xffffn))),
    power: Float64Array.from(shift, (s) => 2 ** s),
  };
}
