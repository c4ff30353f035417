import assert from "node:assert/strict";
import { join } from "node:path";
import type { Model } from "../../../lib/artifacts/model.ts";
import { InputError } from "../../../lib/errors.ts";
import { importSavedModel } from "../../../lib/model/tfjs/import_model.ts";
import type { ModelFile } from "../../../lib/model/tfjs/model_file.ts";
import { openSession } from "../../../lib/onnx/runtime.ts";
import { forTfjs, tf, windows } from "../graph/tfjs_model.ts";

const L = tf.layers;
const facts = { labels: [] as string[], levels: null as number[] | null, rate: 50, temperature: 1 };
const seen = { sensors: ["hip", "wrist"], channels: ["ax", "ay", "az"], units: ["g", "g", "g"], length: 16 };

/** A classifier over `[length, sensors · channels]` whose layer `latent` has four numbers. */
const network = () =>
  tf.sequential({
    layers: [
      L.conv1d({ inputShape: [16, 6], filters: 5, kernelSize: 3, name: "first", kernelRegularizer: "l1l2" }),
      L.batchNormalization({ name: "norm" }),
      L.globalAveragePooling1d({ name: "mean" }),
      L.dense({ units: 4, name: "latent" }),
      L.dense({ units: 3, activation: "softmax", name: "classes" }),
    ],
  });

/** What `model.save` hands to whoever stores it. */
async function artifactsOf(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let kept: tf.io.ModelArtifacts | undefined;
  await model.save(tf.io.withSaveHandler((artifacts) => {
    kept = artifacts;
    return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } });
  }));
  return kept!;
}

type Change = (file: ModelFile, shards: Map<string, Uint8Array>) => void;

