import assert from "node:assert/strict";
import { digitInformation } from "../../../lib/metrics/scores/digit_information.ts";
import { Random } from "../../../lib/random.ts";

Deno.test("T150 digitInformation() gives the mutual information of each digit with the label by hand", () => {
  // Digit and label agree in three of four windows: I = 1 − H(1/4) bits.
  const codes = [0, 0, 0, 1, 1, 1, 1, 0], labels = [0, 0, 0, 0, 1, 1, 1, 1];
  const [first, second] = digitInformation(codes, labels, [4, 3]);
  const expected = 1 + 0.25 * Math.log2(0.25) + 0.75 * Math.log2(0.75);
  assert.ok(Math.abs(first.mutualInformationBits - expected) < 1e-12);
  assert.ok(Math.abs(first.normalized! - expected) < 1e-12);
  assert.deepEqual([second.mutualInformationBits, second.entropyBits], [0, 0]);
  assert.equal(digitInformation([0, 1], [2, 2], [4])[0].normalized, null);
  assert.throws(() => digitInformation([0], [0, 1], [4]), /1 codes and 2 labels/);
});

Deno.test("digitInformation() of unrelated labels is about its bias", () => {
  const rng = new Random(1), n = 4000;
  const draw = (k: number) => Array.from({ length: n }, () => rng.below(k));
  const [{ mutualInformationBits, biasBits }] = digitInformation(draw(8), draw(10), [8]);
  assert.ok(Math.abs(biasBits - 63 / (8000 * Math.LN2)) < 1e-12);
  assert.ok(mutualInformationBits > biasBits / 2 && mutualInformationBits < biasBits * 2);
});
