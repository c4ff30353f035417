/**
 * The quantiser: latent → bounded value → digit → code, and back.
 *
 * All arithmetic is float64. Latents come as float32 from a network; the ONNX files compute the bound in float32, whose
 * result differs from this one by less than 1e-6 for L ≤ 16. Codes can therefore differ only for a latent whose bounded
 * value lies that close to a rounding boundary.
 */
import {
  checkLevels,
  type LevelConstants,
  levelConstants,
  MAX_CODES,
  placeValues,
  VARIANT,
} from "./constants.ts";
import { roundHalfEven } from "./rounding.ts";

type Vector = ArrayLike<number>;

/**
 * A finite scalar quantiser with implicit codebook: no table is ever built, memory does not depend on the number of
 * codes. Batch functions take `[N, d]` row-major.
 *
 * ```ts
 * import { Quantizer } from "./quantizer.ts";
 * import assert from "node:assert/strict";
 * const quantizer = new Quantizer([8, 6, 5]);
 * assert.deepEqual([...quantizer.codes([0, 0, 0, 0.3, -0.7, 1.2])], [124, 205]);
 * assert.deepEqual(quantizer.digitsOf(205), [5, 1, 4]);
 * ```
 */
export class Quantizer {
  readonly variant = VARIANT;
  readonly levels: readonly number[];
  /** Place value of each digit; the first dimension is the fastest. */
  readonly basis: readonly number[];
  readonly constants: readonly LevelConstants[];
  /** Product of the levels. */
  readonly codebookSize: number;
  /** What is allowed but not recommended about the levels. */
  readonly warnings: readonly string[];

  /** @throws {InputError} for levels that cannot be used. */
  constructor(levels: readonly number[]) {
    this.warnings = checkLevels(levels);
    this.levels = [...levels];
    this.constants = levels.map(levelConstants);
    this.basis = placeValues(levels);
    this.codebookSize = levels.reduce((product, level) => product * level, 1);
  }

  /** Number of latent dimensions d. */
  get dimensions(): number {
    return this.levels.length;
  }

  /** log2 of the codebook size. */
  get bits(): number {
    return Math.log2(this.codebookSize);
  }

