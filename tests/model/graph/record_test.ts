import assert from "node:assert/strict";
import type { InputError } from "../../../lib/errors.ts";
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
