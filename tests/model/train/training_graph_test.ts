import assert from "node:assert/strict";
import type { Architecture, Pooling } from "../../../lib/artifacts/model.ts";
import { defaultArchitecture } from "../../../lib/model/train/initial.ts";
import { toGraphLayout, toModelLayout, trainingGraph } from "../../../lib/model/train/training_graph.ts";
import { openSession, type RuntimeTensor } from "../../../lib/onnx/runtime.ts";

const reference = JSON.parse(
  await Deno.readTextFile(new URL("../../reference/training.json", import.meta.url)),
);
const [batch, channels, sensors, length] = reference.shape as number[];

interface Case {
  levels: number[] | null;
  pooling: Pooling[];
  segments: number;
  neck: number[];
}

function architectureOf(c: Case): Architecture {
  const options = {
    latent: 2,
    pooling: c.pooling,
    segments: c.segments,
    neck: c.neck,
    head: reference.head,
    widths: reference.widths,
  };
  return defaultArchitecture([channels, sensors, length], reference.classes, c.levels, options);
}

/** The auxiliary head is no part of the artifact: a dense layer, transposed here by hand. */
function transpose(values: number[], rows: number): Float32Array {
  const columns = values.length / rows;
  return Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
}

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.equal(actual.length, expected.length, what);
  let scale = 1e-3;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]));
  for (let i = 0; i < expected.length; i++) {
    assert.ok(
      Math.abs(actual[i] - expected[i]) <= 2e-5 * scale,
      `${what}[${i}]: ${actual[i]} is not ${expected[i]}`,
    );
  }
}

for (const [i, c] of reference.cases.entries()) {
  const neck = c.neck.length > 0 ? `, a neck of ${c.neck}` : "";
  const name = `pooling ${c.pooling.join("+")} in ${c.segments}${neck}, ${
    c.levels === null ? "no quantiser" : `levels ${c.levels}`
  }`;
  Deno.test(`trainingGraph() gives PyTorch's loss and gradients with ${name}`, async () => {
    const architecture = architectureOf(c);
    const options = { batch, dropout: false, auxiliary: reference.auxiliary, spread: 0 };
    const graph = trainingGraph(architecture, options);
    const session = await openSession(graph.onnx);
    const feeds: Record<string, RuntimeTensor> = {
      window: { data: Float32Array.from(c.window), shape: reference.shape },
      target: { data: Float32Array.from(c.target), shape: [batch, reference.classes] },
    };
    const layout = (key: string, values: number[]) =>
      key === "auxiliary.weight"
        ? transpose(values, reference.classes)
        : key === "auxiliary.bias"
        ? Float32Array.from(values)
        : toGraphLayout(architecture, key, Float32Array.from(values));
    for (const [key, shape] of Object.entries(graph.parameters)) {
      feeds[key] = { data: layout(key, c.parameters[key]), shape };
    }
    const out = await session.run(feeds);
    close([Number((out.loss.data as Float32Array)[0])], [c.loss], `case ${i} loss`);
    close(out.logits.data as Float32Array, c.logits, "logits");
    assert.deepEqual(Object.keys(graph.parameters).sort(), Object.keys(c.gradients).sort());
    for (const key of Object.keys(graph.parameters)) {
      close(out[`grad.${key}`].data as Float32Array, layout(key, c.gradients[key]), `gradient of ${key}`);
    }
    await session.release();
  });
}

Deno.test("toModelLayout() undoes toGraphLayout()", () => {
  const architecture = architectureOf(reference.cases[0]);
  const weight = Float32Array.from({ length: 6 * 5 * 2 * 5 }, (_, i) => i);
  assert.deepEqual(
    toModelLayout(architecture, "block2.weight", toGraphLayout(architecture, "block2.weight", weight)),
    weight,
  );
});

