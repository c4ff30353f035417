import assert from "node:assert/strict";
import { type CovarianceType, logDensity, mixtureParameters } from "../../../lib/cluster/fit/gaussian.ts";
import { eStep, gmm, hardLabels, mStep } from "../../../lib/cluster/fit/gmm.ts";
import { Random } from "../../../lib/random.ts";

const kinds: CovarianceType[] = ["full", "tied", "diag", "spherical"];
const d = 3, k = 3, m = 9;
const rng = new Random(21);
const rows = Array.from(
  { length: m },
  (_, i) => Array.from({ length: d }, (_, t) => rng.normal() * (1 + t) + i % k),
);
const weights = Float64Array.from(rows, (_, i) => 1 + i % 4);
const points = { values: Float64Array.from(rows.flat()), dimensions: d, weights };
const sum = (x: ArrayLike<number>) => Array.from(x).reduce((a, b) => a + b, 0);
const near = (actual: ArrayLike<number>, expected: ArrayLike<number>, what: string) => {
  assert.equal(actual.length, expected.length, what);
  Array.from(actual).forEach((x, i) =>
    assert.ok(
      Math.abs(x - expected[i]) < 1e-9 * (1 + Math.abs(expected[i])),
      `${what} ${i}: ${x} ${expected[i]}`,
    )
  );
};

function responsibilities(): Float64Array {
  const r = Float64Array.from({ length: m * k }, () => rng.uniform());
  return r.map((x, q) => x / sum(r.subarray(q - q % k, q - q % k + k)));
}

/** Determinant by minors and squared Mahalanobis distance by Cramer's rule, of a 3 × 3 matrix. */
function determinant(a: number[][]): number {
  if (a.length === 1) return a[0][0];
  return sum(
    a[0].map((x, c) => (-1) ** c * x * determinant(a.slice(1).map((row) => row.filter((_, j) => j !== c)))),
  );
}
function mahalanobis(a: number[][], x: number[]): number {
  const solved = x.map((_, c) =>
    determinant(a.map((row, r) => row.map((v, j) => j === c ? x[r] : v))) / determinant(a)
  );
  return sum(solved.map((v, t) => v * x[t]));
}

/** The matrix of a component, whatever the form of the covariances. */
function matrixOf(kind: CovarianceType, covariances: Float64Array, c: number): number[][] {
  return Array.from({ length: d }, (_, r) =>
    Array.from({ length: d }, (_, t) => {
      if (kind === "full") return covariances[c * d * d + r * d + t];
      if (kind === "tied") return covariances[r * d + t];
      return r !== t ? 0 : kind === "diag" ? covariances[c * d + r] : covariances[c];
    }));
}

/** Maximisation in plain arithmetic. */
function maximized(r: Float64Array, kind: CovarianceType, regCovar: number) {
  const mass = Array.from({ length: k }, (_, c) => sum(rows.map((_, i) => weights[i] * r[i * k + c])));
  const means = mass.map((n, c) =>
    rows[0].map((_, t) => sum(rows.map((x, i) => weights[i] * r[i * k + c] * x[t])) / n)
  );
  const scatter = mass.map((_, c) =>
    rows[0].map((_, p) =>
      rows[0].map((_, q) =>
        sum(rows.map((x, i) => weights[i] * r[i * k + c] * (x[p] - means[c][p]) * (x[q] - means[c][q])))
      )
    )
  );
  const diagonal = (c: number) => scatter[c].map((row, p) => row[p] / mass[c] + regCovar);
  const eye = (p: number, q: number) => p === q ? regCovar : 0;
  const covariances = {
    full: scatter.flatMap((s, c) => s.flatMap((row, p) => row.map((x, q) => x / mass[c] + eye(p, q)))),
    tied: scatter[0].flatMap((row, p) =>
      row.map((_, q) => sum(scatter.map((s) => s[p][q])) / sum(mass) + eye(p, q))
    ),
    diag: mass.flatMap((_, c) => diagonal(c)),
    spherical: mass.map((_, c) => sum(diagonal(c)) / d),
  }[kind];
  return { weights: mass.map((n) => n / sum(mass)), means: means.flat(), covariances };
}

