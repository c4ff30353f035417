import assert from "node:assert/strict";
import { SavedLayers } from "../../../lib/model/tfjs/saved_layers.ts";
import { bytesOf, floatsOf, type WeightEntry } from "../../../lib/model/tfjs/weight_bytes.ts";
import { windowOf } from "../../../lib/model/tfjs/window_shape.ts";

const entry = (dtype: string, quantization?: WeightEntry["quantization"]): WeightEntry => ({
  name: "conv/kernel",
  shape: [2, 1, 2],
  dtype,
  quantization,
});
const bytes = (...list: number[]) => Uint8Array.from(list);

Deno.test("weights are read as each kind of number, little end first, packed or not", () => {
  const four = (write: (view: DataView, i: number) => void, size: number) => {
    const view = new DataView(new ArrayBuffer(4 * size + 3), 3);
    for (let i = 0; i < 4; i++) write(view, i);
    return new Uint8Array(view.buffer, 3);
  };
  const some = [-2.5, 0, 1, 300];
  const floats = four((view, i) => view.setFloat32(4 * i, some[i], true), 4);
  assert.deepEqual([...floatsOf(entry("float32"), floats, "f")], some);
  const ints = four((view, i) => view.setInt32(4 * i, [-2, 0, 1, 70000][i], true), 4);
  assert.deepEqual([...floatsOf(entry("int32"), ints, "f")], [-2, 0, 1, 70000]);
  assert.deepEqual([...floatsOf(entry("bool"), bytes(0, 1, 1, 0), "f")], [0, 1, 1, 0]);
  const packed = entry("float32", { dtype: "uint8", scale: 0.5, min: -3 });
  assert.deepEqual([...floatsOf(packed, bytes(0, 1, 4, 255), "f")], [-3, -2.5, -1, 124.5]);
  const wide = entry("float32", { dtype: "uint16", scale: 2, min: 1 });
  assert.deepEqual([...floatsOf(wide, bytes(0, 0, 1, 0, 0, 1, 255, 255), "f")], [1, 3, 513, 131071]);
  const sizes = ["float32", "int32", "bool"].map((dtype) => bytesOf(entry(dtype), "f"));
  assert.deepEqual(sizes, [16, 16, 4]);
  assert.deepEqual([bytesOf(packed, "f"), bytesOf(wide, "f"), bytesOf({ ...packed, shape: [] }, "f")], [
    4,
    8,
    1,
  ]);
  assert.throws(() => bytesOf(entry("complex64"), "f"), /conv\/kernel is of complex64/);
  assert.throws(() => bytesOf(entry("float32", { dtype: "toString" }), "f"), /is of toString/);
});

Deno.test("halves are IEEE 754 binary16: normal, subnormal, of either sign, and never infinite", () => {
  const half = entry("float32", { dtype: "float16" });
  const read = (
    ...words: number[]
  ) => [
    ...floatsOf(
      { ...half, shape: [words.length] },
      Uint8Array.from(words.flatMap((w) => [w & 255, w >> 8])),
      "f",
    ),
  ];
  assert.deepEqual(read(0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x03ff, 0x0400, 0x8000), [
    1,
    -2,
    0.333251953125,
    65504,
    2 ** -24,
    1023 * 2 ** -24,
    2 ** -14,
    0,
  ]);
  assert.throws(() => read(0x3c00, 0x7c00), /number 2 of conv\/kernel is Infinity/);
  assert.throws(() => read(0xfc00), /number 1 of conv\/kernel is -Infinity/);
  assert.throws(() => read(0x7c01), /is NaN/);
});

Deno.test("windowOf() reads fixed inputs of two and three axes, models inside models, and names what is open", () => {
  const topology = (...shape: (number | null)[]) => ({
    config: {
      layers: [{ config: { layers: [] } }, { config: [{ config: { batch_input_shape: [null, ...shape] } }] }],
    },
  });
  assert.deepEqual(windowOf(topology(2, 50, 3), 1, "m"), { sensors: 2, length: 50, channels: 3 });
  assert.deepEqual(windowOf(topology(50, 6), 2, "m"), { sensors: 2, length: 50, channels: 3 });
  assert.deepEqual(windowOf(topology(50, 6), undefined, "m"), { sensors: 1, length: 50, channels: 6 });
  assert.throws(() => windowOf(topology(50, 7), 2, "m"), /its input is \[50, 7\] of 2 sensors/);
  assert.throws(() => windowOf(topology(50), 1, "m"), /its input is \[50\]\n/);
  assert.throws(() => windowOf(topology(1, 2, 3, 4), 1, "m"), /its input is \[1, 2, 3, 4\]\n/);
  assert.throws(() => windowOf(topology(null, 3), 1, "m"), /its input has shape \[\?, 3\]/);
  assert.throws(() => windowOf(topology(0, 3), 1, "m"), /its input has shape \[0, 3\]/);
  assert.throws(() => windowOf({}, 1, "m"), /its input has no known shape/);
});

Deno.test("SavedLayers names every layer once and reshapes only where the axes differ", () => {
  const saved = new SavedLayers();
  const first = saved.add("InputLayer", "a/b", { x: 1 }, [], 3);
  const second = saved.add("Dense", "a_b", {}, [first], 3);
  const third = saved.add("Add", "a/b", {}, [first, second], 2);
  assert.deepEqual([first.layer, second.layer, third.layer], ["a_b", "a_b_2", "a_b_3"]);
  assert.deepEqual(saved.list[0], {
    class_name: "InputLayer",
    name: "a_b",
    config: { name: "a_b", x: 1 },
    inbound_nodes: [],
  });
  assert.deepEqual(saved.list[2].inbound_nodes, [[["a_b", 0, 0, {}], ["a_b_2", 0, 0, {}]]]);
  assert.equal(saved.as(third, [1, 4, 5], 2), third);
  const flat = saved.as(third, [2, 4, 5], 1),
    plane = saved.as(third, [1, 4, 5], 2 + 1),
    row = saved.as(first, [1, 4, 5], 2);
  assert.deepEqual([flat.rank, plane.rank, row.rank], [1, 3, 2]);
  assert.deepEqual(saved.list.slice(3).map(({ name, config }) => [name, config.target_shape]), [
    ["a_b_3_shape", [40]],
    ["a_b_3_shape_2", [1, 4, 5]],
    ["a_b_shape", [4, 5]],
  ]);
});
