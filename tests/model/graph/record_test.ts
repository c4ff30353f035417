import assert from "node:assert/strict";
import { InputError } from "../../../lib/errors.ts";
import { recordTopology } from "../../../lib/model/graph/record.ts";
import { tf } from "./tfjs_model.ts";

const L = tf.layers;
const window = { length: 40, sensors: 2, channels: 6 };
const inputShape = [40, 12];

const refused: [layers: () => tf.layers.Layer[], message: RegExp, hint: RegExp][] = [
  [
    () => [L.simpleRNN({ inputShape, units: 4 })],
    /layer simple_rnn_SimpleRNN1 \(SimpleRNN\) cannot be trained here$/,
    /^Use a GRU or LSTM layer\.$/,
  ],
  [
    () => [L.flatten({ inputShape: [7, 2] })],
    /its input is \[7, 2\]$/,
    /^Take windows as \[40, 12\] \(time, sensors × channels\) or as \[2, 40, 6\]/,
  ],
  [
    () => [L.conv1d({ inputShape, filters: 2, kernelSize: 3 })],
    /its output has 2 axes, one vector of features is needed$/,
    /GlobalAveragePooling/,
  ],
  [
    () => [L.flatten({ inputShape }), L.dense({ units: 2, kernelRegularizer: "l1l2" })],
    /layer dense_Dense1 \(Dense\) has a kernel_regularizer$/,
    /weight_decay/,
  ],
];

Deno.test("recordTopology() names file, layer and cure for what cannot be trained", () => {
  for (const [layers, message, hint] of refused) {
    const topology = tf.sequential({ layers: layers() }).toJSON(null, false);
    assert.throws(() => recordTopology(topology, window, "my_encoder.ts"), (error: InputError) => {
      const [first] = error.message.split("\n");
      assert.match(first, message);
      assert.ok(first.startsWith("my_encoder.ts: Cannot record encoder: "));
      assert.match(error.hint ?? "", hint);
      return true;
    });
  }
});

Deno.test("recordTopology() gives the same list whatever TensorFlow.js has named before", () => {
  const record = () =>
    recordTopology(
      tf.sequential({ layers: [L.conv1d({ inputShape, filters: 2, kernelSize: 3 }), L.flatten()] }).toJSON(
        null,
        false,
      ),
      window,
      "my_encoder.ts",
    ).graph;
  assert.deepEqual(record(), record());
});

/** What TensorFlow.js writes of a dense layer. */
const dense = (name: string, units: number, more: object = {}) => ({
  class_name: "Dense",
  config: { name, units, use_bias: true, activation: "linear", ...more },
});
const flat = (name: string, shape: (number | null)[] = [null, 40, 12]) => ({
  class_name: "Flatten",
  config: { name, batch_input_shape: shape },
});
const sequence = (...layers: object[]) => ({ class_name: "Sequential", config: { layers } });
const ops = (topology: unknown, options?: Parameters<typeof recordTopology>[3]) =>
  recordTopology(topology, window, "e.ts", options).graph.map((
    { op, name, inputs },
  ) => [op, name, ...inputs]);
const message = (topology: unknown, options?: Parameters<typeof recordTopology>[3]): string => {
  try {
    recordTopology(topology, window, "e.ts", options);
  } catch (error) {
    return `${(error as Error).message.split("\n")[0]} | ${(error as InputError).hint}`;
  }
  return "";
};

Deno.test("recordTopology() reads sequences, those inside others, and inputs of their own", () => {
  const plain = [["input", "window"], ["reshape", "f", 0], ["dense", "a", 1], ["dense", "b", 2]];
  const [a, b] = [dense("a", 5), dense("b", 3)];
  const input = { class_name: "InputLayer", config: { name: "i", batch_input_shape: [null, 40, 12] } };
  const bare = { class_name: "Flatten", config: { name: "f" } };
  assert.deepEqual(ops(sequence(flat("f"), a, b)), plain);
  assert.deepEqual(ops({ class_name: "Sequential", config: [flat("f"), a, b] }), plain);
  assert.deepEqual(ops(sequence(input, bare, a, b)), plain);
  assert.deepEqual(ops(sequence(sequence(flat("f"), a), b)), plain);
  assert.deepEqual(ops(sequence(flat("f"), sequence(input, a, b))), plain);
  // The grid of sensors, and sizes that are left open.
  assert.deepEqual(ops(sequence(flat("f", [null, 2, 40, 6]), a))[0], ["input", "window"]);
  assert.deepEqual(ops(sequence(flat("f", [null, null, 12]), a, b)), plain);
  assert.match(message(sequence(flat("f", [null, 41, 12]))), /its input is \[41, 12\] \|/);
  assert.match(message(sequence(flat("f", [null, null, 11]))), /its input is \[\?, 11\] \|/);
  assert.match(message(sequence({ class_name: "Flatten", config: { name: "f" } })), /its input is \[\] \|/);
});

Deno.test("recordTopology() ends at the layer that is named, in sequences and in networks", () => {
  const whole = sequence(flat("f"), dense("a", 5), dense("b", 3));
  assert.deepEqual(ops(whole, { output: "a" }).at(-1), ["dense", "a", 1]);
  assert.deepEqual(ops(whole, { output: "b" }).length, 4);
  assert.match(message(whole, { output: "bb" }), /it has no layer bb \| .*"?b"?/);
  assert.match(message(whole, { output: "zzzzzz" }), /it has no layer zzzzzz \| .*f, a, b/);
  for (const empty of [{ class_name: "Model" }, sequence(), { class_name: "Sequential", config: {} }]) {
    assert.match(message(empty), /it is no layers model \| Export a tf\.LayersModel/);
  }
});