Deno.test("the spread term has the gradient of its finite difference", async () => {
  const architecture = { ...architectureOf(reference.cases[2]), levels: null };
  const graph = trainingGraph(architecture, { batch, dropout: false, auxiliary: 0, spread: 0.7 });
  const c = reference.cases[2];
  const session = await openSession(graph.onnx);
  const run = async (change: number) => {
    const feeds: Record<string, RuntimeTensor> = {
      window: { data: Float32Array.from(c.window), shape: reference.shape },
      target: { data: Float32Array.from(c.target), shape: [batch, reference.classes] },
    };
    for (const [key, shape] of Object.entries(graph.parameters)) {
      feeds[key] = { data: toGraphLayout(architecture, key, Float32Array.from(c.parameters[key])), shape };
    }
    (feeds["projection.weight"].data as Float32Array)[3] += change;
    return await session.run(feeds);
  };
  const step = 1e-2;
  const [up, down, here] = [await run(step), await run(-step), await run(0)];
  const slope = (Number(up.loss.data[0]) - Number(down.loss.data[0])) / (2 * step);
  const gradient = Number(here["grad.projection.weight"].data[3]);
  assert.ok(Math.abs(slope - gradient) < 5e-3 * Math.max(1, Math.abs(slope)), `${gradient} is not ${slope}`);
  await session.release();
});

Deno.test("goals draw the bounded code, in units of the rounded one, and half as strongly the rounded one", async () => {
  const c = reference.cases.find(({ levels }: Case) => levels !== null);
  const architecture = architectureOf(c), { latent } = architecture;
  const graph = trainingGraph(architecture, { batch, dropout: false, auxiliary: 0, spread: 0, goals: true });
  const session = await openSession(graph.onnx);
  const shape = [batch, latent];
  const feeds: Record<string, RuntimeTensor> = {
    window: { data: Float32Array.from(c.window), shape: reference.shape },
    target: { data: new Float32Array(batch * reference.classes), shape: [batch, reference.classes] },
  };
  for (const [key, size] of Object.entries(graph.parameters)) {
    // Latents that reach from one end of the levels to the other.
    const factor = key === "projection.weight" ? 6 : 1;
    const data = toGraphLayout(
      architecture,
      key,
      Float32Array.from(c.parameters[key], (v: number) => factor * v),
    );
    feeds[key] = { data, shape: size };
  }
  const lossOf = async (at: number, goal: number, weight: number) => {
    const one = (value: number) => ({
      data: new Float32Array(batch * latent).fill(0).with(at, value),
      shape,
    });
    const out = await session.run({ ...feeds, goal: one(goal), "goal.weight": one(weight) }, ["loss"]);
    return (out.loss.data as Float32Array)[0];
  };
  // Without labels and weights nothing is lost.
  assert.equal(await lossOf(0, 0.5, 0), 0);
  const rounded = new Set<number>();
  for (let at = 0; at < batch * latent; at++) {
    const half = Math.floor(c.levels[at % latent] / 2);
    const [none, up, down] = [await lossOf(at, 0, 2), await lossOf(at, 1, 2), await lossOf(at, -1, 2)];
    // Of w ((s − g)² + ½ (r − g)²): 2 s + r from the slope along g, and s² + r²/2 at g = 0.
    const sum = (down - up) / 4, squares = none / 2;
    const fitting = Array.from({ length: 2 * half + 1 }, (_, i) => i / half - 1).filter((r) => {
      const s = (sum - r) / 2;
      return Math.abs(s ** 2 + r ** 2 / 2 - squares) < 1e-4 && Math.abs(s - r) < 0.5 / half + 1e-3;
    });
    assert.ok(fitting.length > 0, `${at}: ${sum} ${squares}`);
    rounded.add(fitting[0]);
    // Twice the weight, twice the loss.
    assert.ok(Math.abs(await lossOf(at, 0, 4) - 2 * none) < 1e-5);
  }
  await session.release();
  assert.ok(rounded.size > 1, `${[...rounded]}`);
});
