/** Eigenvectors of symmetric matrices: all of small ones, the first few of larger ones. */

/** Eigenvalues in descending order with their vectors. */
export interface Eigen {
  values: Float64Array;
  /** `[d, d]`: vector k is row k, of length 1 (in the given metric where there is one). */
  vectors: Float64Array;
}

/** Sweeps after which a small matrix is diagonal to the last bit of a double. */
const sweeps = 60;

/**
 * All eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, §8.5).
 *
 * @param matrix `[d, d]`, left as it is.
 */
function symmetricEigen(matrix: ArrayLike<number>, d: number): Eigen {
  const a = Float64Array.from(matrix);
  const v = new Float64Array(d * d);
  for (let i = 0; i < d; i++) v[i * d + i] = 1;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let rest = 0;
    for (let p = 0; p < d; p++) for (let q = 0; q < p; q++) rest += a[p * d + q] ** 2;
    if (rest < 1e-300) break;
    for (let p = 0; p < d; p++) for (let q = p + 1; q < d; q++) rotate(a, v, d, p, q);
  }
  const order = Array.from({ length: d }, (_, i) => i).sort((i, j) => a[j * d + j] - a[i * d + i]);
  const vectors = new Float64Array(d * d);
  order.forEach((from, k) => {
    // The sign of a vector is free: the largest entry is made positive, so that results can be compared.
    let top = 0;
    for (let i = 1; i < d; i++) if (Math.abs(v[i * d + from]) > Math.abs(v[top * d + from])) top = i;
    const sign = v[top * d + from] < 0 ? -1 : 1;
    for (let i = 0; i < d; i++) vectors[k * d + i] = sign * v[i * d + from];
  });
  return { values: Float64Array.from(order, (i) => a[i * d + i]), vectors };
}

function rotate(a: Float64Array, v: Float64Array, d: number, p: number, q: number): void {
  const apq = a[p * d + q];
  if (apq === 0) return;
  const theta = (a[q * d + q] - a[p * d + p]) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(1, theta));
  const c = 1 / Math.hypot(1, t), s = t * c;
  for (let k = 0; k < d; k++) {
    const akp = a[k * d + p], akq = a[k * d + q];
    a[k * d + p] = c * akp - s * akq;
    a[k * d + q] = s * akp + c * akq;
  }
  for (let k = 0; k < d; k++) {
    const apk = a[p * d + k], aqk = a[q * d + k];
    a[p * d + k] = c * apk - s * aqk;
    a[q * d + k] = s * apk + c * aqk;
    const vkp = v[k * d + p], vkq = v[k * d + q];
    v[k * d + p] = c * vkp - s * vkq;
    v[k * d + q] = s * vkp + c * vkq;
  }
}

/**
 * Solves `A x = λ B x` for symmetric A and positive definite B; vectors have `xᵀ B x = 1`.
 *
 * With `B = U Λ Uᵀ` and `W = Λ^(−1/2) Uᵀ`, the eigenvectors y of `W A Wᵀ` give `x = Wᵀ y`.
 */
export function generalizedEigen(a: ArrayLike<number>, b: ArrayLike<number>, d: number): Eigen {
  const metric = symmetricEigen(b, d);
  const w = metric.vectors.map((x, i) => x / Math.sqrt(metric.values[Math.floor(i / d)]));
  const half = new Float64Array(d * d), whitened = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      for (let k = 0; k < d; k++) half[i * d + j] += w[i * d + k] * a[k * d + j];
    }
  }
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      for (let k = 0; k < d; k++) whitened[i * d + j] += half[i * d + k] * w[j * d + k];
    }
  }
  const { values, vectors } = symmetricEigen(whitened, d);
  const x = new Float64Array(d * d);
  for (let k = 0; k < d; k++) {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) x[k * d + i] += vectors[k * d + j] * w[j * d + i];
    }
  }
  return { values, vectors: x };
}

/** Rounds of the iteration, and directions beside the wanted ones that make it converge faster. */
const rounds = 60, spare = 6;

/**
 * The first `count` eigenvectors of a positive semi-definite matrix by orthogonal iteration with a Rayleigh–Ritz step
 * (Golub and Van Loan, §8.2.4): exact where eigenvalues are well apart, a basis of the leading space where they are not.
 */
export function leadingEigen(matrix: ArrayLike<number>, d: number, count: number): Eigen {
  const k = Math.min(d, count + spare);
  let basis = new Float64Array(k * d);
  // Any start with a part in every direction will do; this one is the same everywhere.
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < d; j++) basis[i * d + j] = Math.cos((i + 1) * (j + 0.5)) + Number(i === j);
  }
  let image = basis;
  for (let round = 0; round < rounds; round++) {
    image = imagesOf(matrix, basis, k, d);
    if (round === rounds - 1) break;
    basis = image;
    orthonormalize(basis, k, d);
  }
  const small = new Float64Array(k * k);
  for (let p = 0; p < k; p++) {
    for (let q = 0; q < k; q++) {
      for (let j = 0; j < d; j++) small[p * k + q] += basis[p * d + j] * image[q * d + j];
    }
  }
  const { values, vectors } = symmetricEigen(small, k);
  const out = new Float64Array(count * d);
  for (let i = 0; i < Math.min(count, k); i++) {
    for (let p = 0; p < k; p++) {
      for (let j = 0; j < d; j++) out[i * d + j] += vectors[i * k + p] * basis[p * d + j];
    }
  }
  return { values: values.slice(0, count), vectors: out };
}

/** The matrix times each row of `basis` `[k, d]`. */
function imagesOf(matrix: ArrayLike<number>, basis: Float64Array, k: number, d: number) {
  const images = new Float64Array(k * d);
  for (let i = 0; i < k; i++) {
    for (let p = 0; p < d; p++) {
      let sum = 0;
      for (let q = 0; q < d; q++) sum += matrix[p * d + q] * basis[i * d + q];
      images[i * d + p] = sum;
    }
  }
  return images;
}

/** Gram–Schmidt on the rows, in place, twice for the sake of accuracy. */
function orthonormalize(basis: Float64Array, k: number, d: number): void {
  for (let i = 0; i < k; i++) {
    for (let turn = 0; turn < 2; turn++) {
      for (let p = 0; p < i; p++) {
        let dot = 0;
        for (let j = 0; j < d; j++) dot += basis[i * d + j] * basis[p * d + j];
        for (let j = 0; j < d; j++) basis[i * d + j] -= dot * basis[p * d + j];
      }
    }
    let squares = 0;
    for (let j = 0; j < d; j++) squares += basis[i * d + j] ** 2;
    // A direction that the matrix does not reach stays out.
    const factor = squares > 1e-280 ? 1 / Math.sqrt(squares) : 0;
    for (let j = 0; j < d; j++) basis[i * d + j] *= factor;
  }
}
