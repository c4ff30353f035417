import assert from "node:assert/strict";
import { applyToWindows, labelsOfPoints, MotifRule } from "../../lib/cluster/apply.ts";
import { lineMotifs } from "./make_motifs.ts";

const points = (values: number[], index: number[], dimensions = 1) => ({
  values: Float64Array.from(values),
  dimensions,
  weights: new Float64Array(values.length / dimensions).fill(1),
  index: Uint32Array.from(index),
  exact: true,
  cell: 0,
  rmsError: 0,
});

/** Three clusters at 0, 4 and 10, of which the first and the last are motif 0. */
const fitted = lineMotifs([0, 1, 0, 0, -1], [0, 4, 10, 1, 30], {
  centroids: Float64Array.of(2.75, 4),
  posterior: Float32Array.of(1, 0, 0.25, 0.75, 1, 0, 0.5, 0.5, 0.125, 0.875),
  rule: { kind: "centroid", centroids: [0, 4, 10], variance: 2 },
  clusters: [0, 1, 0],
  silhouette: 0.5,
  bic: 3,
  hitBoundary: true,
  curve: [{ k: 2, bic: 1, silhouette: 1, inertia: 1 }],
});

Deno.test("MotifRule gives points of the fit what they have, and others the sum of the clusters of each motif", () => {
  // Points: new 6.5, known 4 (its posterior), new 3, known outlier 30, new 11; windows use some twice, one never.
  const given = points([6.5, 4, 3, 30, 11], [0, 0, 1, 2, 3, 3, 4]);
  const { motifs, known } = new MotifRule(fitted).apply(given);
  assert.equal(known, 2);
  assert.deepEqual([...motifs.labels], [1, 1, 1, 1, -1, -1, 0]);
  assert.deepEqual(motifs.support, [1, 4]);
  const density = (x: number) => [0, 4, 10].map((c) => Math.exp(-((x - c) ** 2) / 4));
  const expected = [6.5, 4, 3, 30, 11].flatMap((x) => {
    const [a, b, c] = density(x);
    return x === 4 ? [0.25, 0.75] : x === 30 ? [0.125, 0.875] : [(a + c) / (a + b + c), b / (a + b + c)];
  });
  motifs.posterior.forEach((p, i) =>
    assert.ok(Math.abs(p - expected[i]) < 1e-6, `${i}: ${p} ${expected[i]}`)
  );
  // By windows: 6.5 twice, 4, 3 around 4, and 11 around the centroid of motif 0.
  assert.equal(motifs.inertia, 2 * 2.5 ** 2 + 0 + 1 + (11 - 2.75) ** 2);
  assert.deepEqual([...motifs.pointWeights], [2, 1, 1, 2, 1]);
  const { silhouette, bic, curve, hitBoundary, reason, k } = motifs;
  assert.deepEqual([silhouette, bic, curve, hitBoundary, reason, k], [null, null, [], false, "applied", 2]);
});

Deno.test("MotifRule gives a single new point its motif, and none without clusters or far from all labelled windows", () => {
  const one = new MotifRule(fitted).apply(points([9], [0]));
  assert.deepEqual([...one.motifs.labels, one.known], [0, 0]);
  const covered = { ...fitted, covered: { anchors: [4], radius: 1 } };
  const near = new MotifRule(covered).apply(points([5, 5.5], [0, 1]));
  assert.deepEqual([...near.motifs.labels], [1, -1]);
  assert.ok(near.motifs.posterior[3] > 0.5);
  const nothing = lineMotifs([-1, -1], [0, 1], {
    rule: { ...fitted.rule!, centroids: [] } as never,
    clusters: [],
  });
  assert.deepEqual([...new MotifRule(nothing).apply(points([0, 7], [0, 1])).motifs.labels], [-1, -1]);
  const untold = { ...fitted, rule: undefined };
  assert.deepEqual([...new MotifRule(untold).apply(points([4, 5], [0, 1])).motifs.labels], [1, -1]);
  assert.throws(
    () => new MotifRule(fitted).apply(points([1, 2], [0], 2)),
    /they have 1 dimensions, the windows 2/,
  );
});

Deno.test("applyToWindows() works on as many points as the fit has, or as many as are asked for", () => {
  const n = 100;
  const line = {
    latents: Float32Array.from({ length: n }, (_, i) => i / 7),
    dimensions: 1,
    classes: [],
    details: {},
  };
  assert.equal(applyToWindows(fitted, { latents: line }).pointValues.length, n);
  const coarse = applyToWindows(fitted, { latents: line, maxPoints: 16 });
  assert.ok(coarse.pointValues.length <= 16 && coarse.warnings.length > 0);
});

Deno.test("MotifRule keeps what the points of the fit have where its rule says otherwise", () => {
  const swapped = lineMotifs([1, 0, 0], [0, 4, 5], {
    rule: { kind: "centroid", centroids: [0, 4.5], variance: 1 },
    posterior: Float32Array.of(0.25, 0.75, 0.5, 0.5, 1, 0),
  });
  // Of a rule that does not say what its clusters became, cluster c is motif c.
  const { motifs, known } = new MotifRule(swapped).apply(points([0, 4, 0.1, 5], [0, 1, 2, 3]));
  assert.deepEqual([...motifs.labels, known], [1, 0, 0, 0, 3]);
  assert.deepEqual([...motifs.posterior.subarray(0, 4), ...motifs.posterior.subarray(6)], [
    ...[0.25, 0.75, 0.5, 0.5, 1, 0],
  ]);
});

Deno.test("applyToWindows() gathers windows on a grid above 32768 points, however many numbers those of the fit are", () => {
  const applied = (fittedPoints: number, n: number) => {
    const plane = {
      ...fitted,
      dimensions: 2,
      pointValues: Float64Array.from({ length: 2 * fittedPoints }, (_, i) => -1 - i),
      pointWeights: new Float64Array(fittedPoints).fill(1),
      centroids: Float64Array.of(0, 0, 1, 1),
      posterior: new Float32Array(2 * fittedPoints),
      rule: { kind: "centroid" as const, centroids: [0, 0, 1, 1], variance: 1 },
      clusters: [0, 1],
    };
    const latents = Float32Array.from({ length: 2 * n }, (_, i) => Math.floor(i / 2) / n + (i % 2));
    return applyToWindows(plane, { latents: { latents, dimensions: 2, classes: [], details: {} } });
  };
  assert.equal(applied(8200, 32_768).pointWeights.length, 32_768);
  assert.ok(applied(8200, 32_769).pointWeights.length < 32_769);
});

Deno.test("labelsOfPoints() takes the most frequent label of a point, −1 included, the smaller of equals", () => {
  const labels = Int32Array.of(0, 2, 2, -1, -1, 1, 1, 0, 2),
    points = Uint32Array.of(0, 0, 0, 1, 1, 1, 3, 3, 4);
  assert.deepEqual([...labelsOfPoints({ labels, points, k: 3 }, 5)], [2, -1, -1, 0, 2]);
});