/** Saves as TensorFlow.js does, in two shards, after `change`, and reads it. */
async function read(
  model: tf.LayersModel,
  { change = () => {}, given = {}, known = seen }: {
    change?: Change;
    given?: Partial<Parameters<typeof importSavedModel>[3]>;
    known?: typeof seen | null;
  } = {},
): Promise<Model> {
  const { modelTopology, weightSpecs, weightData } = await artifactsOf(model);
  const bytes = new Uint8Array(weightData as ArrayBuffer);
  const shards = new Map([["group1-shard1of2.bin", bytes.slice(0, 50)], [
    "group1-shard2of2.bin",
    bytes.slice(50),
  ]]);
  const file: ModelFile = {
    format: "layers-model",
    modelTopology,
    weightsManifest: [{ paths: [...shards.keys()], weights: weightSpecs as any }],
  };
  change(file, shards);
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(dir, "model.json"), JSON.stringify(file));
    for (const [name, part] of shards) await Deno.writeFile(join(dir, name), part);
    const paths = [...shards.keys()].map((name) => join(dir, name));
    return await importSavedModel(
      join(dir, "model.json"),
      "model.json",
      paths,
      { ...facts, ...given },
      known ?? undefined,
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function latentsOf({ onnx }: Model, x: Float32Array): Promise<number[]> {
  const session = await openSession(onnx);
  const { latent } = await session.run({ window: { data: x, shape: [x.length / 96, 3, 2, 16] } });
  await session.release();
  return [...latent.data as Float32Array];
}

Deno.test("importSavedModel() takes the layer that gives the latent, and it is what TensorFlow.js computes", async () => {
  const model = network();
  const x = windows(4, [3, 2, 16]);
  const upTo = tf.model({ inputs: model.inputs, outputs: model.getLayer("latent").output });
  const expected = (upTo.predict(forTfjs(x, [3, 2, 16], "time")) as tf.Tensor).dataSync();
  const made = await read(model, { given: { latent: "latent", levels: [5, 5, 5, 5] } });
  const latents = await latentsOf(made, x);
  expected.forEach((value, i) => assert.ok(Math.abs(value - latents[i]) < 1e-5));
  assert.deepEqual(made.architecture.input, [3, 2, 16]);
  assert.deepEqual(made.architecture.graph!.map(({ op }) => op), [
    "input",
    "conv",
    "batchNorm",
    "globalAverage",
  ]);
  assert.deepEqual([made.imported, made.quantizer, made.rate, made.sensors], [
    true,
    "fsq/v1-offset-atanh",
    50,
    seen.sensors,
  ]);
  assert.equal(made.parameters, 3 * 6 * 5 + 5 + 10 + 5 * 4 + 4);
});

Deno.test("importSavedModel() takes an output that no dense layer makes for the latent itself", async () => {
  const made = await read(network(), { given: { latent: "mean", levels: null } });
  const { "projection.weight": weight, "projection.bias": bias } = made.weights;
  assert.deepEqual([made.architecture.latent, made.architecture.graph!.at(-1)!.op], [5, "globalAverage"]);
  assert.deepEqual([weight.shape, bias.shape], [[5, 5], [5]]);
  const one = Array.from({ length: 25 }, (_, i) => Math.floor(i / 5) === i % 5 ? 1 : 0);
  assert.deepEqual([[...weight.data as Float32Array], [...bias.data as Float32Array]], [
    one,
    new Array(5).fill(0),
  ]);
});

Deno.test("importSavedModel() reads weights that were packed to bytes, and halves", async () => {
  const model = network();
  const pack = (dtype: "uint8" | "float16"): Change => (file, shards) => {
    const all = new Uint8Array([...shards.values()].flatMap((part) => [...part]));
    const [kernel, ...others] = file.weightsManifest[0].weights;
    assert.equal(kernel.name, "first/kernel");
    const n = kernel.shape.reduce((a, b) => a * b, 1);
    const values = new Float32Array(all.slice(0, 4 * n).buffer);
    const [min, max] = [Math.min(...values), Math.max(...values)];
    const scale = (max - min) / 255;
    const packed = dtype === "uint8"
      ? Uint8Array.from(values, (value) => Math.round((value - min) / scale))
      : new Uint8Array(Float16Array.from(values).buffer);
    const quantization = dtype === "uint8" ? { dtype, scale, min } : { dtype };
    file.weightsManifest = [{ paths: ["w.bin"], weights: [{ ...kernel, quantization }, ...others] }];
    shards.clear();
    shards.set("w.bin", new Uint8Array([...packed, ...all.subarray(4 * n)]));
  };
  const exact = (await read(model)).weights["layer1.weight"].data as Float32Array;
  for (const [dtype, tolerance] of [["uint8", 0.005], ["float16", 0.0005]] as const) {
    const near = (await read(model, { change: pack(dtype) })).weights["layer1.weight"].data as Float32Array;
    const worst = Math.max(...near.map((value, i) => Math.abs(value - exact[i])));
    assert.ok(worst > 0 && worst < tolerance, `${dtype}: ${worst}`);
  }
});

Deno.test("importSavedModel() takes sizes from the file where no windows are connected", async () => {
  const made = await read(network(), { known: null, given: { sensors: ["a", "b"] } });
  assert.deepEqual(made.architecture.input, [3, 2, 16]);
  const grid = tf.sequential({
    layers: [L.conv2d({ inputShape: [2, 16, 3], filters: 2, kernelSize: [2, 3] }), L.flatten()],
  });
  const { architecture: { input, latent } } = await read(grid, { known: null });
  assert.deepEqual([input, latent], [[3, 2, 16], 28]);
});

Deno.test("importSavedModel() reads what a converter of Keras wraps", async () => {
  const wrap: Change = (file) =>
    file.modelTopology = { model_config: file.modelTopology, keras_version: "2.15" };
  const model = network();
  assert.deepEqual((await read(model, { change: wrap })).weights, (await read(model)).weights);
});

const refused: [what: string, Parameters<typeof read>[1], message: RegExp][] = [
  [
    "a layer that is not there",
    { given: { latent: "latnet" } },
    /^model\.json: Cannot record encoder: it has no layer latnet\n\s+did you mean "latent"\?$/,
  ],
  [
    "a classifier",
    { given: { labels: ["a", "b", "c"] } },
    /^model\.json: .*up to its latent, without a classifier\n/,
  ],
  [
    "weights that are missing",
    { change: (_, shards) => void shards.delete("group1-shard2of2.bin") },
    /^model\.json: Cannot read weights: group1-shard2of2\.bin is missing\n/,
  ],
  [
    "weights that are cut off",
    { change: (_, shards) => void shards.set("group1-shard2of2.bin", new Uint8Array(100)) },
    /^group1-shard1of2\.bin, group1-shard2of2\.bin: Cannot read weights: first\/kernel ends at byte 360, there are 150\n/,
  ],
  [
    "weights of another model",
    { change: (file) => void (file.weightsManifest[0].weights[0].shape = [6, 3, 5]) },
    /^model\.json: Cannot read weights: first\/kernel has shape \[6,3,5\], layer first needs \[1,3,6,5\]\n/,
  ],
  [
    "a weight without a name that a layer has",
    { change: (file) => void (file.weightsManifest[0].weights[0].name = "second/kernel") },
    /^model\.json: Cannot read weights: first\/kernel is missing, layer first needs/,
  ],
  [
    "a weight that stands twice",
    { change: (file) => void file.weightsManifest[0].weights.push(file.weightsManifest[0].weights[0]) },
    /^model\.json: Cannot read weights: first\/kernel stands twice\n.*names of their own/,
  ],
  [
    "layers of Keras 3",
    {
      change: (file) => {
        const calls = [{
          args: [{ class_name: "__keras_tensor__", config: { keras_history: ["i", 0, 0] } }],
        }];
        const layers = [{ class_name: "InputLayer", config: { name: "i", batch_shape: [null, 16, 6] } }, {
          class_name: "Flatten",
          config: { name: "f" },
          inbound_nodes: calls,
        }];
        const config = { layers, input_layers: ["i", 0, 0], output_layers: ["f", 0, 0] };
        file.modelTopology = { model_config: { class_name: "Functional", config } };
      },
    },
    /^model\.json: Cannot read model: Keras 3 wrote its layers.*\n.*TF_USE_LEGACY_KERAS=1.*ONNX/,
  ],
  [
    "weights that are no numbers",
    { change: (_, shards) => void shards.get("group1-shard1of2.bin")!.fill(255, 0, 4) },
    /^model\.json: Cannot read weights: number 1 of first\/kernel is NaN\n/,
  ],
  [
    "weights outside its folder",
    { change: (file) => void (file.weightsManifest[0].paths[0] = "../../secret.bin") },
    /^model\.json: Cannot read weights: \.\.\/\.\.\/secret\.bin does not lie beside the file\n/,
  ],
  [
    "a graph model",
    { change: (file) => void (file.format = "graph-model") },
    /^model\.json: Cannot read model: it is a graph model, whose layers are not told\n.*ONNX/,
  ],
  [
    "a file of something else",
    { change: (file) => void (file.weightsManifest = 3 as never) },
    /^model\.json: Cannot read model: field weightsManifest does not fit: expected array, got number\n/,
  ],
  [
    "levels that do not fit",
    { given: { latent: "latent", levels: [5, 5] } },
    /^model\.json: Cannot use encoder: its latent has 4 dimensions, levels \[5,5\] have 2$/,
  ],
  [
    "windows of another length",
    { known: { ...seen, length: 20 } },
    /^model\.json: Cannot record encoder: its input is \[16, 6\]\n.*\[20, 6\]/,
  ],
];
for (const [what, options, message] of refused) {
  Deno.test(`importSavedModel() refuses ${what}`, async () => {
    await assert.rejects(read(network(), options), (error: Error) => {
      assert.ok(error instanceof InputError, error.stack);
      assert.match(error.message, message);
      return true;
    });
  });
}
