import assert from "node:assert/strict";
import { seal, unseal } from "../../../lib/engine/system/seal.ts";

Deno.test("unseal() gives back what was sealed, whatever its length", () => {
  for (const text of ["", "a", "ab", "abc", "abcd", "abcde", "ü€ 🙂", "x".repeat(10_000)]) {
    assert.equal(unseal(seal(text)), text);
  }
});

Deno.test("unseal() refuses any flipped bit, two exchanged bytes, a cut and an empty file", () => {
  const text = '{"key":"0123456789abcdef","size":12}';
  const whole = seal(text);
  for (let bit = 0; bit < 8 * whole.length; bit++) {
    const bytes = whole.slice();
    bytes[bit >> 3] ^= 1 << (bit & 7);
    assert.throws(() => unseal(bytes), /damaged/, `bit ${bit}`);
  }
  for (let at = 8; at + 1 < whole.length; at++) {
    const bytes = whole.slice();
    [bytes[at], bytes[at + 1]] = [bytes[at + 1], bytes[at]];
    if (bytes[at] !== bytes[at + 1]) assert.throws(() => unseal(bytes), /damaged/);
  }
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => unseal(whole.slice(0, length)), /damaged/, `${length} bytes`);
  }
});
