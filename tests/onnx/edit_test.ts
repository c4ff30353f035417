import assert from "node:assert/strict";
import { GraphBuilder } from "../../lib/onnx/builder.ts";
import { decodeModel } from "../../lib/onnx/decode.ts";
import { replaceInitializers } from "../../lib/onnx/edit.ts";

function sample() {
  const g = new GraphBuilder("g");
  const x = g.input("x", ["n", 2]);
  const w = g.initializer(new Float32Array([1, 2]), [1, 2], "w");
  g.output(g.node("LeakyRelu", [g.node("Mul", [x, w])], { alpha: { float: 0.5 } }), ["n", 2]);
  return g.encode({ metadata: { levels: "[4,4]" } });
}

Deno.test("replaceInitializers() leaves all other bytes as they were", () => {
  const bytes = sample();
  assert.deepEqual(replaceInitializers(bytes, {}), bytes);
  const changed = replaceInitializers(bytes, { w: new Float32Array([3, 4]) });
  assert.equal(changed.length, bytes.length);
  assert.deepEqual(decodeModel(changed).graph.initializers[0].data, new Float32Array([3, 4]));
  assert.deepEqual(replaceInitializers(changed, { w: new Float32Array([1, 2]) }), bytes);
});

Deno.test("replaceInitializers() throws RangeError for unknown names and other kinds of values", () => {
  assert.throws(() => replaceInitializers(sample(), { v: new Float32Array(2) }), /there is no v/);
  assert.throws(() => replaceInitializers(sample(), { w: new Float32Array(3) }), /w has 2 values/);
  assert.throws(() => replaceInitializers(sample(), { w: new Int32Array(2) }), /of Float32Array/);
});
