import assert from "node:assert/strict";
import { GraphBuilder } from "../../lib/onnx/builder.ts";
import { openSession, type Provider } from "../../lib/onnx/runtime.ts";
import { HostHead } from "../../lib/hailo/host_head.ts";
import { emitHost, encodeBundleGraph } from "../../lib/model/export/export_graphs.ts";
import { hostHead } from "../../lib/model/export/export_host.ts";
import { OnnxLayers } from "../../lib/model/forward.ts";
import reference from "../reference/fsq_vectors.json" with { type: "json" };
import { sampleModel } from "./sample_model.ts";

/** Bound, rounding, code: the layers of the exported files alone, `z` `[n, d]` in, `code` and `bounded` out. */
function quantizerOnnx(levels: number[]): Uint8Array {
  const model = { ...sampleModel({ levels, latent: levels.length, classes: 0, head: [] }) };
  const graph = new GraphBuilder("fsq");
  const layers = new OnnxLayers(graph, {});
  const shape = ["n", levels.length];
  const bounded = layers.bound({ name: graph.input("z", shape), shape }, levels);
  const names = emitHost(layers, model, bounded);
  graph.output(bounded.name, shape);
  return encodeBundleGraph(graph.graph(), { ...names, [bounded.name]: "bounded" }, {});
}

for (const provider of ["onnxruntime-node", "onnxruntime-web"] as Provider[]) {
  Deno.test(`the exported quantiser gives the shared vectors on ${provider}`, async () => {
    for (const { levels, latents, bound, codes } of reference) {
      const session = await openSession(quantizerOnnx(levels), { provider });
      const data = Float32Array.from(latents.flat());
      const out = await session.run({ z: { data, shape: [latents.length, levels.length] } });
      await session.release();
      assert.deepEqual([...out.code.data as BigInt64Array].map(Number), codes, `[${levels}]`);
      const largest = (Math.max(...levels) - 1) / 2;
      bound.flat().forEach((b, i) =>
        assert.ok(Math.abs(Number(out.bounded.data[i]) - b) < 4e-7 * (largest + 1))
      );
    }
  });
}

Deno.test("the host part gives the codes of the shared vectors from bounded values", () => {
  for (const { levels, bound, codes } of reference) {
    const facts = { ...hostHead(sampleModel({ levels, latent: levels.length })), layers: [] };
    const head = new HostHead(facts);
    assert.deepEqual(bound.map((b) => head.run(b).code), codes);
  }
});
