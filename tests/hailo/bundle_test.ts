import assert from "node:assert/strict";
import { join } from "node:path";
import { readBundle, scaleWindow } from "../../lib/hailo/bundle.ts";
import { selfTest } from "../../lib/device/golden_windows.ts";
import { copyOfBundle, sampleBundle, withFolder } from "./sample_bundle.ts";

Deno.test("readBundle() reads shapes, scaler and golden windows", async () => {
  const bundle = await readBundle(await sampleBundle());
  assert.deepEqual(bundle.input, [1, 6, 2, 40]);
  assert.equal(bundle.golden.n, 16);
  assert.equal(bundle.golden.inputs.length, 16 * 6 * 2 * 40);
  assert.equal(bundle.golden.device.length, 16 * 3);
  assert.equal(bundle.head.dimensions, 3);
});

Deno.test("readBundle() names the file that is missing or does not fit", async () => {
  const spoiled: [file: string, content: string | null, why: RegExp][] = [
    ["model_metadata.json", null, /model_metadata\.json: Cannot read bundle/],
    ["host_head.json", "{", /host_head\.json: Cannot read bundle/],
    ["selftest/inputs.f32.bin", "abc", /inputs\.f32\.bin: .*3 bytes/],
    ["selftest/inputs.f32.bin", "abcd", /selftest\.json: .*1 input and 48 expected values do not fit/],
    ["selftest/expected.device.f32.bin", null, /expected\.device\.f32\.bin: /],
  ];
  for (const [file, content, why] of spoiled) {
    await withFolder(async (dir) => {
      const bundle = await copyOfBundle(dir);
      if (content === null) await Deno.remove(join(bundle, file));
      else await Deno.writeTextFile(join(bundle, file), content);
      await assert.rejects(
        readBundle(bundle),
        (e: Error) => e.name === "InputError" && why.test(e.message),
        file,
      );
    });
  }
});

Deno.test("scaleWindow() applies centre and scale by sensor and channel", () => {
  const raw = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8); // [channels 2, sensors 2, length 2]
  const out = new Float32Array(8);
  const scaler = { method: "x", center: [[1, 2], [3, 4]], scale: [[1, 10], [100, 1000]] }; // [sensor][channel]
  scaleWindow(raw, scaler, 2, out);
  assert.deepEqual([...out], [0, 1, 0, 100, 30, 40, 3000, 4000]);
});

Deno.test("selfTest() passes for the expected values and fails for shifted or NaN ones", async () => {
  const bundle = await readBundle(await sampleBundle());
  const tolerance = { maxAbs: 1e-4, codeAgreement: 1 };
  const device = (change: (v: number) => number) => {
    let i = 0;
    return () => Promise.resolve(bundle.golden.device.subarray(3 * i, 3 * ++i).map(change));
  };
  const same = await selfTest(bundle, device((v) => v), tolerance);
  assert.deepEqual([same.passed, same.maxAbsError, same.codeAgreement, same.labelAgreement], [true, 0, 1, 1]);
  const shifted = await selfTest(bundle, device((v) => v + 1), tolerance);
  assert.equal(shifted.passed, false);
  assert.ok(Math.abs(shifted.maxAbsError - 1) < 1e-6 && shifted.codeAgreement! < 0.5);
  const broken = await selfTest(bundle, device(() => NaN), { maxAbs: 9, codeAgreement: 0 });
  assert.equal(broken.passed, false);
});
