import assert from "node:assert/strict";
import type { Codes } from "../../lib/artifacts/codes.ts";
import { windowTable as pieces } from "../../lib/temporal/window_table.ts";
import { makeWindows } from "./fixtures.ts";

const textOf = (pieces: Iterable<Uint8Array<ArrayBuffer>>) => {
  const decoder = new TextDecoder();
  return [...pieces].map((piece) => decoder.decode(piece, { stream: true })).join("");
};
const windowTable = (...table: Parameters<typeof pieces>) => textOf(pieces(...table));
const windows = makeWindows([{ subject: "a", samples: 20 }]);
const motifs = {
  k: 2,
  labels: Int32Array.of(1, -1, 0),
  points: Uint32Array.of(1, 0, 0),
  posterior: Float32Array.of(0.75, 0.25, 0.123456789, 0.876543211),
};
const behaviours = { labels: Int32Array.of(0, 1, -1), names: ['say "a, b"', "rest"] };

Deno.test("windowTable() has a row for each window, with quoted names, digits and the posterior of its motif", () => {
  const codes = { codes: Uint32Array.of(5, 7, 5), levels: [3, 3], details: {} } as unknown as Codes;
  assert.deepEqual(windowTable(windows, motifs, codes, behaviours).split("\n"), [
    "recording,start_s,end_s,code,digits,motif,confidence,behaviour,name",
    'r0,0,0.2,5,2 1,1,0.876543,0,"say ""a, b"""',
    "r0,0.1,0.3,7,1 2,-1,,1,rest",
    "r0,0.2,0.4,5,2 1,0,0.75,-1,unassigned",
    "",
  ]);
});

Deno.test("windowTable() leaves code and digits empty without codes", () => {
  const [, first] = windowTable(windows, motifs, undefined, behaviours).split("\n");
  assert.equal(first, 'r0,0,0.2,,,1,0.876543,0,"say ""a, b"""');
});

Deno.test("windowTable() quotes names of recordings that hold a comma", () => {
  const [recording] = windows.recordings.recordings;
  const odd = {
    ...windows,
    recordings: { ...windows.recordings, recordings: [{ ...recording, id: "cage 1, day 2" }] },
  };
  const lines = windowTable(odd, motifs, undefined, behaviours).split("\n");
  assert.equal(lines[2], '"cage 1, day 2",0.1,0.3,,,-1,,1,rest');
});

Deno.test("windowTable() comes in pieces of about a megabyte, as often as it is asked for", () => {
  const many = makeWindows([{ subject: "a", samples: 500_000 }]);
  const n = many.start.length;
  const labels = new Int32Array(n);
  const own = { ...motifs, labels, points: new Uint32Array(n) };
  const table = pieces(many, own, undefined, { labels, names: ["é"] });
  const sizes = [...table].map(({ length }) => length);
  assert.deepEqual(sizes.map((size) => size >> 20), [1, 1, 0]);
  const lines = textOf(table).split("\n");
  assert.equal(lines.length, n + 2);
  assert.deepEqual(lines.slice(-2), ["r0,9999.8,10000,,,0,0.75,0,é", ""]);
});
