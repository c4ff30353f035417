import assert from "node:assert/strict";
import fc from "fast-check";
import { join } from "node:path";
import { Quantizer } from "../../lib/fsq/quantizer.ts";
import { HostHead } from "../../lib/hailo/host_head.ts";
import type { HostHeadFile } from "../../lib/model/export/export_host.ts";
import { json, sampleBundle } from "./sample_bundle.ts";

const levels = [8, 6, 5, 4];
const facts = (changes: Partial<HostHeadFile> = {}): HostHeadFile => ({
  levels,
  half_width: [4, 3, 2, 2],
  basis: [1, 8, 48, 240],
  variant: "fsq/v1-offset-atanh",
  temperature: 1,
  labels: [],
  layers: [],
  ...changes,
});

Deno.test("HostHead gives the quantiser's codes for every bounded latent", () => {
  const head = new HostHead(facts());
  const quantizer = new Quantizer(levels);
  const latent = fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(latent, (z) => {
      assert.equal(head.run(quantizer.bound(z)).code, quantizer.codes(z)[0]);
    }),
    { seed: 3 },
  );
  for (let code = 0; code < quantizer.codebookSize; code++) {
    assert.equal(head.run(quantizer.bound(quantizer.latentOf(code))).code, code);
  }
});

Deno.test("HostHead clamps what a device's quantisation pushed over the edge", () => {
  const head = new HostHead(facts());
  assert.equal(head.run([99, 99, 99, 99]).code, 8 * 6 * 5 * 4 - 1);
  assert.equal(head.run([-99, -99, -99, -99]).code, 0);
});

Deno.test("HostHead.run() evaluates the classifier with its temperature", () => {
  const layers: HostHeadFile["layers"] = [
    { weight: [1, 0, 0, 1, -1, -1], bias: [0, 0, 1], shape: [3, 2], activation: "relu" },
    { weight: [1, 1, 0, 0, 0, 2], bias: [0, 0.5], shape: [2, 3], activation: "none" },
  ];
  const head = new HostHead(
    facts({ levels: [5, 5], half_width: [2, 2], basis: [1, 5], temperature: 2, labels: ["a", "b"], layers }),
  );
  // Rounded (2, −1), values (1, −0.5): hidden (1, 0, 0.5), logits (1, 1.5), over 2: (0.5, 0.75).
  const { probabilities, label, confidence, code } = head.run([1.9, -0.8]);
  const second = Math.exp(0.75) / (Math.exp(0.5) + Math.exp(0.75));
  assert.ok(Math.abs(probabilities[1] - second) < 1e-15);
  assert.deepEqual([label, confidence, code], [1, probabilities[1], 4 + 5 * 1]);
});

Deno.test("HostHead reproduces the full model on golden windows", async () => {
  const dir = await sampleBundle();
  const head = new HostHead(await json(dir, "host_head.json"));
  const { n, codes, predicted } = await json(dir, "selftest/selftest.json");
  const floats = async (name: string) =>
    new Float32Array((await Deno.readFile(join(dir, "selftest", name))).buffer);
  const [device, full] = [await floats("expected.device.f32.bin"), await floats("expected.full.f32.bin")];
  for (let i = 0; i < n; i++) {
    const result = head.run(device.subarray(3 * i, 3 * i + 3));
    assert.deepEqual([result.code, result.label], [codes[i], predicted[i]]);
    result.probabilities.forEach((p, c) => assert.ok(Math.abs(p - full[4 * i + c]) < 1e-5));
  }
});

Deno.test("HostHead refuses a file whose parts do not fit together", () => {
  const bad = (changes: Partial<HostHeadFile>, why: RegExp) =>
    assert.throws(
      () => new HostHead(facts(changes)),
      (e: Error) => e.name === "InputError" && why.test(e.message),
    );
  bad({ basis: [1, 8] }, /differ in length/);
  bad({ levels: null }, /neither levels nor layers/);
  const layer = {
    weight: [1, 2, 3],
    bias: [0],
    shape: [1, 3] as [number, number],
    activation: "none" as const,
  };
  bad({ layers: [layer] }, /layer 0 with shape \[1,3\] does not follow width 4/);
});

Deno.test("HostHead tells of a value that is no number, and keeps nothing of one window for the next", () => {
  const layer = { shape: [2, 1] as [number, number], weight: [1, -1], bias: [0, 0] };
  const head = new HostHead({
    ...{ levels: null, half_width: [], basis: [], variant: "none", temperature: 1, labels: ["a", "b"] },
    layers: [{ ...layer, activation: "relu" }],
  });
  const before = head.run([2]).probabilities;
  const kept = [...before];
  assert.ok(head.run([NaN]).probabilities.every(Number.isNaN));
  assert.deepEqual([...before], kept);
  assert.deepEqual([...head.run([2]).probabilities], kept);
});
