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

// FIPS 180-4 examples and NIST's SHAVS: https://csrc.nist.gov/projects/cryptographic-algorithm-validation-program.
Deno.test("sha256() gives the digests that NIST publishes", () => {
  const vectors: [text: string, digest: string][] = [
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    [
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
    ],
    ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ];
  for (const [text, digest] of vectors) assert.equal(sha256(text), digest, text.slice(0, 60));
});

Deno.test("sha256() passes NIST's Monte Carlo test", () => {
  let seed = "6d1e72ad03ddeb5de891e572e2396f8da015d899ef0e79503152d6010a3fe691";
  const checkpoints = new Map<number, string>();
  for (let count = 0; count < 100; count++) {
    let [a, b, c] = [seed, seed, seed];
    for (let i = 0; i < 1000; i++) [a, b, c] = [b, c, sha256(Uint8Array.fromHex(a + b + c))];
    checkpoints.set(count, seed = c);
  }
  assert.equal(checkpoints.get(0), "e93c330ae5447738c8aa85d71a6c80f2a58381d05872d26bdd39f1fcd4f2b788");
  assert.equal(checkpoints.get(99), "6a912ba4188391a78e6f13d88ed2d14e13afce9db6f7dcbf4a48c24f3db02778");
});

Deno.test("sha256() equals the runtime's own hash for any bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1000 }), (bytes) => {
    assert.equal(sha256(bytes), reference(bytes));
  }));
});
