import assert from "node:assert/strict";
import { parseBytes } from "../../lib/cli/workflow_file.ts";
import { bytes, clip, count, duration, number, printable, shellWord, table } from "../../lib/cli/format.ts";

Deno.test("duration() changes its unit where people do", () => {
  assert.deepEqual([0, 0.04, 9.94, 9.96, 59.4, 59.6, 200, 3599.6, 7500].map(duration), [
    "0.0 s",
    "0.0 s",
    "9.9 s",
    "10 s",
    "59 s",
    "1 min 0 s",
    "3 min 20 s",
    "1 h 0 min",
    "2 h 5 min",
  ]);
});

Deno.test("T262 bytes() and number() keep few digits", () => {
  assert.deepEqual([0, 999, 1500, 27_500_000, 3e15].map(bytes), [
    "0 B",
    "999 B",
    "1.5 KB",
    "28 MB",
    "3000 TB",
  ]);
  assert.deepEqual([3, 0.93451, 12.3456, 0.00001234, 2e12 + 0.5, -1.5, 0].map(number), [
    "3",
    "0.9345",
    "12.35",
    "1.234e-5",
    "2.000e+12",
    "-1.5",
    "0",
  ]);
});

Deno.test("table() aligns by what shows, not by colour codes", () => {
  assert.equal(table([["\x1b[31mab\x1b[39m", "x"], ["abcd", "y"]]), "\x1b[31mab\x1b[39m    x\nabcd  y");
  assert.equal(table([]), "");
});

Deno.test("shellWord() quotes what a shell would take apart", () => {
  assert.deepEqual(["w.yaml", "levels=[8,6,5]", "a b", "it's", "$(rm)", "", "x=1"].map(shellWord), [
    "w.yaml",
    "'levels=[8,6,5]'",
    "'a b'",
    "'it'\\''s'",
    "'$(rm)'",
    "''",
    "x=1",
  ]);
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
