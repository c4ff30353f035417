import assert from "node:assert/strict";
import { unzipSync, zipSync } from "fflate";
import { actigraph } from "../../../../lib/signal/read/devices/actigraph.ts";
import { decodeAll } from "./decode_all.ts";
import {
  concatenated,
  type LogRecord,
  makeGt3x,
  makeRecord,
  sixteenBits,
  twelveBits,
} from "./make_device_files.ts";

const start = 1_600_000_000;
const counts = (from: number, n = 30) => Array.from({ length: n }, (_, i) => [from + i, -i, 256]);
const second = (k: number, type: 0 | 26 = 26): LogRecord => ({
  type,
  second: start + k,
  payload: type === 0 ? twelveBits(counts(k)) : sixteenBits(counts(k)),
});
const firstAxis = (values: Float32Array) =>
  [...values].filter((_, i) => i % 3 === 0).map((v) => Math.round(v * 256));
const wanted = (...seconds: number[]) => seconds.flatMap((k) => counts(k).map(([x]) => x));

for (const type of [0, 26] as const) {
  Deno.test(`a log of records of type ${type} gives x, y, z in g, a second each`, () => {
    const { signal, values } = decodeAll(actigraph, makeGt3x({ log: [second(0, type), second(1, type)] }));
    assert.deepEqual(firstAxis(values), wanted(0, 1));
    assert.deepEqual([...values.subarray(3, 6)], [1 / 256, -1 / 256, 1]);
    assert.deepEqual([...signal.blocks.begin], [start, start + 1]);
    assert.deepEqual([signal.rate, signal.subject, signal.device], [30, "anna", "ActiGraph Link"]);
    assert.deepEqual(signal.notes, []);
  });
}

Deno.test("records of other kinds, a connection and zeros between records are no samples", () => {
  const log = concatenated([
    makeRecord({ type: 6, second: start, payload: new TextEncoder().encode("{}") }),
    makeRecord(second(0)),
    new Uint8Array(5),
    makeRecord({ type: 26, second: start + 1, payload: new Uint8Array(1) }),
    makeRecord({ type: 25, second: start + 1, payload: new Uint8Array(1800) }),
    makeRecord(second(1)),
  ]);
  const { signal, values } = decodeAll(actigraph, makeGt3x({ bytes: log }));
  assert.deepEqual(firstAxis(values), wanted(0, 1));
  assert.deepEqual(signal.notes, ["Only acceleration is read; records of other sensors were left out: 1"]);
});

Deno.test("of a log and samples of the older kind in one archive that is read which holds samples, and the other is named", () => {
  const both = (log: readonly LogRecord[]) =>
    zipSync({
      ...unzipSync(makeGt3x({ log })),
      ...unzipSync(makeGt3x({ activity: twelveBits(counts(7)) })),
    }) as Uint8Array<ArrayBuffer>;
  const event: LogRecord = { type: 6, second: start, payload: new TextEncoder().encode("{}") };
  const older = decodeAll(actigraph, both([event]));
  assert.deepEqual([firstAxis(older.values), older.signal.notes], [wanted(7), []]);
  const newer = decodeAll(actigraph, both([event, second(0)]));
  assert.deepEqual(firstAxis(newer.values), wanted(0));
  assert.match(newer.signal.notes.join(), /^activity\.bin was not read: log\.bin holds samples/);
});

Deno.test("broken records are left out and named, and reading goes on behind them", () => {
  const broken = makeRecord(second(1));
  broken[20] ^= 4;
  const lying = makeRecord(second(3));
  new DataView(lying.buffer).setUint16(6, 60_000, true);
  const log = concatenated([
    makeRecord(second(0)),
    broken,
    makeRecord(second(2)),
    lying,
    makeRecord(second(4)),
  ]);
  const { signal, values } = decodeAll(actigraph, makeGt3x({ bytes: log }));
  assert.deepEqual(firstAxis(values), wanted(0, 2, 4));
  assert.deepEqual(signal.notes, [
    "Records that are broken (checksum or length) were left out as gaps: 2, the first after 2020-09-13 12:26:40",
  ]);
});

Deno.test("the older stream of 12 bits begins at the start date and has 341 counts per g", () => {
  const activity = twelveBits(counts(0, 3001));
  const file = makeGt3x({ activity }, { "Serial Number": "NEO1", "Acceleration Scale": "" });
  const { signal, values, samples } = decodeAll(actigraph, file);
  assert.equal(samples, 3001);
  assert.deepEqual([...signal.blocks.begin], [start, start + 40, start + 80]);
  assert.equal(values[3 * 2500], Math.fround(((2500 << 20) >> 20) / 341));
});

const info = (text: string) => zipSync({ "info.txt": new TextEncoder().encode(text) });
for (
  const [what, bytes, message] of [
    ["no archive", new TextEncoder().encode("PK but not more"), /no zip directory/],
    ["an archive of something else", zipSync({ "a.txt": new Uint8Array(3) }), /no info.txt/],
    ["no samples", makeGt3x({ log: [] }), /log.bin holds no samples/],
    [
      "neither kind of samples",
      info("Sample Rate: 30\nStart Date: 637755981000000000\nSerial Number: MOS2"),
      /neither/,
    ],
    ["no rate", makeGt3x({ log: [second(0)] }, { "Sample Rate": "x" }), /Sample Rate "x"/],
    [
      "an unknown scale",
      makeGt3x({ log: [second(0)] }, { "Serial Number": "ABC", "Acceleration Scale": "" }),
      /"ABC"/,
    ],
    ["an archive that is cut off", makeGt3x({ log: [second(0)] }).subarray(0, 300), /zip directory/],
    [
      "a bomb",
      zipSync({ "info.txt": new Uint8Array(1), "log.bin": new Uint8Array(1 << 26) }, { level: 9 }),
      /Sample Rate/,
    ],
    ["a bomb with a head", makeGt3x({ bytes: new Uint8Array(1 << 26) }), /claims to hold 67108864 bytes/],
  ] as const
) {
  Deno.test(`ActiGraph files are refused: ${what}`, () => {
    assert.throws(() => decodeAll(actigraph, bytes), { name: "InputError", message });
  });
}
