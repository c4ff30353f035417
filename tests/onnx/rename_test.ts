import assert from "node:assert/strict";
import { GraphBuilder } from "../../lib/onnx/builder.ts";
import { renameTensors } from "../../lib/onnx/rename.ts";

Deno.test("renameTensors() renames producers, consumers and outputs alike and keeps node names", () => {
  const builder = new GraphBuilder("g");
  const x = builder.input("x", [1]);
  const y = builder.node("Relu", [x], {}, { name: "a" });
  builder.value(y, [1]);
  builder.output(builder.node("Neg", [y], {}, { name: "b" }), [1]);
  const graph = renameTensors(builder.graph(), { a: "inner", b: "result" });
  assert.deepEqual(graph.nodes.map((n) => [n.name, n.inputs, n.outputs]), [
    ["a", ["x"], ["inner"]],
    ["b", ["inner"], ["result"]],
  ]);
  assert.equal(graph.outputs[0].name, "result");
  assert.equal(graph.values[0].name, "inner");
  assert.throws(() => renameTensors(builder.graph(), { a: "x" }), /the name x is taken/);
});
