import assert from "node:assert/strict";
import { goalError } from "../../../lib/model/train/squared_error.ts";
import { Tape } from "../../../lib/model/train/tape.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { spreadOut } from "./gradient_check.ts";

Deno.test("goalError() is its definition, and its gradients are differences of it", async () => {
  const shape = [3, 2], factor = 0.7;
  const [soft, rounded, goal, weight] = [1, 2, 3, 4].map((seed) => spreadOut(shape, seed).data);
  const plain = (a: number[], b: number[]) =>
    factor * goal.reduce((sum, g, i) => sum + weight[i] * ((a[i] - g) ** 2 + 0.5 * (b[i] - g) ** 2), 0);
  const tape = new Tape("check");
  const [x, y, g, w] = ["x", "y", "g", "w"].map((name, i) => tape.input(name, shape, i < 2));
  const { losses, starts } = goalError(tape, { soft: x, rounded: y }, g, factor, w.name);
  tape.backward(starts);
  tape.graph.output(tape.graph.node("Sum", losses), [], "float32", "loss");
  tape.graph.output(tape.gradientOf(x)!, shape, "float32", "dx");
  tape.graph.output(tape.gradientOf(y)!, shape, "float32", "dy");
  const session = await openSession(tape.graph.encode());
  const feed = (data: number[]) => ({ data: Float32Array.from(data), shape });
  const out = await session.run({ x: feed(soft), y: feed(rounded), g: feed(goal), w: feed(weight) });
  await session.release();
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-4 * (1 + Math.abs(b)), `${a} ${b}`);
  near((out.loss.data as Float32Array)[0], plain(soft, rounded));
  for (let i = 0; i < soft.length; i++) {
    const moved = (own: number[], by: number) => own.with(i, own[i] + by);
    const h = 1e-4;
    near(
      (out.dx.data as Float32Array)[i],
      (plain(moved(soft, h), rounded) - plain(moved(soft, -h), rounded)) / (2 * h),
    );
    near(
      (out.dy.data as Float32Array)[i],
      (plain(soft, moved(rounded, h)) - plain(soft, moved(rounded, -h))) / (2 * h),
    );
  }
});
