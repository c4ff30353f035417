import assert from "node:assert/strict";
import { parseBytes } from "../../../lib/cli/flags.ts";
import { clip } from "../../../lib/text/clip.ts";
import { printable, table } from "../../../lib/cli/terminal/format.ts";
import { count } from "../../../lib/text/numbers.ts";

Deno.test("table() aligns by what shows, not by colour codes", () => {
  assert.equal(table([["\x1b[31mab\x1b[39m", "x"], ["abcd", "y"]]), "\x1b[31mab\x1b[39m    x\nabcd  y");
  assert.equal(table([]), "");
});

Deno.test("clip() and count() read well", () => {
  assert.equal(clip("behaviour", 5), "beha…");
  assert.equal(clip("short", 5), "short");
  assert.deepEqual([count(0, "step"), count(1, "step"), count(2, "entry", "entries")], [
    "0 steps",
    "1 step",
    "2 entries",
  ]);
});

Deno.test("parseBytes() reads sizes and refuses other words", () => {
  assert.deepEqual(["0", "12", "1.5KB", "20GB", "3 tb"].map(parseBytes), [0, 12, 1500, 2e10, 3e12]);
  for (const text of ["", "big", "-1", "1XB"]) assert.throws(() => parseBytes(text), /It must be a size/);
});

Deno.test("printable() keeps a step from moving the cursor", () => {
  assert.equal(printable("a\x1b[31mred\x1b[0m\x1b]0;title\x07b\rc\td\u202ee\x00\n"), "aredb\nc d e \n");
});
