import assert from "node:assert/strict";
import { join } from "node:path";
import { simulatedGolden } from "../../../lib/hailo/package/golden_windows.ts";
import { readBundle } from "../../../lib/hailo/bundle.ts";
import { sampleBundle, withFolder, writeSampleBundle } from "../sample_bundle.ts";

const parsed = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));

Deno.test("simulatedGolden() makes windows of nobody that the bundle's files and host part agree on", async () => {
  const bundle = await sampleBundle();
  const { golden, head } = await readBundle(bundle);
  const { files, n, wrongCodes } = await simulatedGolden(bundle);
  assert.deepEqual([n, wrongCodes], [golden.n, 0]);
  const [inputs, full, device, facts] = files.map((file) => file.bytes);
  const told = parsed(facts);
  assert.equal(told.simulated, true);
  assert.equal(JSON.stringify(told).includes("recording"), false, "no recording, subject or label is named");
  assert.ok(new Set(told.codes).size > 2, `${told.codes}`);
  const bounded = new Float32Array(device.slice().buffer);
  const d = head.dimensions;
  for (let i = 0; i < n; i++) {
    assert.equal(head.run(bounded.subarray(i * d, (i + 1) * d)).code, told.codes[i]);
    assert.equal(head.run(bounded.subarray(i * d, (i + 1) * d)).label, told.predicted[i]);
  }
  assert.deepEqual([inputs.length, full.length / n / 4], [golden.inputs.length * 4, told.full.shape[1]]);
  const recorded = new Set(golden.inputs);
  const shared = new Float32Array(inputs.slice().buffer).filter((x) => recorded.has(x)).length;
  assert.ok(shared < inputs.length / 4 / 100, "the values are not those of the recordings");
  assert.deepEqual(
    (await simulatedGolden(bundle)).files.map((file) => file.bytes),
    files.map((file) => file.bytes),
  );
});

Deno.test("simulatedGolden() works without quantiser and estimate", async () => {
  await withFolder(async (dir) => {
    await writeSampleBundle(dir, { levels: null });
    await Deno.remove(join(dir, "model.qdq.onnx"));
    const { files, n } = await simulatedGolden(dir);
    const facts = parsed(files[3].bytes);
    assert.equal(n, 16);
    assert.deepEqual([facts.codes, facts.predicted.length, facts.full.output], [
      undefined,
      16,
      "predictions",
    ]);
    assert.equal(facts.int8?.code_agreement ?? null, null);
  });
});
