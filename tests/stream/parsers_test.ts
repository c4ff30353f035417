import assert from "node:assert/strict";
import fc from "fast-check";
import { Lines, longestLine } from "../../lib/stream/lines.ts";
import { parserFor, type SampleFormat } from "../../lib/stream/parsers.ts";
import { type Incoming, sampleLayout } from "../../lib/stream/sample_parser.ts";

const encoder = { sensors: ["waist", "wrist"], channels: ["ax", "ay"] };
const bytes = (text: string) => new TextEncoder().encode(text);

/** What a parser finds in bytes that come in pieces of `step`. */
function read(
  format: SampleFormat,
  data: Uint8Array,
  step = 7,
  time?: string,
  columns?: string[],
) {
  const parser = parserFor(format, sampleLayout(encoder, "stdin", { time, columns }));
  const out: Incoming[] = [];
  for (let i = 0; i < data.length; i += step) out.push(...parser.take(data.slice(i, i + step)));
  return [...out, ...parser.end()];
}

const brief = (found: Incoming[]) =>
  found.map((f) => "error" in f ? f.error.message : [...f.values, ...(f.time === null ? [] : [f.time])]);

Deno.test("parserFor() reads CSV by the names of its columns, in any order, with columns to pass over", () => {
  const text =
    "t,wrist.ay,wrist_ax,waist.ay,waist.ax,label\r\n0,4,3,2,1,walk\n\n# note\n0.02,-4,3e1,2.5,1,walk";
  const expected = [[1, 2, 3, 4, 0], [1, 2.5, 30, -4, 0.02]];
  for (const step of [1, 3, 1000]) assert.deepEqual(brief(read("csv", bytes(text), step, "t")), expected);
});

Deno.test("parserFor() reads CSV with semicolons and decimal commas, blanks, quotes and no header", () => {
  assert.deepEqual(brief(read("csv", bytes("1,5;2;3;4\n5;6;7;8\n"))), [[1.5, 2, 3, 4], [5, 6, 7, 8]]);
  assert.deepEqual(brief(read("csv", bytes(" 1  2 3 4 \n5 6\t7 8"))), [[1, 2, 3, 4], [5, 6, 7, 8]]);
  assert.deepEqual(brief(read("csv", bytes('1,"2",3,4\n'))), [[1, 2, 3, 4]]);
  const named = bytes("d,c,b,a\n4,3,2,1\n");
  assert.deepEqual(brief(read("csv", named, 5, undefined, ["a", "b", "c", "d"])), [[1, 2, 3, 4]]);
});

Deno.test("parserFor() names the line of each bad row and goes on behind it", () => {
  const head = "waist.ax,waist.ay,wrist.ax,wrist.ay\n";
  const long = "1".repeat(longestLine + 1);
  const found = brief(
    read("csv", bytes(`${head}1,2,3,4\n1,2,3\n1,2,x,4\n1,2,,4\n1,2,3,4,5\n${long}\n5,6,7,8\n`), 500),
  );
  assert.deepEqual(found, [
    [1, 2, 3, 4],
    "stdin:3: Cannot read sample: it has 3 cells, the first line has 4",
    'stdin:4: Cannot read sample: wrist.ax is "x", no number',
    'stdin:5: Cannot read sample: wrist.ax is "", no number',
    "stdin:6: Cannot read sample: it has 5 cells, the first line has 4",
    "stdin:7: Cannot read sample: the line is longer than 64 KiB",
    [5, 6, 7, 8],
  ]);
});

Deno.test("parserFor() refuses a table without the model's columns, once and for all", () => {
  assert.throws(
    () => read("csv", bytes("waist.ax,foo\n1,2\n")),
    /no column waist\.ay, wrist\.ax, wrist\.ay\n.*There are waist\.ax, foo/,
  );
  assert.throws(
    () => read("csv", bytes("1,2,3\n4,5,6\n")),
    /no header, and 3 columns where the model reads 4/,
  );
  assert.throws(() => read("csv", bytes("1,2,3,4\n"), 9, "t"), /no header/);
  assert.throws(
    () => read("csv", bytes("a,b\n"), 9, undefined, ["a"]),
    /1 columns are named.*2 sensors × 2 channels/,
  );
  assert.throws(() => read("csv", Uint8Array.of(0, 1, 2, 10, 0, 10)), /not UTF-8 text/);
});

Deno.test("sampleLayout() lets a single sensor's columns go by their channels", () => {
  const { names } = sampleLayout({ sensors: ["phone"], channels: ["ax"] }, "stdin");
  assert.deepEqual(names, [["phone.ax", "phone_ax", "ax"]]);
});

Deno.test("parserFor() reads JSON lines: flat, by sensor and by name", () => {
  const lines = [
    "[1,2,3,4]",
    "[[1,2],[3,4]]",
    '{"wrist.ay":4,"wrist.ax":3,"waist.ax":1,"waist.ay":2,"x":"y"}',
    "[1,2,3]",
    "[1,2,null,4]",
    "{",
    "7",
    '{"waist.ax":1}',
    "[1,2,3,4]",
  ];
  const sample = [1, 2, 3, 4];
  const found = brief(read("json", bytes(lines.join("\n"))));
  assert.deepEqual([...found.slice(0, 3), found[8]], [sample, sample, sample, sample]);
  const errors = [
    "3 values, the model reads 4",
    "wrist.ax is null",
    "no JSON",
    "neither array",
    "no column waist.ay",
  ];
  errors.forEach((part, i) => {
    assert.ok((found[3 + i] as string).startsWith(`stdin:${4 + i}: `), `${found[3 + i]}`);
    assert.ok((found[3 + i] as string).includes(part), `${found[3 + i]}`);
  });
  const timed = '{"t":0.5,"wrist.ay":4,"wrist.ax":3,"waist.ax":1,"waist.ay":2}\n[1,2,3,4]';
  assert.deepEqual(brief(read("json", bytes(timed), 7, "t")), [
    [1, 2, 3, 4, 0.5],
    "stdin:2: Cannot read sample: an array has no t",
  ]);
});

Deno.test("parserFor() reads raw floats however they are cut, and says where the last sample breaks off", () => {
  const values = Float32Array.of(1, 2, 3, 4, 5, NaN, 7, 8, 9, 10, 11, 12, 13);
  for (const step of [1, 3, 16, 100]) {
    assert.deepEqual(brief(read("f32", new Uint8Array(values.buffer), step)), [
      [1, 2, 3, 4],
      "stdin:2: Cannot read sample: waist.ay is NaN",
      [9, 10, 11, 12],
      "stdin:4: Cannot read sample: it ends after 4 of 16 bytes",
    ]);
  }
  assert.throws(() => read("f32", new Uint8Array(0), 1, "t"), /raw values have no column t/);
});

Deno.test("Lines gives the lines of a text whatever its pieces", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[ab]{0,4}$/)), fc.integer({ min: 1, max: 9 }), (lines, step) => {
      const data = bytes(lines.map((line) => `${line}\n`).join(""));
      const cut = new Lines();
      const out: (Uint8Array | null)[] = [];
      for (let i = 0; i < data.length; i += step) {
        out.push(...cut.take(data.slice(i, i + step)).map((b) => b!.slice()));
      }
      assert.deepEqual([...out, ...cut.end()].map((b) => new TextDecoder().decode(b!)), lines);
    }),
  );
});
