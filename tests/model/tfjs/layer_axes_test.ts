import assert from "node:assert/strict";
import type { Size } from "../../../lib/artifacts/encoder_graph.ts";
import { LayerWriter } from "../../../lib/model/tfjs/layer_writer.ts";

/** What is written of one layer whose input has `rank` axes: reshapes and the layer, and the axes of its result. */
function written(op: keyof LayerWriter, layer: object, rank: number, size: Size = [1, 6, 2]) {
  const writer = new LayerWriter([2, 1, 6]);
  const whole = { op, name: "a/b", inputs: [], ...layer };
  const from = [{ layer: "x", rank }];
  const result = (writer[op] as any).call(writer, whole, from, { index: 4, from: [size], to: size });
  const list = writer.layers.list.map(({ class_name, name, config, inbound_nodes }) => {
    const { name: own, ...others } = config;
    assert.equal(own, name);
    return [class_name, inbound_nodes[0]?.map(([from]) => from).join() ?? "", others];
  });
  assert.deepEqual([writer.names[4], result.layer], ["a_b", "a_b"]);
  return { list, rank: result.rank };
}

const last = { data_format: "channels_last" };

Deno.test("a recurrent layer takes a sequence, and gives one or its last state", () => {
  const layer = { units: 3, bias: true, sequences: true, backwards: false, gate: "sigmoid" };
  const config = {
    units: 3,
    activation: "tanh",
    recurrent_activation: "sigmoid",
    use_bias: true,
    return_sequences: true,
    go_backwards: false,
  };
  for (const [op, name] of [["gru", "GRU"], ["lstm", "LSTM"]] as const) {
    assert.deepEqual(written(op, layer, 2), { list: [[name, "x", config]], rank: 2 });
    assert.deepEqual(written(op, { ...layer, sequences: false, backwards: true, gate: "hardSigmoid" }, 3), {
      list: [["Reshape", "x", { target_shape: [6, 2] }], [name, "x_shape", {
        ...config,
        recurrent_activation: "hard_sigmoid",
        return_sequences: false,
        go_backwards: true,
      }]],
      rank: 1,
    });
  }
});

Deno.test("maps have three axes, and what is over the whole map has one left", () => {
  const reshaped = ["Reshape", "x", { target_shape: [1, 6, 2] }];
  const slide = { strides: [1, 2], padding: "valid" };
  const pool = { kernel: [1, 2], strides: [1, 2], pads: [0, 0, 0, 0] };
  const convolution = { ...pool, dilations: [1, 1], bias: false };
  const cases: [keyof LayerWriter, object, string, object, number][] = [
    ["globalMax", {}, "GlobalMaxPooling2D", last, 1],
    ["globalAverage", {}, "GlobalAveragePooling2D", last, 1],
    ["maxPool", pool, "MaxPooling2D", { ...last, ...slide, pool_size: [1, 2] }, 3],
    ["averagePool", pool, "AveragePooling2D", { ...last, ...slide, pool_size: [1, 2] }, 3],
    ["permute", { order: [0, 2, 1] }, "Permute", { dims: [1, 3, 2] }, 3],
    ["add", {}, "Add", {}, 3],
    ["multiply", {}, "Multiply", {}, 3],
    ["concat", { axis: 2 }, "Concatenate", { axis: 3 }, 3],
    ["pad", { pads: [1, 2, 3, 4] }, "ZeroPadding2D", { ...last, padding: [[1, 3], [2, 4]] }, 3],
    ["crop", { pads: [1, 2, 3, 4] }, "Cropping2D", { ...last, cropping: [[1, 3], [2, 4]] }, 3],
    ["conv", { ...convolution, filters: 5 }, "Conv2D", {
      ...last,
      ...slide,
      kernel_size: [1, 2],
      dilation_rate: [1, 1],
      use_bias: false,
      filters: 5,
    }, 3],
    ["depthwise", { ...convolution, multiplier: 2 }, "DepthwiseConv2D", {
      ...last,
      ...slide,
      kernel_size: [1, 2],
      dilation_rate: [1, 1],
      use_bias: false,
      depth_multiplier: 2,
    }, 3],
  ];
  for (const [op, layer, name, config, rank] of cases) {
    assert.deepEqual(written(op, layer, 3), { list: [[name, "x", config]], rank }, op);
    assert.deepEqual(written(op, layer, 2), { list: [reshaped, [name, "x_shape", config]], rank }, op);
  }
});

