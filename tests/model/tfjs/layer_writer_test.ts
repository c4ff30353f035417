import assert from "node:assert/strict";
import type { EncoderGraph, GraphLayer, Size } from "../../../lib/artifacts/encoder_graph.ts";
import type { Architecture, Model } from "../../../lib/artifacts/model.ts";
import type { NpyArray } from "../../../lib/artifacts/npy.ts";
import { weightShapes } from "../../../lib/model/architecture.ts";
import { PlainOps } from "../../../lib/model/graph/plain_ops.ts";
import { recordTopology } from "../../../lib/model/graph/record.ts";
import { weightsFromTfjs } from "../../../lib/model/graph/tfjs_weights.ts";
import { runGraph } from "../../../lib/model/graph/walk.ts";
import { bytesOf, floatsOf } from "../../../lib/model/tfjs/weight_bytes.ts";
import { wholeGraph } from "../../../lib/model/tfjs/whole_graph.ts";
import { writeSavedModel } from "../../../lib/model/tfjs/write_model.ts";
import { Random } from "../../../lib/random.ts";
import { type Bare, singleLayers } from "../graph/single_layers.ts";
import { sampleModel } from "../sample_model.ts";

type Written = Parameters<typeof writeSavedModel>[0];
type Weights = Model["weights"];

/** A model with random weights. */
function modelOf(architecture: Architecture): Written {
  const rng = new Random(8);
  const [channels, sensors] = architecture.input;
  const table = (value: number) =>
    Array.from({ length: sensors }, () => new Array<number>(channels).fill(value));
  const weights = Object.fromEntries(
    Object.entries(weightShapes(architecture)).map(([name, shape]) => [name, {
      data: Float32Array.from(
        { length: shape.reduce((a, b) => a * b, 1) },
        () => 0.2 + Math.abs(rng.normal()),
      ),
      shape,
    } as NpyArray<Float32Array>]),
  ) as Weights;
  return {
    architecture,
    weights,
    scaler: { method: "zscore", center: table(0), scale: table(1) },
    sensors: table(0).map((_, i) => `s${i}`),
    channels: table(0)[0].map((_, i) => `c${i}`),
    units: table(0)[0].map(() => "g"),
    rate: 50,
  };
}

/** Latents of what was written, as it is read back, and of the model itself; both in plain arithmetic. */
function both(model: Written): { own: Float64Array; read: Float64Array; graph: EncoderGraph } {
  const { input } = model.architecture;
  const rng = new Random(3);
  const x = Float64Array.from({ length: input[0] * input[1] * input[2] }, () => rng.normal());
  const whole = wholeGraph(model)!;
  const { file, weights: bytes } = writeSavedModel(model, "weights.bin");
  const { modelTopology, weightsManifest: [{ weights: entries }] } = JSON.parse(JSON.stringify(file));
  let at = 0;
  const named = new Map(entries.map((entry: Parameters<typeof bytesOf>[0]) => {
    const size = bytesOf(entry, "f");
    const data = floatsOf(entry, bytes.subarray(at, at += size), "f");
    return [entry.name, { data, shape: entry.shape }] as const;
  })) as Parameters<typeof weightsFromTfjs>[3];
  assert.equal(at, bytes.length);
  const [channels, sensors, length] = input;
  const { graph, sources } = recordTopology(modelTopology, { channels, sensors, length }, "f", {
    trained: false,
  });
  const weights = weightsFromTfjs(graph, input, sources, named, "f");
  return {
    own: runGraph(new PlainOps(whole.weights, input), whole.graph, input, x),
    read: runGraph(new PlainOps(weights, input), graph, input, x),
    graph,
  };
}

function same({ own, read }: ReturnType<typeof both>): void {
  assert.equal(own.length, read.length);
  own.forEach((value, i) =>
    assert.ok(Math.abs(value - read[i]) < 1e-6 * (1 + Math.abs(value)), `${i}: ${value} ${read[i]}`)
  );
}

