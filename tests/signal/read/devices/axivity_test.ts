import assert from "node:assert/strict";
import { axivity } from "../../../../lib/signal/read/devices/axivity.ts";
import { decodeAll } from "./decode_all.ts";
import { type CwaBlock, type CwaFile, makeCwa, setChecksum } from "./make_device_files.ts";

const noon = Date.UTC(2026, 2, 4, 12) / 1000;

/** Ten samples a block, whose x counts up, at 100 Hz. */
const blocks = (count: number, counts: (i: number) => number[] = (i) => [i, -i, 256]): CwaBlock[] =>
  Array.from({ length: count }, (_, k) => ({
    begin: noon + k / 10,
    sequence: k,
    counts: Array.from({ length: 10 }, (_, i) => counts(10 * k + i)),
  }));

const open = (file: CwaFile) => decodeAll(axivity, makeCwa({ fractions: true, ...file }));
const near = (a: ArrayLike<number>, b: ArrayLike<number>, most: number) =>
  Array.from(a).forEach((v, i) => assert(Math.abs(v - b[i]) <= most, `${v} is not ${b[i]} at ${i}`));

Deno.test("an AX3 file gives packed counts in g, times and what the device was told", () => {
  const { signal, values } = open({ blocks: blocks(3), annotation: "_p=left+wrist&_sc=anna" });
  assert.deepEqual([signal.device, signal.rate, signal.subject], ["Axivity AX3", 100, "anna"]);
  assert.deepEqual(signal.facts, { serial: 4711, place: "left wrist" });
  assert.deepEqual([signal.channels, signal.units], [["acc_x", "acc_y", "acc_z"], ["g", "g", "g"]]);
  near(values, Array.from({ length: 30 }, (_, i) => [i / 256, -i / 256, 1]).flat(), 0);
  near(signal.blocks.begin, [noon, noon + 0.1, noon + 0.2], 1 / 32768);
  assert.deepEqual(signal.notes, []);
});

Deno.test("an AX3 file's common exponent carries numbers of up to 16 g", () => {
  const { values } = open({ blocks: blocks(1, () => [4088, -4096, 8]) });
  assert.deepEqual([...values.subarray(0, 3)], [4088 / 256, -16, 8 / 256]);
});

Deno.test("an AX6 file gives acceleration before rotation, each by its own scale", () => {
  const { signal, values } = open({
    blocks: blocks(2, (i) => [100 + i, -100, 32767, 4096, -4096, i]),
    axes: 6,
    scale: [4, 2],
  });
  assert.equal(signal.device, "Axivity AX6");
  assert.deepEqual(signal.units, ["g", "g", "g", "deg/s", "deg/s", "deg/s"]);
  const dps = 2000 / 32768;
  near(values.subarray(0, 6), [1, -1, 0, 100 * dps, -100 * dps, 32767 * dps], 1e-3);
  near(values.subarray(6, 12), [1, -1, 1 / 4096, 101 * dps, -100 * dps, 32767 * dps], 1e-3);
  near(signal.scale!, [1 / 4096, 1 / 4096, 1 / 4096, dps, dps, dps], 0);
});

for (const fractions of [false, true]) {
  for (const stampAt of [0, 4, 9]) {
    Deno.test(`times hold at sample ${stampAt} of a block, ${fractions ? "with" : "without"} fractions`, () => {
      // Without a fraction stamps are whole seconds: a block a second.
      const own = blocks(3).map((block, k) => ({
        ...block,
        begin: noon + k + (fractions ? 0.25 : 0) - stampAt / 100,
      }));
      const { signal } = open({ blocks: own, stampAt, fractions });
      near(signal.blocks.begin, own.map(({ begin }) => begin), 1.01 / 32768);
    });
  }
}

Deno.test("broken blocks are left out and named, by checksum, mark and number of samples", () => {
  const bytes = makeCwa({ blocks: blocks(8), fractions: true });
  bytes[1024 + 512 + 100] ^= 1;
  bytes[1024 + 2 * 512] = 0;
  const tooMany = bytes.subarray(1024 + 5 * 512, 1024 + 6 * 512);
  new DataView(tooMany.buffer, tooMany.byteOffset).setUint16(28, 121, true);
  setChecksum(tooMany);
  const { signal, samples } = decodeAll(axivity, bytes);
  assert.equal(samples, 50);
  assert.deepEqual(signal.notes, [
    "Blocks that are broken (checksum or content) were left out as gaps: 1 to 2, 5 of 8",
  ]);
});

Deno.test("blocks out of order are sorted by their numbers, and those that stand twice are read once", () => {
  const [a, b, c] = blocks(3);
  const { signal, values } = open({ blocks: [a, c, b, c] });
  assert.deepEqual([...values].filter((_, i) => i % 3 === 0), Array.from({ length: 30 }, (_, i) => i / 256));
  assert.equal(signal.notes.length, 2);
});

Deno.test("blocks that are numbered anew are not taken for the same ones again", () => {
  const anew = blocks(4).map((b, k) => ({ ...b, begin: b.begin + (k < 2 ? 0 : 600), sequence: k % 2 }));
  const { signal, samples } = open({ blocks: anew });
  assert.equal(samples, 40);
  near(signal.blocks.begin, anew.map(({ begin }) => begin), 1 / 32768);
  assert.match(signal.notes.join(), /other times have the same numbers/);
});

Deno.test("blocks of another session and bytes behind the last block are left out and named", () => {
  const own = blocks(4);
  own[1].session = 7;
  const bytes = makeCwa({ blocks: own, fractions: true });
  const { signal, samples } = decodeAll(axivity, bytes.subarray(0, bytes.length - 12));
  assert.equal(samples, 20);
  assert.deepEqual(signal.notes, [
    "Blocks of another session were left out: 1 of 3",
    "The file is cut off within a block: its last 500 bytes were left out",
  ]);
});

Deno.test("blocks before which the header is missing are all read, and one of 30 February is left out", () => {
  const file = makeCwa({ fractions: true, blocks: blocks(4) });
  const odd = file.subarray(1024 + 512 * 2, 1024 + 512 * 3);
  const view = new DataView(odd.buffer, odd.byteOffset);
  view.setUint32(14, 26 << 26 | 2 << 22 | 30 << 17 | 12 << 12, true);
  setChecksum(odd);
  const { signal, values } = decodeAll(axivity, file.slice(1024));
  near(signal.blocks.begin, [noon, noon + 0.1, noon + 0.3], 1 / 32768);
  assert.equal(values[0], 0);
  assert.match(signal.notes.join(), /header is missing.*: 2 of 4/);
});

Deno.test("a broken header does not hide whole blocks, and a header of another rate is not believed", () => {
  const bytes = makeCwa({ blocks: blocks(2), fractions: true });
  bytes.fill(0, 0, 1024);
  bytes[0] = 0x41;
  assert.equal(decodeAll(axivity, bytes).samples, 20);
  const { signal } = open({ blocks: blocks(2), headerHalvings: 6 });
  assert.equal(signal.rate, 100);
  assert.match(signal.notes[0], /header says 50 Hz, the blocks 100 Hz/);
});

for (
  const [what, bytes, message] of [
    ["a header alone", makeCwa({ blocks: [] }), /1024 bytes and no block/],
    [
      "blocks that are all broken",
      makeCwa({ blocks: blocks(2) }).fill(9, 1024),
      /none of its 2 blocks is whole/,
    ],
  ] as const
) {
  Deno.test(`Axivity files are refused: ${what}`, () => {
    assert.throws(() => decodeAll(axivity, bytes), { name: "InputError", message });
  });
}
