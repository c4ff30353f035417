import assert from "node:assert/strict";
import { type PointsRequest, prepare } from "../../../lib/cluster/points/prepare.ts";
import { Quantizer } from "../../../lib/fsq/quantizer.ts";
import { Random } from "../../../lib/random.ts";
import { codesFrom, codesOf, someLatents, splitOf } from "../make_request.ts";

const { latents } = someLatents(60, 4);
const codes = codesOf(latents, [8, 6, 5]);
const of = (request: Partial<PointsRequest>) => prepare({ method: "kmeans", criterion: "bic", ...request });
const kRange = [2, 5] as [number, number];

Deno.test("prepare() takes codes for a given number, latents for one that is chosen, and what is asked for", () => {
  assert.equal(of({ codes, latents }).space, "code");
  assert.equal(of({ codes, latents, kRange }).space, "latent");
  assert.equal(of({ latents }).space, "latent");
  assert.equal(of({ codes, latents, space: "latent" }).space, "latent");
  assert.equal(of({ codes, latents, kRange, space: "code", criterion: "silhouette" }).space, "code");
  assert.equal(of({ codes, kRange, method: "dbscan" }).space, "code");
  assert.equal(of({ codes, latents, kRange, method: "lca" }).space, "code");
});

Deno.test("prepare() refuses what it has no points for", () => {
  assert.throws(() => of({}), /neither codes nor latents are connected$/m);
  assert.throws(() => of({ latents, space: "code" }), /in space code: no codes are connected/);
  assert.throws(() => of({ codes, space: "latent" }), /in space latent: no latents are connected/);
  assert.throws(() => of({ latents, method: "lca" }), /no codes are clustered/);
  assert.throws(() => of({ codes, latents, method: "lca", space: "latent" }), /no codes are clustered/);
  assert.throws(() => of({ codes, kRange }), /components shrink onto single codes/);
  assert.throws(() => of({ codes, latents, kRange, space: "code" }), /components shrink onto single codes/);
  assert.throws(() => of({ codes: codesFrom(new Uint32Array(0), [8, 6, 5]) }), /there are no windows$/m);
  const fewer = codesFrom(codes.codes.slice(1), [8, 6, 5]);
  assert.throws(() => of({ codes: fewer, latents }), /there are 60 latents and 59 codes/);
  const bad = { ...latents, latents: latents.latents.slice() };
  bad.latents[100] = NaN;
  assert.throws(() => of({ latents: bad }), /window 33 has NaN in dimension 1/);
  assert.throws(
    () => of({ codes, split: splitOf(new Uint8Array(59).fill(1)) }),
    /the split has 59 windows, the data 60/,
  );
  assert.throws(
    () => of({ codes, split: splitOf(new Uint8Array(60).fill(3)) }),
    /the split has no training windows$/m,
  );
});

Deno.test("prepare() counts training windows only, and says what the points are", () => {
  const part = Uint8Array.from({ length: 60 }, (_, i) => 1 + i % 3);
  const { fit, points, clustered, warnings } = of({ codes, split: splitOf(part) });
  assert.deepEqual([...fit!], [...part].map((p) => p === 1 ? 1 : 0));
  assert.deepEqual(clustered, {
    scale: "quantised values",
    windows: 60,
    fittedWindows: 20,
    distinctPoints: new Set(codes.codes).size,
    exact: true,
    cell: 0,
    rmsError: 0,
  });
  assert.deepEqual([points.weights.reduce((a, b) => a + b), warnings], [20, []]);
  assert.equal(of({ codes }).fit, undefined);
  assert.equal(of({ latents }).clustered.scale, "latents as they are");
  const bounded = of({ codes, latents, space: "latent" });
  assert.equal(bounded.clustered.scale, "bounded latents");
  const quantizer = new Quantizer([8, 6, 5]), expected = quantizer.bound(latents.latents);
  const half = [4, 3, 2];
  for (const n of [0, 17, 59]) {
    for (let t = 0; t < 3; t++) {
      const value = bounded.points.values[3 * bounded.points.index[n] + t];
      assert.ok(Math.abs(value - expected[3 * n + t] / half[t]) < 1e-12);
    }
  }
});

