import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { readFiles } from "../read_files.ts";

/** Rows whose labels have line ends, quotes and letters beyond ASCII, so that no place is good to cut a file at. */
const words = ['"a\nb"', '"say ""so"", \n then"', "Stühle", "walk", '"x,y"'];
const count = 400_000;
const row = (i: number) =>
  `${i * 20},${(i % 997) / 8},${i % 50},-0.${1000 + i % 900},${words[Math.floor(i / 300) % 5]}`;
const long = `t,x,y,z,label\n${Array.from({ length: count }, (_, i) => row(i)).join("\n")}`;
const padded = long.replaceAll("\n-", "\n -");

Deno.test("a file that is read in pieces is what it is as a whole", async () => {
  // Blanks before the first cell do not count, and make the file longer than what is read at once.
  const text = padded.replace(/\n(?=\d+,)/g, `\n${" ".repeat(24)}`);
  assert(text.length > 17e6);
  const options = { time: "t", label: "label", sensors: { hip: ["x", "y", "z"] } };
  const { recordings: pieces } = await readFiles({ "a.csv": text }, options);
  const { recordings: whole } = await readFiles({ "a.csv.gz": gzipSync(text, { level: 1 }) }, options);
  assert.equal(pieces.recordings[0].samples, count);
  assert.deepEqual(pieces.labelNames, whole.labelNames);
  assert.equal(pieces.labelNames.length, 5);
  assert.deepEqual(pieces.recordings[0].data, whole.recordings[0].data);
  assert.deepEqual(pieces.recordings[0].labels, whole.recordings[0].labels);

  const bytes = new TextEncoder().encode(text);
  bytes[bytes.length - 3] = 0xff;
  const lines = text.split("\n").length;
  await assert.rejects(readFiles({ "a.csv": bytes }, options), {
    name: "InputError",
    message: new RegExp(`^a\\.csv:${lines}: Cannot read table: a character is not UTF-8`),
  });
});
