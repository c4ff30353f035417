import assert from "node:assert/strict";
import { join } from "node:path";
import { quantizedTolerance } from "../../../lib/hailo/device/quantized_tolerance.ts";
import { sampleBundle, withFolder, writeSampleBundle } from "../sample_bundle.ts";

const factsOf = async (bundle: string) =>
  JSON.parse(await Deno.readTextFile(join(bundle, "selftest/selftest.json")));

Deno.test("quantizedTolerance() asks of a device what 8 bits reach on the same windows, less an eighth", async () => {
  const bundle = await sampleBundle();
  const { int8, n, codes } = await factsOf(bundle);
  assert.equal(codes.length, n);
  assert.ok(int8.code_agreement > 0 && int8.code_agreement <= 1 && Number.isInteger(int8.code_agreement * n));
  assert.deepEqual(await quantizedTolerance({ bundle }), {
    maxAbs: 1,
    codeAgreement: int8.code_agreement - 0.125,
  });
  const given = { bundle, maxAbsError: 0.5, minCodeAgreement: 0.9 };
  assert.deepEqual(await quantizedTolerance(given), { maxAbs: 0.5, codeAgreement: 0.9 });
});

Deno.test("quantizedTolerance() of a latent without codes goes by the estimate's error, of an older bundle by a constant", async () => {
  await withFolder(async (bundle) => {
    await writeSampleBundle(bundle, { levels: null });
    const facts = await factsOf(bundle);
    assert.equal(facts.int8.code_agreement, null);
    assert.ok(facts.int8.max_abs_error > 0);
    assert.equal((await quantizedTolerance({ bundle })).maxAbs, 4 * facts.int8.max_abs_error);
    delete facts.int8;
    await Deno.writeTextFile(join(bundle, "selftest/selftest.json"), JSON.stringify(facts));
    assert.deepEqual(await quantizedTolerance({ bundle }), { maxAbs: 1, codeAgreement: 0.75 });
  });
});
