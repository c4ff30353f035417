/** What a package cannot name, said in words. */
import assert from "node:assert/strict";
import type { ModelMetadata } from "../../../lib/artifacts/onnx_bundle.ts";
import { clusterWindows } from "../../../lib/cluster/cluster.ts";
import { buildPipeline } from "../../../lib/hailo/package/pipeline.ts";
import { Random } from "../../../lib/random.ts";
import { codesFrom, requestOf } from "../../cluster/make_request.ts";

const metadata = {
  sensors: ["wrist"],
  channels: ["acc"],
  units: ["m/s^2"],
  rate: 50,
  scaler: { center: [[0]], scale: [[1]] },
  window: { length: 100, hop: 50 },
  labels: [],
  levels: [4, 4],
} as unknown as ModelMetadata;
const codes = codesFrom(Uint32Array.from({ length: 60 }, (_, i) => (7 * i) % 16), [4, 4]);
const stretches = [{ from: 0, to: 60 }];
const motifsOf = (neighbors: number) =>
  clusterWindows(requestOf({ codes, stretches, k: 3, neighbors }), new Random(1));

Deno.test("a package names motifs of single windows, and says why not those of windows with their neighbors", () => {
  const single = buildPipeline({ metadata, motifs: motifsOf(0), hef: false });
  assert.deepEqual([single.pipeline.motifs?.k, single.warnings], [3, []]);
  const { pipeline, posterior, warnings } = buildPipeline({ metadata, motifs: motifsOf(2), hef: false });
  assert.deepEqual([pipeline.motifs, pipeline.smoothing, posterior], [undefined, undefined, undefined]);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0],
    /^The package cannot name motifs: they are of windows averaged with 2 on either side, .*; cluster without neighbors$/,
  );
});
