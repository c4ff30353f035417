import assert from "node:assert/strict";
import fc from "fast-check";
import { GraphBuilder } from "../../lib/onnx/builder.ts";
import { decodeModel } from "../../lib/onnx/decode.ts";
import { InputError } from "../../lib/errors.ts";

function sample() {
  const g = new GraphBuilder("sample");
  const x = g.input("x", ["n", 2, 1, 8]);
  const w = g.initializer(new Float32Array([1, -2, 3, 0.5]), [2, 2, 1, 1], "w");
  const conv = g.node("Conv", [x, w], { kernel_shape: [1, 1], pads: [0, 0, 0, 0], auto_pad: "NOTSET" });
  g.value(conv, ["n", 2, 1, 8]);
  const y = g.node("LeakyRelu", [conv], { alpha: { float: 0.25 } }, { name: "y" });
  g.node("Concat", [y, y], { axis: -1 }, { name: "z" });
  g.ints([1, -1]);
  g.output(y, ["n", 2, 1, 8]);
  return g;
}

Deno.test("decodeModel() reads back what the builder wrote", () => {
  const g = sample();
  const model = decodeModel(g.encode({ metadata: { b: "2", a: "1" } }));
  assert.equal(model.irVersion, 8);
  assert.equal(model.producer, "motiflow");
  assert.deepEqual(model.opsets, { "": 13 });
  assert.deepEqual(model.metadata, { a: "1", b: "2" });
  const { nodes, initializers, inputs, outputs, values, name } = g.graph();
  assert.equal(model.graph.name, name);
  assert.deepEqual(model.graph.nodes, nodes.map((n) => ({ ...n, domain: "" })));
  assert.deepEqual(model.graph.initializers, initializers.map((t) => ({ ...t, external: false })));
  assert.deepEqual(model.graph.inputs, inputs);
  assert.deepEqual(model.graph.outputs, outputs);
  assert.deepEqual(model.graph.values, values);
});

/** Protobuf by hand, independent of the encoder: `field(number, wire, ...bytes)`. */
const tag = (number: number, wire: number) => number * 8 + wire;
const block = (number: number, bytes: number[]) => [tag(number, 2), bytes.length, ...bytes];
const ascii = (text: string) => [...new TextEncoder().encode(text)];

Deno.test("decodeModel() accepts packed lists, listed tensor values and shapes without names", () => {
  const tensor = [
    ...block(1, [2]), // dims packed
    tag(2, 0),
    1, // float32
    ...block(8, ascii("w")),
    ...block(4, [0, 0, 128, 63, 0, 0, 0, 192]), // float_data packed: 1, −2
  ];
  const longs = [tag(1, 0), 1, tag(2, 0), 7, ...block(8, ascii("i")), tag(7, 0), 5];
  const attribute = [...block(1, ascii("perm")), ...block(8, [1, 0]), 160, 1, 7];
  const node = [
    ...block(1, ascii("w")),
    ...block(2, ascii("y")),
    ...block(4, ascii("Transpose")),
    ...block(5, attribute),
  ];
  const shape = block(2, [...block(1, []), ...block(1, [tag(1, 0), 3])]);
  const value = [...block(1, ascii("y")), ...block(2, block(1, [tag(1, 0), 1, ...shape]))];
  const graph = [
    ...block(1, node),
    ...block(5, tensor),
    ...block(5, longs),
    ...block(11, block(1, ascii("w"))), // old files list initializers as inputs
    ...block(12, value),
  ];
  const bytes = [tag(1, 0), 4, ...block(7, graph), ...block(8, [tag(2, 0), 11])];
  const model = decodeModel(new Uint8Array(bytes));
  assert.deepEqual(model.graph.initializers[0].data, new Float32Array([1, -2]));
  assert.deepEqual(model.graph.initializers[1].data, new BigInt64Array([5n]));
  assert.deepEqual(model.graph.nodes[0].attributes, { perm: [1, 0] });
  assert.deepEqual(model.graph.inputs, []);
  assert.deepEqual(model.graph.outputs[0], { name: "y", type: "float32", shape: ["?", 3] });
  assert.deepEqual(model.opsets, { "": 11 });
});

Deno.test("decodeModel() throws InputError when the file is cut short or no ONNX file", () => {
  const bytes = sample().encode();
  for (let length = 0; length < bytes.length; length += 7) {
    try {
      decodeModel(bytes.subarray(0, length), "cut.onnx");
      assert.ok(length > bytes.length - 8, `accepted ${length} of ${bytes.length} bytes`);
    } catch (error) {
      assert.ok(error instanceof InputError && error.message.startsWith("cut.onnx: Cannot read ONNX file"));
    }
  }
  assert.throws(() => decodeModel(ascii("hello, world") as unknown as Uint8Array), InputError);
  assert.throws(() => decodeModel(new Uint8Array(64)), InputError);
});

Deno.test("decodeModel() never fails with anything but InputError when bytes are damaged", () => {
  const bytes = sample().encode();
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
      const damaged = bytes.slice();
      damaged[at] = value;
      try {
        decodeModel(damaged);
      } catch (error) {
        assert.ok(error instanceof InputError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