Deno.test("what works number by number keeps the axes, and a dense layer over one place takes one", () => {
  for (const rank of [1, 2, 3]) {
    const cases: [keyof LayerWriter, object, string, object][] = [
      ["activation", { kind: "relu", alpha: 0 }, "Activation", { activation: "relu" }],
      ["activation", { kind: "leakyRelu", alpha: 0.2 }, "LeakyReLU", { alpha: 0.2 }],
      ["activation", { kind: "elu", alpha: 0.5 }, "ELU", { alpha: 0.5 }],
      ["dropout", { rate: 0.25, shared: false }, "Dropout", { rate: 0.25 }],
      ["batchNorm", { epsilon: 0.1, scale: true, center: false }, "BatchNormalization", {
        axis: -1,
        epsilon: 0.1,
        scale: true,
        center: false,
      }],
      ["layerNorm", { epsilon: 0.1, scale: false, center: true }, "LayerNormalization", {
        axis: [-1],
        epsilon: 0.1,
        scale: false,
        center: true,
      }],
      ["dense", { units: 4, bias: true }, "Dense", { units: 4, use_bias: true }],
    ];
    for (const [op, layer, name, config] of cases) {
      assert.deepEqual(written(op, layer, rank), { list: [[name, "x", config]], rank }, op);
    }
  }
  const dense = (size: Size) => written("dense", { units: 4, bias: true }, 3, size);
  assert.deepEqual(dense([1, 1, 8]).list[0], ["Reshape", "x", { target_shape: [8] }]);
  assert.deepEqual([dense([1, 1, 8]).rank, dense([2, 1, 8]).rank, dense([1, 2, 8]).rank], [1, 3, 3]);
  assert.deepEqual(written("dropout", { rate: 0.5, shared: true }, 3), {
    list: [["Reshape", "x", { target_shape: [6, 2] }], ["SpatialDropout1D", "x_shape", { rate: 0.5 }]],
    rank: 2,
  });
  assert.deepEqual(written("reshape", { shape: [1, 3, 4] }, 2), {
    list: [["Reshape", "x", { target_shape: [1, 3, 4] }]],
    rank: 3,
  });
});

Deno.test("the window is one sequence over all sensors, or a grid of them", () => {
  for (const [layout, shape, rank] of [["time", [6, 10], 2], ["grid", [5, 6, 2], 3]] as const) {
    const writer = new LayerWriter([2, 5, 6]);
    const layer = { op: "input" as const, name: "window", inputs: [], layout };
    const place = { index: 0, from: [], to: [5, 6, 2] as Size };
    assert.deepEqual(writer.input(layer, [], place), { layer: "window", rank });
    const [{ class_name, config, inbound_nodes }] = writer.layers.list;
    assert.deepEqual([class_name, config.batch_input_shape, config.dtype, inbound_nodes], [
      "InputLayer",
      [null, ...shape],
      "float32",
      [],
    ]);
  }
});

Deno.test("a padding that TensorFlow has a word for is that word, any other is a layer before", () => {
  const conv = (pads: number[], kernel = [1, 3], strides = [1, 1]) =>
    written("conv", { kernel, strides, pads, dilations: [1, 1], bias: true, filters: 1 }, 3).list.map((
      [name, , config],
    ) => [name, (config as Record<string, unknown>).padding]);
  assert.deepEqual(conv([0, 0, 0, 0]), [["Conv2D", "valid"]]);
  assert.deepEqual(conv([0, 1, 0, 1]), [["Conv2D", "same"]]);
  assert.deepEqual(conv([0, 2, 0, 0]), [["ZeroPadding2D", [[0, 0], [2, 0]]], ["Conv2D", "valid"]]);
  assert.deepEqual(conv([1, 1, 0, 1]), [["ZeroPadding2D", [[1, 0], [1, 1]]], ["Conv2D", "valid"]]);
  const pads = { kernel: [1, 3], strides: [1, 1], pads: [0, 2, 0, 0] };
  for (const op of ["maxPool", "averagePool"] as const) {
    assert.throws(() => written(op, pads, 3), /pooling a\/b pads by \[0,2,0,0\]/);
    assert.equal((written(op, { ...pads, pads: [0, 1, 0, 1] }, 3).list[0][2] as any).padding, "same");
  }
});
