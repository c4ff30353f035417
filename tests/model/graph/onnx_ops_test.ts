import assert from "node:assert/strict";
import type { EncoderGraph, GraphLayer, Size } from "../../../lib/artifacts/encoder_graph.ts";
import type { NpyArray } from "../../../lib/artifacts/npy.ts";
import { graphWeights } from "../../../lib/model/graph/graph_weights.ts";
import { layerSize } from "../../../lib/model/graph/layer_size.ts";
import { OnnxOps } from "../../../lib/model/graph/onnx_ops.ts";
import type { Value } from "../../../lib/model/graph/onnx_value.ts";
import { PlainOps } from "../../../lib/model/graph/plain_ops.ts";
import { GraphBuilder } from "../../../lib/onnx/builder.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { Random } from "../../../lib/random.ts";
import { type Bare, singleLayers } from "./single_layers.ts";

const batch = 2, window = [3, 2, 4] as const;
const numbers = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
type Op = (layer: GraphLayer, inputs: unknown[], place: object) => unknown;

/** Numbers `[rows, columns, channels]` as `[channels, rows, columns]`. */
function channelsFirst(map: ArrayLike<number>, [rows, columns, channels]: Size): number[] {
  return Array.from({ length: map.length }, (_, i) => {
    const [c, r, k] = [Math.floor(i / columns / rows), Math.floor(i / columns) % rows, i % columns];
    return map[(r * columns + k) * channels + c];
  });
}

/** How often axes have to change places: around what counts in another order, where there is more than one order. */
function turnsOf(layer: Bare, [size]: Size[]): number {
  const ordered = ([rows, columns, channels]: Size) => channels > 1 && rows * columns > 1;
  if (layer.op === "permute") return 1;
  if (layer.op === "input") return layer.layout === "time" ? 1 : 0;
  if (layer.op === "gru" || layer.op === "lstm") return layer.sequences ? 2 : 1;
  return layer.op === "reshape" ? Number(ordered(size)) + Number(ordered(layer.shape)) : 0;
}

/** Runs a layer as ONNX nodes and holds every window against the plain reference. */
async function check(bare: Bare, sizes: Size[], turns = turnsOf(bare, sizes)): Promise<void> {
  const rng = new Random(6);
  const isInput = bare.op === "input";
  // Wide enough for every piece of an activation.
  const spread = bare.op === "activation" ? 5 : 1;
  const layer = { ...bare, name: "it", inputs: isInput ? [] : sizes.map(() => 0) } as GraphLayer;
  // Weights are called after the layer's position behind an input of the right size.
  const shapes = isInput ? {} : graphWeights(
    [{ op: "input", layout: "grid", name: "in", inputs: [] }, layer] as EncoderGraph,
    [sizes[0][2], sizes[0][0], sizes[0][1]],
  );
  const weights = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      {
        data: Float32Array.from({ length: numbers(shape) }, () => Math.abs(rng.normal()) + 0.1),
        shape,
      } as NpyArray,
    ]),
  );
  const to = layerSize(layer, sizes, window), place = { index: 1, from: sizes, to };
  const graph = new GraphBuilder("one");
  const shapesSeen: Value[] = [];
  const emitter = {
    graph,
    node(op: string, inputs: string[], shape: Value["shape"], name: string, attributes: object = {}): Value {
      const value = { name: graph.node(op, inputs, attributes as never, { name }), shape };
      shapesSeen.push(value);
      return value;
    },
  };
  const maps = sizes.map((size) =>
    Array.from(
      { length: batch },
      () => Float64Array.from({ length: numbers(size) }, () => Math.fround(spread * rng.normal())),
    )
  );
  const axes = (size: Size) => isInput ? [...window] : [size[2], size[0], size[1]];
  const xs = sizes.map((size, k): Value => ({
    name: graph.input(`x${k}`, ["N", ...axes(size)]),
    shape: ["N", ...axes(size)],
  }));
  const onnx = (new OnnxOps(emitter, weights) as unknown as Record<string, Op>)[layer.op];
  const y = onnx.call(new OnnxOps(emitter, weights), layer, xs, place) as Value;
  assert.deepEqual(y.shape, ["N", to[2], to[0], to[1]]);
  const { nodes, values } = graph.graph();
  assert.equal(nodes.filter(({ op }) => op === "Transpose").length, turns);
  shapesSeen.push(...values.map(({ name, shape }) => ({ name, shape }) as Value));
  graph.output(graph.node("Identity", [y.name]), y.shape);
  const out = graph.graph().outputs[0].name;
  // What the nodes are said to give, they give.
  for (const { name, shape } of shapesSeen) graph.output(graph.node("Identity", [name]), shape);
  const session = await openSession(graph.encode());
  const feeds = Object.fromEntries(sizes.map((size, k) => [`x${k}`, {
    data: Float32Array.from(maps[k].flatMap((map) => isInput ? [...map] : channelsFirst(map, size))),
    shape: [batch, ...axes(size)],
  }]));
  const results = await session.run(feeds);
  await session.release();
  const { data } = results[out];
  shapesSeen.forEach(({ shape }, i) => {
    const got = Object.values(results)[i + 1].shape;
    assert.deepEqual(got, shape.map((n) => n === "N" ? batch : n), shapesSeen[i].name);
  });
  const plain = new PlainOps(weights, window);
  for (let n = 0; n < batch; n++) {
    const own = (plain as unknown as Record<string, Op>)[layer.op].call(
      plain,
      layer,
      maps.map((map) => map[n]),
      place,
    );
    channelsFirst(own as Float64Array, to).forEach((value, i) => {
      const found = Number(data[n * numbers(to) + i]);
      const allowed = value === 0 && layer.op === "pad" ? 1e-29 : 1e-5 * (1 + Math.abs(value));
      assert.ok(Math.abs(found - value) < allowed, `${n} ${i}: ${found} ${value}`);
    });
  }
}

const more: Record<string, [Bare, ...Size[]]> = {
  "a window as a sequence": [{ op: "input", layout: "time" }, [1, 1, 24]],
  "a window as a grid": [{ op: "input", layout: "grid" }, [1, 1, 24]],
  "a reshape to a row of channels": [{ op: "reshape", shape: [1, 1, 12] }, [2, 3, 2]],
  "a reshape of a square": [{ op: "reshape", shape: [3, 2, 2] }, [2, 2, 3]],
  "a reshape to a square": [{ op: "reshape", shape: [2, 2, 3] }, [1, 4, 3]],
  "a reshape of two columns": [{ op: "reshape", shape: [2, 1, 3] }, [1, 2, 3]],
  "a crop at every side": [{ op: "crop", pads: [1, 1, 2, 1] }, [4, 6, 2]],
  "a reshape of one channel": [{ op: "reshape", shape: [3, 2, 2] }, [4, 3, 1]],
  "dropout, which is nothing": [{ op: "dropout", rate: 0.5, shared: false }, [1, 2, 2]],
};
for (const [name, [layer, ...sizes]] of Object.entries({ ...singleLayers, ...more })) {
  Deno.test(`as ONNX, ${name} is the plain reference, and of the sizes it says`, () => check(layer, sizes));
}
