import assert from "node:assert/strict";
import { Quantizer } from "../../../lib/fsq/quantizer.ts";
import { studentGraph, teacherGraph } from "../../../lib/model/discover/step_graphs.ts";
import type { TrainingGraph } from "../../../lib/model/train/training_graph.ts";
import { openSession, type RuntimeTensor } from "../../../lib/onnx/runtime.ts";
import { Random } from "../../../lib/random.ts";
import { sampleArchitecture } from "../sample_model.ts";

const architecture = {
  ...sampleArchitecture,
  input: [3, 2, 12] as [number, number, number],
  classes: 0,
  head: [],
};
const batch = 6;

/** The graph with random parameters and inputs: its loss, and what the graph says the gradient of each parameter is. */
async function stepOf(graph: TrainingGraph, inputs: Record<string, number[]>) {
  const rng = new Random(4);
  const tensor = (shape: number[]): RuntimeTensor => ({
    data: Float32Array.from({ length: shape.reduce((p, n) => p * n, 1) }, () => 0.6 * rng.normal()),
    shape,
  });
  const feeds: Record<string, RuntimeTensor> = {};
  for (const [name, shape] of Object.entries({ ...inputs, ...graph.parameters })) feeds[name] = tensor(shape);
  const session = await openSession(graph.onnx);
  return { session, feeds, out: await session.run(feeds) };
}

const loss = (out: Record<string, RuntimeTensor>) => (out.loss.data as Float32Array)[0];

/** Along random directions in the given parameters, the loss changes as the gradient says. */
async function checkSlopes(
  { session, feeds, out }: Awaited<ReturnType<typeof stepOf>>,
  names: string[],
  step: number,
): Promise<void> {
  const rng = new Random(8);
  for (const name of names) {
    const { data, shape } = feeds[name];
    const direction = Float32Array.from(data as Float32Array, () => rng.normal());
    const at = async (change: number) => {
      const moved = Float32Array.from(data as Float32Array, (x, i) => x + change * direction[i]);
      return loss(await session.run({ ...feeds, [name]: { data: moved, shape } }, ["loss"]));
    };
    const slope = (await at(step) - await at(-step)) / (2 * step);
    const said = direction.reduce((sum, x, i) => sum + x * (out[`grad.${name}`].data as Float32Array)[i], 0);
    assert.ok(
      Math.abs(slope - said) < 0.02 * Math.max(0.05, Math.abs(slope)),
      `${name}: ${said} is not ${slope}`,
    );
  }
}

Deno.test("teacherGraph() gives the gradients by what lies behind the rounding", async () => {
  const graph = teacherGraph(architecture, { batch, groups: 2, features: 5 });
  const made = await stepOf(graph, { window: [2 * batch, ...architecture.input], target: [2 * batch, 5] });
  // Before the rounding a loss is flat, and its straight-through gradient is not its slope.
  const behind = [
    "foretell.hidden.weight",
    "foretell.weight",
    "foretell.bias",
    "project.hidden.weight",
    "project.weight",
  ];
  await checkSlopes(made, behind, 3e-4);
  await made.session.release();
});

Deno.test("teacherGraph() foretells row by row: told is the mean squared error of one dense network", async () => {
  const graph = teacherGraph(architecture, { batch, groups: 2, features: 5 });
  const { session, feeds, out } = await stepOf(graph, {
    window: [2 * batch, ...architecture.input],
    target: [2 * batch, 5],
  });
  const told = (out.told.data as Float32Array)[0];
  const better = feeds.target.data as Float32Array;
  const { "grad.foretell.bias": slope } = out;
  // Moving all targets of a feature by −δ is moving its bias by δ.
  for (let j = 0; j < 5; j++) {
    const moved = better.map((x, i) => i % 5 === j ? x - 1e-2 : x);
    const feedsOf = { ...feeds, target: { data: moved, shape: feeds.target.shape } };
    const other = (await session.run(feedsOf, ["told"])).told.data as Float32Array;
    assert.ok(Math.abs((other[0] - told) / 1e-2 - (slope.data as Float32Array)[j]) < 5e-3);
  }
  await session.release();
});

Deno.test("studentGraph() gives the gradient of both its errors before the code", async () => {
  // With so many levels rounding changes next to nothing, and the straight-through gradient is the slope.
  const fine = { ...architecture, levels: [999, 999, 999] };
  const graph = studentGraph(fine, batch, [1, 0.5, 0.05]);
  const made = await stepOf(graph, { window: [batch, ...architecture.input], goal: [batch, 3] });
  await checkSlopes(made, ["projection.weight", "projection.bias"], 1e-2);
  await made.session.release();
});

Deno.test("studentGraph() weighs dimensions, and the rounded code half as much as the bounded one", async () => {
  const weights = [1, 0.5, 0.05];
  const graph = studentGraph(architecture, batch, weights);
  const { session, feeds } = await stepOf(graph, {
    window: [batch, ...architecture.input],
    goal: [batch, 3],
  });
  // Without weights before it the latent of every window is the bias.
  const latent = [0.7, -0.4, 1.3];
  feeds["projection.weight"].data = new Float32Array(
    (feeds["projection.weight"].data as Float32Array).length,
  );
  feeds["projection.bias"].data = Float32Array.from(latent);
  const goal = feeds.goal.data as Float32Array;
  const quantizer = new Quantizer(architecture.levels!);
  const rounded = quantizer.values(latent);
  const soft = quantizer.bound(latent).map((b, j) => b / Math.floor(architecture.levels![j] / 2));
  let expected = 0;
  goal.forEach((g, i) => {
    const j = i % 3;
    expected += weights[j] * ((soft[j] - g) ** 2 + 0.5 * (rounded[j] - g) ** 2) / goal.length;
  });
  assert.ok(Math.abs(loss(await session.run(feeds)) - expected) < 1e-5);
  await session.release();
});
