import assert from "node:assert/strict";
import { Part } from "../../../lib/artifacts/split.ts";
import {
  boundaryDistance,
  decidable,
  sampleRows,
  selftestRows,
  trainingRows,
} from "../../../lib/model/export/export_rows.ts";
import { Quantizer } from "../../../lib/fsq/quantizer.ts";
import { Random } from "../../../lib/random.ts";
import { sampleModel, sampleWindows } from "../sample_model.ts";

const model = sampleModel();
const windows = sampleWindows(model, 10);

Deno.test("boundaryDistance() is 0 on a rounding boundary and ½ on a level", () => {
  assert.equal(boundaryDistance([0, -2, 1]), 0.5);
  assert.equal(boundaryDistance([0, 1.5]), 0);
  assert.equal(boundaryDistance([-0.5, 1]), 0);
  assert.ok(Math.abs(boundaryDistance([0.4, -1.2]) - 0.1) < 1e-12);
});

Deno.test("trainingRows() takes the training part, else the training subjects, else everything and says so", () => {
  const part = Uint8Array.from({ length: 30 }, (_, i) => i < 4 ? Part.train : Part.test);
  const split = {
    part,
    rule: "by hand",
    leaks: false,
    sharesSubjects: false,
    groups: { train: [], validation: [], test: [] },
    details: {},
  };
  assert.deepEqual([...trainingRows(model, windows, split).rows], [0, 1, 2, 3]);
  const bySubject = trainingRows(model, windows, undefined);
  assert.equal(bySubject.rows.length, 20);
  assert.ok(bySubject.trainingOnly && bySubject.rows.every((row) => windows.recording[row] < 2));
  const stranger = { ...model, training: { ...model.training, subjects: ["nobody"] } };
  const all = trainingRows(stranger, windows, undefined);
  assert.deepEqual([all.rows.length, all.trainingOnly], [30, false]);
});

Deno.test("sampleRows() draws without replacement, ascending, the same by seed", () => {
  const rows = Int32Array.from({ length: 50 }, (_, i) => 2 * i);
  const a = sampleRows(rows, 20, new Random(1));
  assert.deepEqual(a, sampleRows(rows, 20, new Random(1)));
  assert.equal(new Set(a).size, 20);
  assert.deepEqual([...a], [...a].sort((x, y) => x - y));
  assert.deepEqual(sampleRows(rows, 500, new Random(1)), rows);
});

Deno.test("T238 selftestRows() covers every class and the nearest decidable boundaries", () => {
  const rng = new Random(2);
  const rows = Int32Array.from({ length: 300 }, (_, i) => i + 1000);
  const latents = Float32Array.from({ length: 900 }, () => rng.normal());
  const { thresholds } = new Quantizer([8]).constants[0];
  latents[0] = thresholds[3]; // on the boundary to float32: no implementation must agree there
  const classes = rows.map((_, i) => i < 290 ? i % 2 : i < 299 ? 2 : 3);
  const chosen = selftestRows(rows, latents, classes, [8, 6, 5], 24, rng);
  assert.equal(chosen.length, 24);
  assert.equal(new Set(chosen.map((c) => c.row)).size, 24);
  assert.ok(!chosen.some((c) => c.row === 1000));
  for (const c of [0, 1, 2]) {
    assert.equal(chosen.filter((r) => r.reason === "class" && classes[r.row - 1000] === c).length, 2);
  }
  assert.equal(chosen.filter((r) => r.reason === "class" && classes[r.row - 1000] === 3).length, 1);
  assert.equal(chosen.filter((r) => r.reason === "boundary").length, 4);
  assert.ok(chosen.every((r) => r.boundary! >= decidable));
  const rest = chosen.filter((r) => r.reason === "fill").map((r) => r.boundary!);
  const near = chosen.filter((r) => r.reason === "boundary").map((r) => r.boundary!);
  assert.ok(Math.max(...near) <= Math.min(...rest));
});
