/**
 * Special functions behind intervals and tests: gamma, incomplete gamma and beta, Student t and normal.
 * Formulas: NIST Digital Library of Mathematical Functions (dlmf.nist.gov), chapters 5, 7, 8; Lentz's method for the
 * continued fractions. Relative errors stay below 1e-12 in the ranges that statistics uses (tested against SciPy).
 */

const lanczos = [
  0.99999999999980993,
  676.5203681218851,
  -1259.1392167224028,
  771.32342877765313,
  -176.61502916214059,
  12.507343278686905,
  -0.13857109526572012,
  9.9843695780195716e-6,
  1.5056327351493116e-7,
];

/**
 * Natural logarithm of the gamma function for x > 0 (Lanczos, g = 7).
 *
 * ```ts
 * import { lgamma } from "./special.ts";
 * import assert from "node:assert/strict";
 * assert.ok(Math.abs(lgamma(5) - Math.log(24)) < 1e-13);
 * ```
 */
export function lgamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`Cannot compute lgamma: x must be positive, got ${x}`);
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lgamma(1 - x);
  const t = x + 6.5;
  let sum = lanczos[0];
  for (let i = 1; i < lanczos.length; i++) sum += lanczos[i] / (x - 1 + i);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Derivative of {@linkcode lgamma} for x > 0: recurrence up to 10, then the asymptotic series. */
export function digamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`Cannot compute digamma: x must be positive, got ${x}`);
  let shift = 0;
  for (; x < 10; x++) shift -= 1 / x;
  const y = 1 / (x * x);
  const series = y *
    (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y / 132))));
  return shift + Math.log(x) - 0.5 / x - series;
}

/** Regularised upper incomplete gamma Q(a, x) for a > 0, x ≥ 0; the survival function of chi² is Q(df/2, x/2). */
export function gammaQ(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) {
    throw new RangeError(`Cannot compute gammaQ: need a > 0 and x ≥ 0, got ${a} and ${x}`);
  }
  if (x === Infinity) return 0;
  const front = Math.exp(a * Math.log(x) - x - lgamma(a));
  if (x < a + 1) {
    let term = 1 / a, sum = term;
    for (let n = 1; n < 10000 && term > sum * 1e-17; n++) sum += term *= x / (a + n);
    return 1 - front * sum;
  }
  const fraction = lentz((n) => n * (a - n), (n) => x + 2 * n + 1 - a);
  return front * fraction;
}

/**
 * Regularised incomplete beta I_x(a, b) for a, b > 0, x in [0, 1].
 *
 * ```ts
 * import { betainc } from "./special.ts";
 * import assert from "node:assert/strict";
 * assert.ok(Math.abs(betainc(2, 2, 0.25) - 0.15625) < 1e-14);
 * ```
 */
export function betainc(a: number, b: number, x: number): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) {
    throw new RangeError(`Cannot compute betainc: need a, b > 0 and x in [0, 1], got ${a}, ${b}, ${x}`);
  }
  if (x > (a + 1) / (a + b + 2)) return 1 - betainc(b, a, 1 - x);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b));
  const fraction = lentz(
    (n) => {
      const m = n >> 1;
      return n % 2 === 0
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    },
    () => 1,
  );
  return front * fraction / a;
}

/** `1/(b0 + a1/(b1 + …))` by the method of Lentz; all convergents of the fractions above are positive. */
function lentz(numerator: (n: number) => number, denominator: (n: number) => number): number {
  let c = Infinity, d = 1 / denominator(0), value = d;
  for (let n = 1; n < 10000; n++) {
    const a = numerator(n), b = denominator(n);
    d = 1 / (b + a * d);
    c = b + a / c;
    const step = c * d;
    value *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return value;
}

/** Complementary error function, by the incomplete gamma function. */
export function erfc(x: number): number {
  return x >= 0 ? gammaQ(0.5, x * x) : 2 - gammaQ(0.5, x * x);
}

/** Standard normal distribution function. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2);
}

/** Distribution function of Student's t with `df` > 0 degrees of freedom (need not be whole). */
export function tCdf(t: number, df: number): number {
  const tail = 0.5 * betainc(df / 2, 0.5, df / (df + t * t));
  return t > 0 ? 1 - tail : tail;
}

/** Two-sided p-value of a t statistic. */
export function tTwoSided(t: number, df: number): number {
  return betainc(df / 2, 0.5, df / (df + t * t));
}

/**
 * Standard normal quantile for p in (0, 1).
 *
 * ```ts
 * import { normalQuantile } from "./special.ts";
 * import assert from "node:assert/strict";
 * assert.ok(Math.abs(normalQuantile(0.975) - 1.959963984540054) < 1e-12);
 * ```
 */
export function normalQuantile(p: number): number {
  return invert(p, normalCdf);
}

/** Quantile of Student's t; `tQuantile(0.975, 4)` is 2.7764451. */
export function tQuantile(p: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`Cannot compute t quantile: df must be positive, got ${df}`);
  return invert(p, (t) => tCdf(t, df));
}

/** Root of a symmetric distribution function: bracket on the lower tail, where it keeps its digits, then bisect. */
function invert(p: number, cdf: (x: number) => number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`Cannot compute quantile: p must lie in (0, 1), got ${p}`);
  if (p > 0.5) return -invert(1 - p, cdf);
  if (p === 0.5) return 0;
  let low = -1, high = 0;
  while (cdf(low) > p) {
    high = low;
    low *= 2;
  }
  for (let i = 0; i < 200; i++) {
    const middle = 0.5 * (low + high);
    if (middle === low || middle === high) break;
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}
