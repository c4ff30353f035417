/** Multivariate normal densities in the four covariance forms of scikit-learn's GaussianMixture. */

/** Form of the covariances: one matrix each, one for all, one variance per dimension, or one variance. */
export type CovarianceType = "full" | "tied" | "diag" | "spherical";

/**
 * Covariances as numbers: `full` `[K, d, d]`, `tied` `[d, d]`, `diag` `[K, d]`, `spherical` `[K]`.
 */
export type Covariances = Float64Array;

/** Free parameters of a mixture of K components: weights, means and covariances. */
export function mixtureParameters(type: CovarianceType, k: number, d: number): number {
  const covariance = {
    full: k * d * (d + 1) / 2,
    tied: d * (d + 1) / 2,
    diag: k * d,
    spherical: k,
  }[type];
  return k - 1 + k * d + covariance;
}

/** Densities below e^−46 ≈ 1e-20 of the largest change no sum of doubles. */
export const NEGLIGIBLE = -46;

/** Weighted log densities of components, prepared once per step of EM. */
export interface LogDensity {
  /**
   * Writes `ln π_k + ln N(x; μ_k, Σ_k)` for each k into `out`, or any value below the largest + {@linkcode NEGLIGIBLE}
   * for a component that lies further below it.
   *
   * @param likely A component that is probably among the largest: it sets the mark that others can be given up at.
   */
  at(values: Float64Array, row: number, out: Float64Array, likely: number): void;
}

/**
 * Prepares log densities.
 *
 * @param weights float64 `[K]`, positive, sum 1.
 * @param means float64 `[K, d]`.
 * @throws RangeError when a covariance is not positive definite.
 */
export function logDensity(
  type: CovarianceType,
  weights: Float64Array,
  means: Float64Array,
  covariances: Covariances,
): LogDensity {
  const k = weights.length;
  const d = means.length / k;
  const constant = Float64Array.from(weights, (w) => Math.log(w) - d / 2 * Math.log(2 * Math.PI));
  if (type === "full" || type === "tied") {
    const inverses: Float64Array[] = [];
    for (let c = 0; c < k; c++) {
      if (type === "tied" && c > 0) {
        inverses.push(inverses[0]);
      } else {
        const start = type === "tied" ? 0 : c * d * d;
        inverses.push(inverseCholesky(covariances.subarray(start, start + d * d), d));
      }
      for (let t = 0; t < d; t++) constant[c] += Math.log(inverses[c][t * d + t]);
    }
    return {
      at: (values, row, out, likely) => triangular(values, row, d, means, inverses, constant, out, likely),
    };
  }
  const precision = new Float64Array(k * d);
  for (let c = 0; c < k; c++) {
    for (let t = 0; t < d; t++) {
      const variance = type === "diag" ? covariances[c * d + t] : covariances[c];
      if (!(variance > 0)) throw notPositive();
      precision[c * d + t] = 1 / variance;
      constant[c] -= Math.log(variance) / 2;
    }
  }
  return { at: (values, row, out) => axisAligned(values, row, d, means, precision, constant, out) };
}

function notPositive(): RangeError {
  return new RangeError(
    "Cannot compute densities: a covariance is not positive definite; increase reg_covar",
  );
}

function triangular(
  values: Float64Array,
  row: number,
  d: number,
  means: Float64Array,
  inverses: Float64Array[],
  constant: Float64Array,
  out: Float64Array,
  likely: number,
): void {
  const start = row * d, k = constant.length;
  let mark = -Infinity;
  for (let n = 0; n < k; n++) {
    // The likely one first, the one it displaces in its place.
    const c = n === 0 ? likely : n === likely ? 0 : n;
    const inverse = inverses[c], mean = c * d;
    let log = constant[c];
    for (let r = 0; r < d && log > mark; r++) {
      let y = 0;
      for (let t = 0, q = r * d; t <= r; t++, q++) y += inverse[q] * (values[start + t] - means[mean + t]);
      log -= y * y / 2;
    }
    out[c] = log;
    if (log + NEGLIGIBLE > mark) mark = log + NEGLIGIBLE;
  }
}

function axisAligned(
  values: Float64Array,
  row: number,
  d: number,
  means: Float64Array,
  precision: Float64Array,
  constant: Float64Array,
  out: Float64Array,
): void {
  const start = row * d;
  for (let c = 0, q = 0; c < constant.length; c++) {
    let sum = 0;
    for (let t = 0; t < d; t++, q++) {
      const diff = values[start + t] - means[q];
      sum += diff * diff * precision[q];
    }
    out[c] = constant[c] - sum / 2;
  }
}

/**
 * Inverse of the lower Cholesky factor, row-major lower triangle in `[d, d]`.
 *
 * @throws RangeError when the matrix is not positive definite.
 */
export function inverseCholesky(matrix: Float64Array, d: number): Float64Array {
  const lower = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * d + j];
      for (let t = 0; t < j; t++) sum -= lower[i * d + t] * lower[j * d + t];
      if (i === j) {
        if (!(sum > 0)) throw notPositive();
        lower[i * d + i] = Math.sqrt(sum);
      } else lower[i * d + j] = sum / lower[j * d + j];
    }
  }
  const inverse = new Float64Array(d * d);
  for (let c = 0; c < d; c++) {
    inverse[c * d + c] = 1 / lower[c * d + c];
    for (let r = c + 1; r < d; r++) {
      let sum = 0;
      for (let t = c; t < r; t++) sum -= lower[r * d + t] * inverse[t * d + c];
      inverse[r * d + c] = sum / lower[r * d + r];
    }
  }
  return inverse;
}
