import assert from "node:assert/strict";
import { generalizedEigen, leadingEigen } from "../../../lib/model/discover/generalized_eigen.ts";
import { Random } from "../../../lib/random.ts";

const d = 7;
const random = (seed: number, ridge = 0) => {
  const rng = new Random(seed);
  const b = Array.from({ length: d * d }, () => rng.normal());
  return Float64Array.from({ length: d * d }, (_, i) => {
    const [p, q] = [Math.floor(i / d), i % d];
    let sum = p === q ? ridge : 0;
    for (let k = 0; k < d; k++) {
      sum += ridge > 0 ? b[p * d + k] * b[q * d + k] : (b[p * d + k] + b[q * d + k]) / d;
    }
    return sum;
  });
};
const identity = Float64Array.from({ length: d * d }, (_, i) => Number(i % (d + 1) === 0));
const times = (m: Float64Array, x: Float64Array) =>
  Float64Array.from({ length: d }, (_, i) => x.reduce((sum, value, j) => sum + m[i * d + j] * value, 0));
const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, i) => sum + value * y[i], 0);

Deno.test("generalizedEigen() in the usual metric finds orthonormal vectors with A x = λ x, largest value first", () => {
  const a = random(1);
  const { values, vectors } = generalizedEigen(a, identity, d);
  for (let k = 0; k < d; k++) {
    const x = vectors.slice(k * d, (k + 1) * d);
    times(a, x).forEach((y, i) => assert.ok(Math.abs(y - values[k] * x[i]) < 1e-12));
    assert.ok(k === 0 || values[k] <= values[k - 1]);
    for (let m = 0; m <= k; m++) {
      const product = dot(x, vectors.slice(m * d, (m + 1) * d));
      assert.ok(Math.abs(product - Number(m === k)) < 1e-12);
    }
  }
  const trace = Array.from({ length: d }, (_, i) => a[i * d + i]).reduce((x, y) => x + y);
  assert.ok(Math.abs(values.reduce((x, y) => x + y) - trace) < 1e-12);
});

Deno.test("generalizedEigen() finds vectors with A x = λ B x of length 1 by B", () => {
  const a = random(2), b = random(3, 0.5);
  const { values, vectors } = generalizedEigen(a, b, d);
  for (let k = 0; k < d; k++) {
    const x = vectors.slice(k * d, (k + 1) * d);
    const [ax, bx] = [times(a, x), times(b, x)];
    ax.forEach((y, i) => assert.ok(Math.abs(y - values[k] * bx[i]) < 1e-9));
    assert.ok(Math.abs(dot(x, bx) - 1) < 1e-9);
  }
});

Deno.test("leadingEigen() finds the first vectors of a covariance as the whole decomposition does", () => {
  const a = random(5, 0.1);
  const all = generalizedEigen(a, identity, d), { values, vectors } = leadingEigen(a, d, 3);
  assert.deepEqual([values.length, vectors.length], [3, 3 * d]);
  for (let k = 0; k < 3; k++) {
    assert.ok(Math.abs(values[k] - all.values[k]) < 1e-9 * all.values[0]);
    const product = dot(vectors.slice(k * d, (k + 1) * d), all.vectors.slice(k * d, (k + 1) * d));
    assert.ok(Math.abs(Math.abs(product) - 1) < 1e-9, `${product}`);
  }
  // Of rank 1: what is left over is nothing.
  const flat = Float64Array.from({ length: d * d }, (_, i) => (1 + Math.floor(i / d)) * (1 + i % d));
  const one = leadingEigen(flat, d, 2);
  assert.ok(Math.abs(one.values[0] - 140) < 1e-9 && Math.abs(one.values[1]) < 1e-9, `${one.values}`);
});

Deno.test("the largest entry of a vector is positive, so that results can be compared", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const { vectors } = generalizedEigen(random(seed), identity, d);
    for (let k = 0; k < d; k++) {
      const x = vectors.slice(k * d, (k + 1) * d);
      assert.equal(Math.max(...x), Math.max(...x.map(Math.abs)), `${seed}: ${x}`);
    }
  }
  // Of equal entries the first one: the vector of the difference.
  const { vectors } = generalizedEigen([2, -1, -1, 2], [1, 0, 0, 1], 2);
  assert.ok(vectors[0] > 0 && vectors[1] < 0 && vectors[2] > 0 && vectors[3] > 0, `${vectors}`);
});

Deno.test("leadingEigen() is exact however close eigenvalues lie where there is room for all directions", () => {
  // Eigenvalues 1, 0.99, 0.98 … in a turned basis.
  const { vectors: basis } = generalizedEigen(random(4), identity, d);
  const a = Float64Array.from({ length: d * d }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < d; k++) {
      sum += (1 - k / 100) * basis[k * d + Math.floor(i / d)] * basis[k * d + i % d];
    }
    return sum;
  });
  for (const count of [1, 3, d]) {
    const { values, vectors } = leadingEigen(a, d, count);
    for (let k = 0; k < count; k++) {
      assert.ok(Math.abs(values[k] - (1 - k / 100)) < 1e-10, `${values}`);
      const product = dot(vectors.slice(k * d, (k + 1) * d), basis.slice(k * d, (k + 1) * d));
      assert.ok(Math.abs(Math.abs(product) - 1) < 1e-10, `${product}`);
    }
  }
  // A diagonal matrix with zeros has its own axes.
  const flat = leadingEigen([3, 0, 0, 0, 0, 0, 0, 0, 2], 3, 3);
  [3, 2, 0].forEach((value, k) => assert.ok(Math.abs(flat.values[k] - value) < 1e-12, `${flat.values}`));
});
