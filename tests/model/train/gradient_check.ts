/** Holds an operation of the tape against a plain one in double precision, and its gradient against differences of it. */
import assert from "node:assert/strict";
import { Tape, type Var } from "../../../lib/model/train/tape.ts";
import { openSession, type RuntimeTensor } from "../../../lib/onnx/runtime.ts";
import { Random } from "../../../lib/random.ts";

/** A tensor as plain numbers, last axis fastest. */
export interface Plain {
  shape: number[];
  data: number[];
}

/** What an operation is in plain arithmetic. */
export type Reference = (...inputs: Plain[]) => Plain;

const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** Numbers that are well apart from each other and from 0, so that no maximum or kink lies within a difference. */
export function spreadOut(shape: number[], seed: number): Plain {
  const random = new Random(seed);
  const steps = random.shuffle(
    Array.from({ length: size(shape) }, (_, i) => i + 0.5 + 0.2 * random.uniform()),
  );
  return { shape, data: steps.map((step) => Math.fround(3 * step / size(shape) - 1.47)) };
}

/**
 * Builds `operation` on inputs of `shapes`, runs it, and holds its value against `reference` and the gradients of
 * Σ weights · value by every input against central differences of the reference.
 */
export async function checkGradient(
  shapes: number[][],
  operation: (tape: Tape, ...inputs: Var[]) => Var,
  reference: Reference,
): Promise<void> {
  const inputs = shapes.map((shape, i) => spreadOut(shape, 11 + i));
  const expected = reference(...inputs);
  const weights = spreadOut(expected.shape, 5).data;
  const tape = new Tape("check");
  const vars = shapes.map((shape, i) => tape.input(`x${i}`, shape, true));
  const y = operation(tape, ...vars);
  assert.deepEqual(y.shape, expected.shape);
  tape.backward([[y, tape.graph.initializer(Float32Array.from(weights), y.shape)]]);
  tape.graph.output(y.name, y.shape, "float32", "value");
  for (const [i, x] of vars.entries()) {
    tape.graph.output(tape.gradientOf(x)!, shapes[i], "float32", `gradient${i}`);
  }
  const session = await openSession(tape.graph.encode());
  const feeds: Record<string, RuntimeTensor> = {};
  for (const [i, { shape, data }] of inputs.entries()) {
    feeds[`x${i}`] = { data: Float32Array.from(data), shape };
  }
  const out = await session.run(feeds);
  await session.release();
  close(out.value.data as Float32Array, expected.data, "value");
  for (const [i, { shape, data }] of inputs.entries()) {
    const loss = (j: number, change: number) => {
      const moved = { shape, data: data.with(j, data[j] + change) };
      return reference(...inputs.with(i, moved)).data.reduce((sum, value, k) => sum + weights[k] * value, 0);
    };
    const step = 1e-4;
    const slopes = data.map((_, j) => (loss(j, step) - loss(j, -step)) / (2 * step));
    close(out[`gradient${i}`].data as Float32Array, slopes, `gradient by input ${i}`);
  }
}

function close(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  assert.equal(actual.length, expected.length, what);
  const scale = Math.max(1e-2, ...expected.map(Math.abs));
  for (const [i, value] of expected.entries()) {
    assert.ok(Math.abs(actual[i] - value) <= 5e-5 * scale, `${what}[${i}]: ${actual[i]} is not ${value}`);
  }
}