Deno.test("mStep() equals plain arithmetic, with every form of the covariances", () => {
  for (const kind of kinds) {
    const r = responsibilities(),
      mixture = mStep(points, r, k, kind, 0.25),
      expected = maximized(r, kind, 0.25);
    near(mixture.weights, expected.weights, kind);
    near(mixture.means, expected.means, kind);
    near(mixture.covariances, expected.covariances, kind);
    assert.equal(mixture.covariance, kind);
  }
  // A component without points has no weight and lies nowhere else than at zero.
  const nobody = mStep(points, Float64Array.from({ length: m * 2 }, (_, q) => 1 - q % 2), 2, "diag", 0.5);
  assert.ok(nobody.weights[1] < 1e-15);
  near(nobody.means.subarray(d), [0, 0, 0], "nobody");
  near(nobody.covariances.subarray(d), [0.5, 0.5, 0.5], "nobody");
});

Deno.test("eStep() and logDensity() equal plain arithmetic, whichever component is taken for likely", () => {
  for (const kind of kinds) {
    const mixture = mStep(points, responsibilities(), k, kind, 0.5);
    const log = rows.map((x) =>
      Array.from({ length: k }, (_, c) => {
        const a = matrixOf(kind, mixture.covariances, c);
        const off = x.map((v, t) => v - mixture.means[c * d + t]);
        return Math.log(mixture.weights[c]) - Math.log((2 * Math.PI) ** d * determinant(a)) / 2 -
          mahalanobis(a, off) / 2;
      })
    );
    const density = logDensity(kind, mixture.weights, mixture.means, mixture.covariances);
    const out = new Float64Array(k);
    for (const [i, expected] of log.entries()) {
      for (let likely = 0; likely < k; likely++) {
        density.at(points.values, i, out.fill(9), likely);
        near(out, expected, `${kind} ${i} ${likely}`);
      }
    }
    const shares = responsibilities();
    const likelihood = eStep(points, mixture, shares);
    const total = log.map((row) => sum(row.map(Math.exp)));
    near([likelihood], [sum(total.map((p, i) => weights[i] * Math.log(p)))], kind);
    near(shares, log.flatMap((row, i) => row.map((x) => Math.exp(x) / total[i])), kind);
  }
});

Deno.test("gmm() alternates the two steps from any start, and judges the last parameters", () => {
  const total = sum(weights);
  for (const kind of kinds) {
    const r = responsibilities(), regCovar = 0.1;
    const hard = Int32Array.from(rows, (_, i) => i % k);
    const ones = Float64Array.from({ length: m * k }, (_, q) => Number(q % k === Math.floor(q / k) % k));
    for (const [start, first] of [[r, r], [hard, ones], [mStep(points, r, k, kind, regCovar), r]] as const) {
      let mixture = mStep(points, first, k, kind, regCovar);
      const history: number[] = [], shares = new Float64Array(m * k);
      for (let round = 0; round < 4; round++) {
        history.push(eStep(points, mixture, shares) / total);
        mixture = mStep(points, shares, k, kind, regCovar);
      }
      const logLikelihood = eStep(points, mixture, shares);
      const fit = gmm(points, k, start, { covariance: kind, regCovar, tolerance: 0, maxIterations: 4 });
      near(fit.history, history, kind);
      near(fit.means, mixture.means, kind);
      near(fit.covariances, mixture.covariances, kind);
      near(fit.responsibilities, shares, kind);
      near([fit.logLikelihood, fit.iterations], [logLikelihood, 4], kind);
      near([fit.bic], [-2 * logLikelihood + mixtureParameters(kind, k, d) * Math.log(total)], kind);
      assert.deepEqual([fit.converged, [...fit.labels]], [false, [...hardLabels(shares, k)]]);
      // It stops after the first round whose gain is below the tolerance, and not where it equals it.
      const gains = history.slice(1).map((x, i) => Math.abs(x - history[i]));
      const until = (tolerance: number) =>
        gmm(points, k, start, { covariance: kind, regCovar, tolerance, maxIterations: 4 }).iterations;
      const stop = (tolerance: number) => {
        const at = gains.findIndex((gain) => gain < tolerance);
        return at < 0 ? 4 : at + 2;
      };
      for (const gain of gains) {
        for (const tolerance of [gain * (1 - 1e-6), gain * (1 + 1e-6)]) {
          assert.equal(until(tolerance), stop(tolerance));
        }
      }
    }
  }
  assert.deepEqual([...hardLabels(Float64Array.of(0.4, 0.4, 0.2, 0.1, 0.45, 0.45), 3)], [0, 1]);
});