/** A layer of a network with the layers before it. */
const placed = (layer: { class_name: string; config: object }, ...from: string[]) => ({
  ...layer,
  name: (layer.config as { name: string }).name,
  inbound_nodes: from.length === 0 ? [] : [from.map((name) => [name, 0, 0, {}])],
});
const network = (layers: object[], output: unknown = [["c", 0, 0]], inputs: unknown = [["i", 0, 0]]) => ({
  class_name: "Model",
  config: { layers, input_layers: inputs, output_layers: output },
});
const start = placed({ class_name: "InputLayer", config: { name: "i", batch_input_shape: [null, 40, 12] } });
const bare = { class_name: "Flatten", config: { name: "f" } };
const add = { class_name: "Add", config: { name: "c" } };

Deno.test("recordTopology() follows a network from its output, each layer once", () => {
  const layers = [
    start,
    placed(bare, "i"),
    placed(dense("a", 5), "f"),
    placed(dense("b", 5), "f"),
    placed(add, "a", "b"),
  ];
  const expected = [["input", "window"], ["reshape", "f", 0], ["dense", "a", 1], ["dense", "b", 1], [
    "add",
    "c",
    2,
    3,
  ]];
  assert.deepEqual(ops(network(layers)), expected);
  assert.deepEqual(ops(network(layers.toReversed(), ["c", 0, 0], ["i", 0, 0])), expected);
  assert.deepEqual(ops(network(layers), { output: "a" }), expected.slice(0, 3));
  // A model inside takes what comes before it.
  const inner = {
    ...placed(
      { ...sequence(bare, dense("a", 5)), config: { layers: [bare, dense("a", 5)], name: "m" } } as any,
      "i",
    ),
  };
  assert.deepEqual(ops(network([start, inner, placed(dense("c", 2), "m")])), [
    ...expected.slice(0, 3),
    ["dense", "c", 2],
  ]);
});

Deno.test("recordTopology() refuses several inputs or outputs, and layers that are applied twice or never", () => {
  const layers = [start, placed(bare, "i"), placed(dense("c", 5), "f")];
  assert.match(
    message(network(layers, [["c", 0, 0], ["f", 0, 0]])),
    /it has 1 inputs and 2 outputs \| An encoder takes one/,
  );
  assert.match(
    message(network(layers, undefined, [["i", 0, 0], ["j", 0, 0]])),
    /it has 2 inputs and 1 outputs/,
  );
  assert.match(message(network(layers, undefined, null)), /it has 0 inputs and 1 outputs/);
  const twice = { ...layers[2], inbound_nodes: [[["f", 0, 0, {}]], [["f", 0, 0, {}]]] };
  assert.match(
    message(network([...layers.slice(0, 2), twice])),
    /layer c is applied 2 times \| Make a layer for each place/,
  );
  const { inbound_nodes: _, ...never } = layers[2] as any;
  assert.match(message(network([...layers.slice(0, 2), never])), /layer c is applied 0 times/);
});

Deno.test("recordTopology() refuses whole numbers as input, layers that are not there, and circles", () => {
  const message = (topology: object) => {
    try {
      recordTopology(topology, window, "net.ts");
      return "recorded";
    } catch (error) {
      assert.ok(error instanceof InputError, String(error));
      return error.message.split("\n")[0];
    }
  };
  const whole = {
    class_name: "InputLayer",
    config: { name: "i", batch_input_shape: [null, 40, 12], dtype: "int32" },
  };
  assert.match(message(sequence(whole, bare)), /net\.ts: Cannot record encoder: its input is of int32$/);
  const model = (...layers: object[]) => ({
    class_name: "Model",
    config: { name: "m", layers, input_layers: [["i", 0, 0]], output_layers: [["f", 0, 0]] },
  });
  assert.match(message(model(start, placed(bare, "gone"))), /layer gone is not among its layers$/);
  assert.match(message(model(start, placed(bare, "f"))), /layer f takes what it makes itself$/);
});

Deno.test("recordTopology() counts names that TensorFlow.js made up by kind, and keeps all others", () => {
  const names = (...given: string[]) =>
    ops(sequence(flat("f"), ...given.map((name) => dense(name, 3)))).slice(2).map(([, name]) => name);
  assert.deepEqual(names("dense_Dense17", "dense_Dense40", "own"), ["dense_Dense1", "dense_Dense2", "own"]);
  assert.deepEqual(names("Dense", "x_Dense", "dense_Dense1a", "Dense7"), [
    "Dense",
    "x_Dense",
    "dense_Dense1a",
    "Dense7",
  ]);
});

Deno.test("recordTopology() says what sizes cannot be, with the file, and takes sizes of weights", () => {
  const wide = {
    class_name: "Conv1D",
    config: { name: "w", batch_input_shape: [null, 40, 12], kernel_size: [50], filters: 2, use_bias: true },
  };
  assert.match(
    message(sequence(wide)),
    /e\.ts: .*layer w .*leaves nothing.* \| Check the sizes of kernels, pools and windows\./,
  );
  const apart = {
    class_name: "SeparableConv1D",
    config: { name: "s", batch_input_shape: [null, 40, 12], kernel_size: [3], filters: 2, use_bias: true },
  };
  const shapes = new Map([["s/depthwise_kernel", [3, 12, 4]]]);
  const { graph } = recordTopology(sequence(apart, bare), window, "e.ts", { shapes });
  assert.equal((graph[1] as { multiplier: number }).multiplier, 4);
});