Deno.test("prepare() gathers windows beyond the limit of the method, with the mean of those that count", () => {
  const rng = new Random(3), n = 9000;
  const many = {
    latents: Float32Array.from({ length: n }, () => rng.normal()),
    dimensions: 1,
    classes: [],
    details: {},
  };
  const distinct = new Set(many.latents).size;
  for (const method of ["kmeans", "gmm"] as const) {
    const { clustered, warnings } = of({ latents: many, method });
    assert.deepEqual([clustered.exact, clustered.distinctPoints, warnings], [true, distinct, []]);
  }
  for (const method of ["hierarchical", "dbscan"] as const) {
    const { clustered, points, warnings } = of({ latents: many, method });
    assert.ok(!clustered.exact && clustered.distinctPoints <= 8192 && clustered.distinctPoints > 1000);
    assert.equal(
      warnings[0],
      `Windows were gathered in ${clustered.distinctPoints} cells of edge ${clustered.cell.toPrecision(3)} ` +
        `(root mean square distance ${clustered.rmsError.toPrecision(3)}); raise max_points for exact points`,
    );
    assert.ok(clustered.rmsError > 0 && clustered.rmsError < clustered.cell);
    assert.equal(points.weights.reduce((a, b) => a + b), n);
  }
  const few = of({
    latents: many,
    maxPoints: 50,
    split: splitOf(Uint8Array.from({ length: n }, (_, i) => 1 + i % 2)),
  });
  assert.ok(few.clustered.distinctPoints <= 50 && few.clustered.distinctPoints >= 25);
  assert.equal(few.clustered.fittedWindows, n / 2);
  const { points, fit } = few;
  let error = 0;
  const sums = new Map<number, number[]>();
  for (let i = 0; i < n; i++) {
    const p = points.index[i];
    error += (many.latents[i] - points.values[p]) ** 2;
    if (fit![i] === 1) sums.set(p, [...sums.get(p) ?? [], many.latents[i]]);
  }
  for (const [p, values] of sums) {
    assert.ok(Math.abs(points.values[p] - values.reduce((a, b) => a + b) / values.length) < 1e-9);
    assert.equal(points.weights[p], values.length);
  }
  assert.ok(Math.abs(few.clustered.rmsError - Math.sqrt(error / n)) < 1e-9);
});

Deno.test("prepare() gathers codes on a coarser grid, and codes of other parts move nothing", () => {
  const rng = new Random(4), levels = [40, 40, 3];
  const all = Uint32Array.from({ length: 2000 }, () => rng.below(4800));
  const part = Uint8Array.from(all, (_, i) => i % 2 === 0 ? 1 : 3);
  const { points, clustered } = of({ codes: codesFrom(all, levels), split: splitOf(part), maxPoints: 400 });
  assert.ok(!clustered.exact && points.weights.length <= 400 && points.weights.length >= 100);
  const quantizer = new Quantizer(levels);
  const distinct = [...new Set(all)];
  for (let p = 0; p < points.weights.length; p++) {
    const own = [...all.keys()].filter((i) => points.index[i] === p);
    const counted = own.filter((i) => part[i] === 1);
    assert.equal(points.weights[p], counted.length);
    const from = counted.length > 0
      ? counted.map((i) => all[i])
      : distinct.filter((c) => own.some((i) => all[i] === c));
    for (let t = 0; t < 3; t++) {
      const mean = from.reduce((sum, code) => sum + quantizer.valuesOf(code)[t], 0) / from.length;
      assert.ok(Math.abs(points.values[3 * p + t] - mean) < 1e-9);
    }
  }
  assert.throws(
    () => of({ codes: codesFrom(all, levels), maxPoints: 3 }),
    /cells would lose more than a tenth of their variance/,
  );
  // Latent classes read digits, which no cell has.
  assert.equal(of({ codes: codesFrom(all, levels), maxPoints: 400, method: "lca" }).clustered.exact, true);
});

Deno.test("prepare() keeps 32 768 points for methods whose cost grows with them, and gathers one more", () => {
  const of = (n: number) =>
    prepare({
      method: "kmeans",
      criterion: "bic",
      latents: {
        latents: Float32Array.from({ length: n }, (_, i) => i),
        dimensions: 1,
        classes: [],
        details: {},
      },
    }).clustered;
  assert.deepEqual([of(32768).exact, of(32768).distinctPoints], [true, 32768]);
  assert.deepEqual([of(32769).exact, of(32769).fittedWindows], [false, 32769]);
});