  #rows(values: Vector, what: string): number {
    const rows = values.length / this.dimensions;
    if (!Number.isInteger(rows)) {
      throw new RangeError(
        `Cannot ${what}: ${values.length} values are no whole number of rows of ${this.dimensions}`,
      );
    }
    return rows;
  }

  #boundOne(z: number, dimension: number): number {
    if (Number.isNaN(z)) throw new RangeError(`Cannot quantise: latent is NaN in dimension ${dimension}`);
    const { halfRange, offset, shift } = this.constants[dimension];
    return Math.tanh(z + shift) * halfRange - offset;
  }

  #digitOne(z: number, dimension: number): number {
    const { halfWidth, level } = this.constants[dimension];
    const digit = roundHalfEven(this.#boundOne(z, dimension)) + halfWidth;
    return Math.min(Math.max(digit, 0), level - 1);
  }

  /** Bounded values `tanh(z + shift) · halfRange − offset`, float64 `[N, d]`. Throws RangeError for NaN. */
  bound(z: Vector): Float64Array {
    const rows = this.#rows(z, "bound latents");
    const bounded = new Float64Array(z.length);
    for (let n = 0, i = 0; n < rows; n++) {
      for (let j = 0; j < this.dimensions; j++, i++) bounded[i] = this.#boundOne(z[i], j);
    }
    return bounded;
  }

  /** Digits in 0..L − 1, `[N, d]`. */
  digits(z: Vector): Uint16Array {
    this.#rows(z, "quantise latents");
    return Uint16Array.from(z, (value, i) => this.#digitOne(value, i % this.dimensions));
  }

  /** Quantised values `round(bound)/⌊L/2⌋`, float64 `[N, d]`: what the classifier head sees. */
  values(z: Vector): Float64Array {
    this.#rows(z, "quantise latents");
    return Float64Array.from(z, (value, i) => {
      const dimension = i % this.dimensions;
      const { halfWidth } = this.constants[dimension];
      return (this.#digitOne(value, dimension) - halfWidth) / halfWidth;
    });
  }

  /** Codes, uint32 `[N]`. Throws RangeError where the codebook does not fit 32 bits. */
  codes(z: Vector): Uint32Array {
    const rows = this.#rows(z, "quantise latents");
    if (this.codebookSize > MAX_CODES) {
      throw new RangeError(`Cannot quantise: ${this.codebookSize} codes do not fit uint32`);
    }
    const codes = new Uint32Array(rows);
    for (let n = 0, i = 0; n < rows; n++) {
      let code = 0;
      for (let j = 0; j < this.dimensions; j++) code += this.#digitOne(z[i++], j) * this.basis[j];
      codes[n] = code;
    }
    return codes;
  }

  /** Code of one bounded vector, as a device without rounding hands it over; values beyond the levels are clamped. */
  codeOfBounded(bounded: Vector): number {
    if (bounded.length !== this.dimensions) {
      throw new RangeError(`Cannot make code: need ${this.dimensions} values, got ${bounded.length}`);
    }
    let code = 0;
    for (let j = 0; j < this.dimensions; j++) {
      const { halfWidth, level } = this.constants[j];
      const digit = roundHalfEven(bounded[j]) + halfWidth;
      code += Math.min(Math.max(digit, 0), level - 1) * this.basis[j];
    }
    return code;
  }

  /** Code of one digit vector. */
  codeOf(digits: Vector): number {
    if (digits.length !== this.dimensions) {
      throw new RangeError(`Cannot make code: need ${this.dimensions} digits, got ${digits.length}`);
    }
    let code = 0;
    for (let j = 0; j < this.dimensions; j++) {
      const digit = digits[j];
      if (!Number.isInteger(digit) || digit < 0 || digit >= this.levels[j]) {
        throw new RangeError(
          `Cannot make code: digit ${j} must be in 0..${this.levels[j] - 1}, got ${digit}`,
        );
      }
      code += digit * this.basis[j];
    }
    return code;
  }

  /** Digits of one code. */
  digitsOf(code: number): number[] {
    if (!Number.isInteger(code) || code < 0 || code >= this.codebookSize) {
      throw new RangeError(`Cannot read code: must be in 0..${this.codebookSize - 1}, got ${code}`);
    }
    return this.levels.map((level, j) => Math.floor(code / this.basis[j]) % level);
  }

  /** Quantised values of one code. */
  valuesOf(code: number): number[] {
    return this.digitsOf(code).map((digit, j) => {
      const { halfWidth } = this.constants[j];
      return (digit - halfWidth) / halfWidth;
    });
  }

  /** A latent that quantises to `code`: the one whose bounded value is the level itself. */
  latentOf(code: number): number[] {
    return this.digitsOf(code).map((digit, j) => {
      const { halfRange, offset, shift, halfWidth } = this.constants[j];
      return Math.atanh((digit - halfWidth + offset) / halfRange) - shift;
    });
  }

  /**
   * Straight-through gradient dq/dz = halfRange · (1 − tanh²(z + shift)) / ⌊L/2⌋, `[N, d]`: rounding counts as the
   * identity. It vanishes for |z| > 3, which is why latents must stay out of saturation.
   */
  gradient(z: Vector): Float64Array {
    this.#rows(z, "compute gradient");
    return Float64Array.from(z, (value, i) => {
      const { halfRange, shift, halfWidth } = this.constants[i % this.dimensions];
      return halfRange * (1 - Math.tanh(value + shift) ** 2) / halfWidth;
    });
  }
}

/** Number of the first row of `[N, d]` that holds NaN or an infinity, or −1. */
export function firstNonFiniteRow(values: Vector, dimensions: number): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return Math.floor(i / dimensions);
  return -1;
}
