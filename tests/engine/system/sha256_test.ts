import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { sha256 } from "../../../lib/engine/system/sha256.ts";

const reference = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

Deno.test("sha256() equals the runtime's own hash at every length around a block's end", () => {
  for (let n = 0; n < 200; n++) {
    const bytes = Uint8Array.from({ length: n }, (_, i) => (i * 37 + n) & 255);
    assert.equal(sha256(bytes), reference(bytes));
    assert.equal(sha256(bytes.subarray(n >> 1)), reference(bytes.subarray(n >> 1)));
  }
});

Deno.test("sha256() equals the runtime's own hash for any text", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 500 }), (text) => {
    assert.equal(sha256(text), reference(text));
  }));
  const long = "ä motif €".repeat(50_000);
  assert.equal(sha256(long), reference(long));
});
