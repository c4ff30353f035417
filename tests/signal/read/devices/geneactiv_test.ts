import assert from "node:assert/strict";
import { geneactiv } from "../../../../lib/signal/read/devices/geneactiv.ts";
import { decodeAll } from "./decode_all.ts";
import { makeGeneactiv } from "./make_device_files.ts";

const noon = Date.UTC(2026, 2, 4, 12) / 1000;
const pages = (count: number) =>
  Array.from({ length: count }, (_, k) => ({
    begin: noon + 3 * k,
    counts: Array.from({ length: 300 }, (_, i) => [i, -i, 256]),
  }));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("a GENEActiv file gives g by gain and offset, page by page", () => {
  const file = makeGeneactiv(pages(3), { gain: 25_000, offset: 500, head: "Subject Code:anna\r\n" });
  const { signal, values, samples } = decodeAll(geneactiv, file);
  assert.equal(samples, 900);
  assert.deepEqual(
    [...values.subarray(6, 9)],
    [200, -200, 25_600].map((v) => Math.fround((v - 500) / 25_000)),
  );
  assert.deepEqual([...signal.blocks.begin], [noon, noon + 3, noon + 6]);
  assert.deepEqual([signal.rate, signal.subject], [100, "anna"]);
  assert.deepEqual(signal.facts, { serial: "000042", time_zone: "GMT +01:00" });
});

Deno.test("numbers with a comma and lower-case digits are read", () => {
  const { signal, samples } = decodeAll(
    geneactiv,
    bytes(
      text(makeGeneactiv(pages(1), { rate: "85,7" })).toLowerCase()
        .replace("device identity", "Device Identity").replace("recorded data", "Recorded Data"),
    ),
  );
  assert.deepEqual([signal.rate, samples], [85.7, 300]);
});

Deno.test("a page that is cut off, has other digits or no time is left out and named", () => {
  const parts = text(makeGeneactiv(pages(6))).split(/(?=Recorded Data)/);
  parts[2] = parts[2].replace("0ff", "0zf").replace("0FF", "0ZF");
  parts[4] = parts[4].replace(/Page Time:.*/, "Page Time:never");
  const whole = bytes(parts.join(""));
  const { signal, samples } = decodeAll(geneactiv, whole.subarray(0, whole.length - 100));
  assert.equal(samples, 900);
  assert.deepEqual(signal.notes, ["Pages that are broken or cut off were left out as gaps: 1, 3, 5 of 6"]);
});

Deno.test("a page whose time no clock shows is left out, not read at another time", () => {
  for (const time of ["2026-03-04 12:99:03:000", "2026-02-30 12:00:03:000", "2026-13-04 12:00:03:000"]) {
    const parts = text(makeGeneactiv(pages(3))).split(/(?=Recorded Data)/);
    parts[2] = parts[2].replace(/Page Time:.*/, `Page Time:${time}`);
    const { signal } = decodeAll(geneactiv, bytes(parts.join("")));
    assert.deepEqual([...signal.blocks.begin], [noon, noon + 6], time);
  }
});

Deno.test("pages out of order are sorted by their numbers, and one that stands twice is read once", () => {
  const [head, a, b, c] = text(makeGeneactiv(pages(3))).split(/(?=Recorded Data)/);
  const { signal, values } = decodeAll(geneactiv, bytes([head, a, c, b, b].join("")));
  assert.deepEqual([...signal.blocks.begin], [noon, noon + 3, noon + 6]);
  assert.deepEqual(values, decodeAll(geneactiv, makeGeneactiv(pages(3))).values);
  assert.deepEqual(signal.notes, [
    "Pages stood out of order and were sorted by their numbers",
    "Pages that stood twice were read once: 1",
  ]);
});

Deno.test("a page that is cut off between two samples is read as far as it goes, and named", () => {
  const { signal, samples } = decodeAll(geneactiv, makeGeneactiv(pages(2)).subarray(0, -50));
  assert.equal(samples, 596);
  assert.deepEqual(signal.notes, ["Pages with fewer than 300 samples, as where a file is cut off: 1"]);
});

for (
  const [what, file, message] of [
    ["no pages", makeGeneactiv([]), /no page of samples/],
    [
      "no calibration",
      bytes(text(makeGeneactiv(pages(1))).replace("y gain:25600", "")),
      /gain and offset of axis y/,
    ],
    ["a gain of zero", makeGeneactiv(pages(1), { gain: 0 }), /gain and offset of axis x/],
    ["pages that are all cut off", makeGeneactiv(pages(1)).subarray(0, -51), /none of its pages is whole/],
  ] as const
) {
  Deno.test(`GENEActiv files are refused: ${what}`, () => {
    assert.throws(() => decodeAll(geneactiv, file), { name: "InputError", message });
  });
}
