import assert from "node:assert/strict";
import fc from "fast-check";
import { Lines, longestLine } from "../../lib/stream/lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (found: (Uint8Array | null)[]) => found.map((line) => line && new TextDecoder().decode(line));

Deno.test("Lines cuts as a split by all three line ends does, wherever the pieces break", () => {
  const piece = fc.string({ unit: fc.constantFrom("a", "b", ",", "\n", "\r", "\r\n"), maxLength: 8 });
  fc.assert(fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
    const lines = new Lines();
    const got = [...pieces.flatMap((piece) => texts(lines.take(bytes(piece)))), ...texts(lines.end())];
    const want = pieces.join("").split(/\r\n|\r|\n/);
    if (want.at(-1) === "") want.pop();
    assert.deepEqual(got, want);
  }));
});

Deno.test("Lines gives null for a line that is too long, and goes on behind it", () => {
  const lines = new Lines();
  assert.deepEqual(texts(lines.take(bytes("x".repeat(longestLine)))), []);
  assert.deepEqual(texts(lines.take(bytes("x\rnext\r\nlast"))), [null, "next"]);
  assert.deepEqual(texts(lines.end()), ["last"]);
});