/** A network of one layer between window and projection. */
function around(bare: Bare, size: Size, times = 1): Architecture {
  const layer = { ...bare, name: "it", inputs: new Array(times).fill(0) } as GraphLayer;
  const layout = "op" in bare && (bare.op === "gru" || bare.op === "lstm") && size[1] % 2 === 1
    ? "time"
    : "grid";
  return {
    input: [size[2], size[0], size[1]],
    blocks: [],
    pooling: [],
    graph: [{ op: "input", layout, name: "window", inputs: [] }, layer],
    levels: null,
    latent: 5,
    head: [],
    classes: 2,
  };
}

const pools: Record<string, [Bare, ...Size[]]> = {
  "a largest pooling that keeps the size": [{
    op: "maxPool",
    kernel: [1, 3],
    strides: [1, 1],
    pads: [0, 1, 0, 1],
  }, [2, 5, 2]],
  "a mean pooling that keeps the size": [{
    op: "averagePool",
    kernel: [2, 2],
    strides: [1, 1],
    pads: [0, 0, 1, 1],
  }, [2, 5, 2]],
  "a strided convolution that pads as TensorFlow does": [
    {
      op: "conv",
      kernel: [2, 3],
      strides: [2, 2],
      pads: [0, 1, 1, 1],
      dilations: [1, 1],
      filters: 2,
      bias: true,
    },
    [3, 5, 2],
  ],
  "dropout of single numbers": [{ op: "dropout", rate: 0.25, shared: false }, [2, 3, 2]],
  "dropout of whole channels": [{ op: "dropout", rate: 0.25, shared: true }, [1, 3, 2]],
};
for (const [name, [layer, ...sizes]] of Object.entries({ ...singleLayers, ...pools })) {
  const padsMap = (layer.op === "maxPool" || layer.op === "averagePool") && !name.includes("keeps");
  // Two inputs of one size: the window twice.
  const alike = sizes.map(() => sizes[0]);
  Deno.test(`model.json holds ${name} so that it is read back as it was`, () => {
    const model = modelOf(around(layer, alike[0], alike.length));
    if (padsMap && "pads" in layer && layer.pads.some((n) => n > 0)) {
      assert.throws(() => writeSavedModel(model, "w"), /pooling it pads by/);
      return;
    }
    const found = both(model);
    same(found);
    const kept = found.graph.find(({ op }) => op === layer.op) as unknown as Record<string, unknown>;
    const sloped = layer.op === "activation" && ["leakyRelu", "elu"].includes(layer.kind);
    for (const [key, value] of Object.entries(layer)) {
      if (key === "alpha" && !sloped) continue;
      if (key !== "op" && !(key === "pads" && found.graph.some(({ op }) => op === "pad"))) {
        assert.deepEqual(kept[key], value, key);
      }
    }
  });
}

Deno.test("networks of blocks, segments and necks are whole graphs, and read back as they were", () => {
  const base = sampleModel().architecture;
  const [channels, sensors, length] = base.input;
  const block = (channels: number, rows: number, pool: number) => ({
    channels,
    kernel: [rows, 3] as [number, number],
    pool,
  });
  const blocks = [block(3, 1, 2), block(4, sensors, 1)];
  for (
    const more of [{}, { segments: 2 }, { neck: [4] }, { pooling: ["max" as const] }, {
      segments: 2,
      pooling: ["mean" as const],
    }]
  ) {
    const architecture = {
      input: [channels, sensors, length],
      blocks,
      pooling: ["mean", "max"],
      levels: null,
      latent: 5,
      head: [],
      classes: 2,
      ...more,
    } as Architecture;
    same(both(modelOf(architecture)));
  }
  const std = modelOf(
    {
      input: [channels, sensors, length],
      blocks,
      pooling: ["std"],
      levels: null,
      latent: 5,
      head: [],
      classes: 2,
    } as Architecture,
  );
  assert.equal(wholeGraph(std), undefined);
  assert.throws(() => writeSavedModel(std, "w"), /pools the standard deviation/);
});
