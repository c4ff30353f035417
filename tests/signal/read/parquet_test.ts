/**
 * table.parquet was written by hyparquet-writer 0.6.1: 40 rows of when (timestamp, every 20 ms), ax = i/4 (float),
 * ay = −i (double), az = i² (int32), who (ann, then bob from row 20), activity (walk, null in the second half of each).
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readParquet } from "../../../lib/signal/read/parquet.ts";

const path = fileURLToPath(new URL("../../reference/table.parquet", import.meta.url));
const options = { missing: "error", maxGap: 0.2, minSeconds: 0, short: "error", unsorted: "error" } as const;

Deno.test("readParquet() reads numbers of any type, dates, texts and nulls", async () => {
  const { recordings: set } = await readParquet([path], {
    ...options,
    sensors: { hip: ["ax", "ay", "az"] },
    time: "when",
    subject: "who",
    label: "activity",
  });
  assert.equal(set.rate, 50);
  assert.deepEqual(set.triads, [[0, 1, 2]]);
  assert.deepEqual(set.labelNames, ["walk"]);
  assert.deepEqual(set.recordings.map((r) => [r.id, r.subject, r.samples]), [
    ["table.ann", "ann", 20],
    ["table.bob", "bob", 20],
  ]);
  const [, bob] = set.recordings;
  assert.deepEqual([...bob.data.subarray(0, 6)], [5, -20, 400, 5.25, -21, 441]);
  assert.deepEqual([bob.labels[9], bob.labels[10]], [0, -1]);
});

Deno.test("readParquet() refuses a column of text, a missing column and what is no Parquet file", async () => {
  const rate = 50;
  await assert.rejects(
    readParquet([path], { ...options, rate, sensors: { s: ["who"] } }),
    /table\.parquet:1: Cannot read who: it holds no numbers/,
  );
  await assert.rejects(
    readParquet([path], { ...options, rate, sensors: { s: ["axx"] } }),
    /Did you mean "ax"/,
  );
  const file = await Deno.makeTempFile({ suffix: ".parquet" });
  await Deno.writeTextFile(file, "no");
  await assert.rejects(readParquet([file], { ...options, rate }), {
    name: "InputError",
    message: /Cannot read Parquet/,
  });
  await Deno.remove(file);
});

Deno.test("readParquet() names the conversion of a codec that it lacks", async () => {
  const bytes = await Deno.readFile(path);
  // The codec of column ax in the footer: behind its path, field 4 of its metadata; 14 is LZ4_RAW in zigzag.
  const name = [0x19, 0x18, 0x02, 0x61, 0x78, 0x15];
  const at = bytes.findIndex((_, i) => name.every((b, k) => bytes[i + k] === b));
  assert(at > 0);
  bytes[at + name.length] = 14;
  const copy = await Deno.makeTempFile({ suffix: ".parquet" });
  await Deno.writeFile(copy, bytes);
  await assert.rejects(readParquet([copy], { ...options, rate: 50, sensors: { hip: ["ax"] } }), {
    name: "InputError",
    message: /LZ4_RAW\n.*to_parquet\(path, compression="zstd"\)/,
  });
  await Deno.remove(copy);
});
