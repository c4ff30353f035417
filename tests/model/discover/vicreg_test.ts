import assert from "node:assert/strict";
import { vicreg } from "../../../lib/model/discover/vicreg.ts";
import { Tape } from "../../../lib/model/train/tape.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { spreadOut } from "../train/gradient_check.ts";

/** The loss in plain loops, as its definition reads. */
function plain(a: number[], b: number[], rows: number, width: number, groups: number): number {
  const each = rows / groups;
  let loss = 25 * a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0) / a.length;
  for (const u of [a, b]) {
    const at = (i: number, j: number) => u[i * width + j];
    const mean = (k: number, j: number) =>
      Array.from({ length: each }, (_, i) => at(k * each + i, j)).reduce((x, y) => x + y) / each;
    const within = (i: number, j: number) => at(i, j) - mean(Math.floor(i / each), j);
    for (let p = 0; p < width; p++) {
      for (let q = 0; q < width; q++) {
        let c = 0;
        for (let i = 0; i < rows; i++) c += within(i, p) * within(i, q) / (rows - groups);
        if (p !== q) loss += c * c / width;
        else loss += 12.5 / width * Math.max(0, 1 - Math.sqrt(c + 1e-4));
      }
      const means = Array.from({ length: groups }, (_, k) => mean(k, p));
      const middle = means.reduce((x, y) => x + y) / groups;
      const variance = means.reduce((sum, m) => sum + (m - middle) ** 2, 0) / (groups - 1);
      loss += 12.5 / width * variance;
    }
  }
  return loss;
}

for (const scale of [0.4, 3]) {
  Deno.test(`vicreg() is its definition, and its gradients are differences of it, at a spread of ${scale}`, async () => {
    const [rows, width, groups] = [6, 3, 2];
    const data = [3, 4].map((seed) => spreadOut([rows, width], seed).data.map((x) => Math.fround(scale * x)));
    const tape = new Tape("check");
    const [a, b] = ["a", "b"].map((name) => tape.input(name, [rows, width], true));
    const { loss, starts } = vicreg(tape, a, b, groups, 0.05);
    tape.backward(starts);
    tape.graph.output(loss, [], "float32", "loss");
    for (const x of [a, b]) tape.graph.output(tape.gradientOf(x)!, x.shape, "float32", `grad.${x.name}`);
    const session = await openSession(tape.graph.encode());
    const out = await session.run({
      a: { data: Float32Array.from(data[0]), shape: a.shape },
      b: { data: Float32Array.from(data[1]), shape: b.shape },
    });
    await session.release();
    const value = (a: number[], b: number[]) => 0.05 * plain(a, b, rows, width, groups);
    const near = (actual: number, expected: number, what: string) =>
      assert.ok(
        Math.abs(actual - expected) < 1e-5 * (1 + Math.abs(expected)),
        `${what}: ${actual} ${expected}`,
      );
    near((out.loss.data as Float32Array)[0], value(data[0], data[1]), "loss");
    for (const [side, name] of ["a", "b"].entries()) {
      for (let i = 0; i < rows * width; i++) {
        const moved = (change: number) => {
          const other = data.with(side, data[side].with(i, data[side][i] + change));
          return value(other[0], other[1]);
        };
        const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        near((out[`grad.${name}`].data as Float32Array)[i], slope, `gradient by ${name}[${i}]`);
      }
    }
  });
}
