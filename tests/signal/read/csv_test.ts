import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { zipSync } from "fflate";
import { readCsv } from "./read_files.ts";
import type { TableOptions } from "../../../lib/signal/read/reading.ts";
import { parseNumber } from "../../../lib/signal/read/number.ts";

const text = (s: string) => new TextEncoder().encode(s);
const options: TableOptions = {
  missing: "error",
  maxGap: 0.2,
  minSeconds: 0,
  short: "error",
  unsorted: "error",
};

/** Writes files into a fresh folder, reads them as recordings, and removes the folder. */
async function read(files: Record<string, string | Uint8Array>, more: Partial<TableOptions> = {}) {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      await Deno.mkdir(join(dir, name, ".."), { recursive: true });
      await Deno.writeFile(join(dir, name), typeof content === "string" ? text(content) : content);
    }
    return (await readCsv(Object.keys(files).sort().map((n) => join(dir, n)), { ...options, ...more }))
      .recordings;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** A table of `n` rows; cells by row. */
const table = (header: string, n: number, row: (i: number) => string) =>
  [header, ...Array.from({ length: n }, (_, i) => row(i)), ""].join("\n");

Deno.test("parseNumber() agrees with Number() on doubles as text, to the precision of float32 and beyond", () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
    for (const s of [String(x), x.toExponential(9), x.toPrecision(12)]) {
      const got = parseNumber(text(s), 0, s.length);
      const expected = Number(s);
      assert(
        Object.is(Math.fround(got), Math.fround(expected)) ||
          Math.abs(got - expected) <= 1e-14 * Math.abs(expected),
        `${s}: ${got}`,
      );
    }
  }));
});

Deno.test("parseNumber() gives NaN for what is no number", () => {
  for (const s of ["", " ", "a", "1a", "1e", "--1", "1 2", ".", "-", "nan", "1,5"]) {
    assert(Number.isNaN(parseNumber(text(s), 0, s.length)), s);
  }
  assert.equal(parseNumber(text(" 1,5 "), 0, 5, true), 1.5);
});

Deno.test("readCsv() maps several sensors, sorted labels and subjects from file names", async () => {
  const rows = (label: (i: number) => string) =>
    table("ax,ay,az,bx,by,bz,activity", 20, (i) => `${i},1,2,3,4,5,${label(i)}`);
  const set = await read({
    "sub_07.csv": rows((i) => i < 10 ? "walk" : "sit"),
    "sub_12.csv": rows((i) => i < 5 ? "" : "walk"),
  }, {
    rate: 50,
    sensors: { phone: ["ax", "ay", "az"], watch: ["bx", "by", "bz"] },
    label: "activity",
    subject: { from: "filename", pattern: "sub_(\\d+)" },
    units: { acc: "m/s^2" },
  });
  assert.deepEqual(set.sensors, ["phone", "watch"]);
  assert.deepEqual(set.channels, ["acc_x", "acc_y", "acc_z"]);
  assert.deepEqual(set.units, ["m/s^2", "m/s^2", "m/s^2"]);
  assert.deepEqual(set.triads, [[0, 1, 2]]);
  assert.deepEqual(set.labelNames, ["sit", "walk"]);
  assert.deepEqual(set.recordings.map((r) => [r.id, r.subject, r.samples]), [["sub_07", "07", 20], [
    "sub_12",
    "12",
    20,
  ]]);
  assert.deepEqual([...set.recordings[0].data.subarray(6, 12)], [1, 1, 2, 3, 4, 5]);
  assert.deepEqual([...set.recordings[1].labels.subarray(3, 7)], [-1, -1, 1, 1]);
});

Deno.test("readCsv() reads semicolons with decimal commas, tabs, blanks, quotes, comments and byte order marks alike", async () => {
  const plain = "x,y,label\n1.5,-2,a b\n0.25,3e1,c\n";
  const written = [
    plain,
    "\ufeff" + plain.replaceAll("\n", "\r\n"),
    "x;y;label\n1,5;-2;a b\n0,25;3e1;c\n",
    "x\ty\tlabel\n1.5\t-2\ta b\n0.25\t30\tc",
    '# a comment\n"x","y","label"\n"1.5","-2","a b"\n\n0.25, 30 ,"c"\n',
    "x|y|label\n1.5|-2|a b\n# between\n0.25|30|c\n",
  ];
  for (const content of written) {
    const set = await read({ "t.csv": content }, { rate: 1, label: "label" });
    assert.deepEqual(set.channels, ["x", "y"], content);
    assert.deepEqual([...set.recordings[0].data], [1.5, -2, 0.25, 30]);
    assert.deepEqual(set.labelNames, ["a b", "c"]);
  }
  const blank = await read({ "t.txt": " 1.5  -2\n0.25 30\n" }, { rate: 1 });
  assert.deepEqual([...blank.recordings[0].data], [1.5, -2, 0.25, 30]);
});

Deno.test("readCsv() takes files without header by position, and zip archives as folders", async () => {
  const zip = zipSync({
    "data/p1/a.csv": text("1,2,0\n3,4,0\n"),
    "data/p2/a.csv": text("5,6,1\n7,8,1\n"),
    "x.md": text("#"),
  });
  const set = await read({ "all.zip": zip }, {
    rate: 2,
    sensors: { s: [1, 2] },
    label: 3,
    subject: { from: "filename", pattern: "/(p\\d)/" },
  });
  assert.deepEqual(set.recordings.map((r) => [r.id, r.subject]), [["data_p1_a", "p1"], ["data_p2_a", "p2"]]);
  assert.deepEqual(set.labelNames, ["0", "1"]);
});

Deno.test("readCsv() cuts a file where the subject or session column changes", async () => {
  const content = table("who,run,x", 12, (i) => `${i < 6 ? "ann" : "bob"},${i < 3 ? 1 : 2},${i}`);
  const set = await read({ "all.csv": content }, { rate: 1, subject: "who", session: "run" });
  assert.deepEqual(set.recordings.map((r) => [r.id, r.subject, r.samples]), [
    ["all.ann.1", "ann", 3],
    ["all.ann.2", "ann", 3],
    ["all.bob.2", "bob", 6],
  ]);
  assert.deepEqual(set.channels, ["x"]);
});

Deno.test("readCsv() infers unit and rate of the time column, resamples jitter and marks breaks", async () => {
  const at = (i: number) => 1657533977813 + i * 20 + (i % 3) + (i >= 50 ? 1000 : 0);
  const set = await read({
    "t.csv": table("time,x,label", 100, (i) => `${at(i)},${i},${i < 50 ? "a" : "b"}`),
  }, {
    time: "time",
    label: "label",
  });
  assert.equal(set.rate, 50);
  const [r] = set.recordings;
  assert.equal(r.samples, 150);
  // The last sample before the break is at 981 ms, the first one after it at 2002 ms.
  assert.deepEqual(r.gaps, [[50, 101]]);
  assert.deepEqual([r.labels[10], r.labels[140]], [0, 1]);
  for (let t = 0; t < 49; t++) assert(Math.abs(r.data[t] - t) <= 0.11, `${t}: ${r.data[t]}`);
});

Deno.test("readCsv() keeps samples as they are where the times are even", async () => {
  const set = await read({ "t.csv": table("time,x", 200, (i) => `${(i / 104).toFixed(4)},${i * i}`) }, {
    time: "time",
  });
  assert.equal(set.rate, 104);
  assert.deepEqual([...set.recordings[0].data], Array.from({ length: 200 }, (_, i) => i * i));
});

Deno.test("readCsv() with missing: gap fills NaN and keeps windows away from it", async () => {
  const content = table("x,y", 10, (i) => i === 4 || i === 5 ? "NaN," : `${i},${2 * i}`);
  const set = await read({ "t.csv": content }, { rate: 1, missing: "gap" });
  assert.deepEqual(set.recordings[0].gaps, [[4, 6]]);
  const short = await read({ "t.csv": content }, { rate: 20, missing: "gap" });
  assert.deepEqual(short.recordings[0].gaps, []);
  assert.deepEqual([...set.recordings[0].data], Array.from({ length: 20 }, (_, i) => (i >> 1) * (1 + i % 2)));
});

Deno.test("readCsv() reads dates with and without zone, all digits of the second", async () => {
  const fraction = (i: number) => String(i * 20_000).padStart(6, "0");
  const content = table("when,x", 50, (i) => `2024-03-31 01:59:59.${fraction(i)},${i}`);
  const set = await read({ "t.csv": content }, { time: "when" });
  assert.equal(set.rate, 50);
  assert.equal(set.recordings[0].samples, 50);
});

Deno.test("readCsv() begins a new recording after a break of more than a minute", async () => {
  const content = table("t,x", 100, (i) => `${i * 0.02 + (i >= 50 ? 86400 : 0)},${i}`);
  const set = await read({ "t.csv": content }, { time: "t" });
  assert.deepEqual(set.recordings.map((r) => [r.id, r.samples]), [["t", 50], ["t.part2", 50]]);
});

Deno.test("readCsv() leaves out short recordings when told to", async () => {
  const content = table("who,x", 60, (i) => `${i < 5 ? "ann" : "bob"},${i}`);
  const set = await read({ "t.csv": content }, { rate: 50, subject: "who", minSeconds: 1, short: "skip" });
  assert.deepEqual(set.recordings.map((r) => r.id), ["t.bob"]);
});

Deno.test("readCsv() tells decimal commas without header from separators, and rows closed by a semicolon", async () => {
  const german = await read({ "t.txt": "1,5;2,5;3\n4,5;5,5;6\n" }, { rate: 1 });
  assert.deepEqual([...german.recordings[0].data], [1.5, 2.5, 3, 4.5, 5.5, 6]);
  const closed = await read({ "t.txt": "33,Jogging,0.5,1.5;\n33,Jogging,0.25,2;\n" }, {
    rate: 1,
    sensors: { s: [3, 4] },
    label: 2,
    subject: 1,
  });
  assert.deepEqual([...closed.recordings[0].data], [0.5, 1.5, 0.25, 2]);
  assert.deepEqual([closed.labelNames, closed.recordings[0].subject], [["Jogging"], "33"]);
});

Deno.test("readCsv() knows a header with numbers in it, and leaves row numbers out", async () => {
  const set = await read({ "t.csv": ",2,x\n0,1,5\n1,2,6\n" }, { rate: 1 });
  assert.deepEqual(set.channels, ["2", "x"]);
  assert.deepEqual([...set.recordings[0].data], [1, 5, 2, 6]);
  const bare = await read({ "t.csv": "NaN,2\n3,4\n" }, { rate: 1, missing: "gap" });
  assert.deepEqual([...bare.recordings[0].data], [3, 2, 3, 4]);
});

Deno.test("readCsv() finds subjects in the name of the folder that holds all files", async () => {
  const set = await read({ "p7/a.csv": "x\n1\n", "p7/b.csv": "x\n2\n" }, {
    rate: 1,
    subject: { from: "filename", pattern: "p(\\d)/" },
  });
  assert.deepEqual(set.recordings.map((r) => [r.id, r.subject]), [["a", "7"], ["b", "7"]]);
});

Deno.test("readCsv() takes labels from folders and gives them names that may be shared", async () => {
  const files = {
    "wlk_1/s3.csv": "x\n1\n2\n",
    "wlk_2/s3.csv": "x\n3\n",
    "jog_1/s4.csv": "x\n4\n",
    "std_9/s4.csv": "x\n4\n",
  };
  const set = await read(files, {
    rate: 1,
    label: { from: "filename", pattern: "^(\\w+)_\\d/" },
    labelNames: { wlk: "on foot", jog: "on foot", std: "still" },
    subject: { from: "filename", pattern: "s(\\d)" },
  });
  assert.deepEqual(set.labelNames, ["on foot", "still"]);
  assert.deepEqual(set.recordings.map((r) => [r.id, r.subject, [...r.labels]]), [
    ["jog_1_s4", "4", [0]],
    ["std_9_s4", "4", [1]],
    ["wlk_1_s3", "3", [0, 0]],
    ["wlk_2_s3", "3", [0]],
  ]);
});

Deno.test("readCsv() sorts rows by time when told to, with their labels", async () => {
  const order = [0, 2, 1, 3, 5, 4, 6, 7];
  const content = table("t,x,label", 8, (i) => `${order[i] * 20},${order[i]},${order[i] < 4 ? "a" : "b"}`);
  const set = await read({ "t.csv": content }, { rate: 50, time: "t", label: "label", unsorted: "sort" });
  assert.deepEqual([...set.recordings[0].data], [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual([...set.recordings[0].labels], [0, 0, 0, 0, 1, 1, 1, 1]);
});

const good = "ax,ay,activity\n1,2,walk\n3,4,walk\n";
const mistakes: [string, Record<string, string>, Partial<TableOptions>, RegExp][] = [
  [
    "a column that is not there",
    { "a.csv": good },
    { sensors: { s: ["ax", "ayy"] } },
    /^a\.csv:1: .*"ayy"\n\s+Did you mean "ay"\?/,
  ],
  [
    "a label column that is not there",
    { "a.csv": good },
    { label: "activty" },
    /label column "activty"\n\s+Did you mean "activity"/,
  ],
  ["a position beyond the columns", { "a.csv": good }, { sensors: { s: [4] } }, /there is no column 4/],
  ["a name without header", { "a.csv": "1,2\n3,4\n" }, { sensors: { s: ["ax"] } }, /has no header/],
  ["NaN", { "a.csv": "ax\n1\nNaN\n" }, {}, /^a\.csv:3: Cannot read ax: the sample is NaN\n.*missing: gap/],
  ["infinity", { "a.csv": "ax\n1\n-inf\n" }, {}, /^a\.csv:3: Cannot read ax: the sample is -inf/],
  [
    "a number beyond float32",
    { "a.csv": "ax\n1\n1e39\n" },
    {},
    /^a\.csv:3: Cannot read ax: the sample is 1e39\n.*missing: gap/,
  ],
  [
    "the error of a formula",
    { "a.csv": "ax,ay\n1,2\n3,#DIV/0!\n" },
    {},
    /^a\.csv:3: Cannot read ay: the sample is #DIV\/0!, the error of a spreadsheet's formula\n.*Mend the formula.*missing: gap/,
  ],
  [
    "the error of a formula in German",
    { "a.csv": "ay,ax\n1,2\n#WERT!,2\n" },
    {},
    /^a\.csv:3: Cannot read ay: the sample is #WERT!, the error of a spreadsheet's formula/,
  ],
  ["what a spreadsheet has not", { "a.csv": "ax,ay\n1,#N/A\n" }, {}, /the sample is #N\/A\n.*Remove the row/],
  ["an empty cell", { "a.csv": "ax,ay\n1,2\n3,\n" }, {}, /^a\.csv:3: Cannot read ay: the sample is missing/],
  [
    "text in a sensor column",
    { "a.csv": "ax\n\n1\n2\n# note\noops\n" },
    {},
    /^a\.csv:6: Cannot read ax: "oops" is not a number/,
  ],
  ["a short row", { "a.csv": "ax,ay\n1,2\n3\n" }, {}, /^a\.csv:3: Cannot read row: 1 of 2 cells/],
  ["a long row", { "a.csv": "ax,ay\n1,2\n3,4,5\n" }, {}, /^a\.csv:3: Cannot read row: more than 2 cells/],
  [
    "a name that two columns have",
    { "a.csv": "x,x\n1,2\n" },
    { sensors: { s: ["x"] } },
    /^a\.csv:1: .*two columns are named "x"/,
  ],
  ["no rate", { "a.csv": good }, { rate: undefined, label: "activity" }, /Cannot tell the sampling rate/],
  [
    "time that goes backwards",
    { "a.csv": "t,x\n0,1\n0.1,1\n0.05,1\n" },
    { time: "t" },
    /^a\.csv:4: .*backwards, from 0\.1 to 0\.05/,
  ],
  ["time that is no number", { "a.csv": "t,x\n0,1\nlate,1\n" }, { time: "t" }, /^a\.csv:3: Cannot use time/],
  ["a rate that contradicts the times", { "a.csv": "t,x\n0,1\n1,1\n2,1\n" }, {
    rate: 50,
    time: { column: "t", unit: "s" },
  }, /Cannot use rate 50: the time column has about 1\.00/],
  [
    "a recording that is too short",
    { "a.csv": "x\n1\n2\n" },
    { minSeconds: 1 },
    /^a\.csv:2: .*too short, 2 samples \(0\.04 s\)/,
  ],
  ["an empty file", { "a.csv": "" }, {}, /^a\.csv: Cannot read table: the file has no rows/],
  ["a header alone", { "a.csv": "ax,ay\n" }, {}, /header, but no row below/],
  ["a binary file", { "a.csv": "\0\0\0" }, {}, /not UTF-8 text/],
  [
    "dates among numbers",
    { "a.csv": "t,x\n0,1\n2024-01-01 00:00:00,1\n" },
    { time: "t" },
    /some rows hold dates/,
  ],
  [
    "a unit for no channel",
    { "a.csv": good },
    { label: "activity", units: { gyro: "rad/s" } },
    /no channel begins with "gyro"/,
  ],
  ["an empty subject", { "a.csv": "who,x\n,1\n" }, { subject: "who" }, /^a\.csv:2: Cannot use subject/],
  ["a pattern that is none", { "a.csv": good }, {
    label: "activity",
    subject: { from: "filename", pattern: "(" },
  }, /Cannot use subject\.pattern/],
  ["two files of one id", { "a.csv": "x\n1\n", "a.txt": "x\n1\n" }, {}, /the id a occurs twice/],
  [
    "files of different width",
    { "a.csv": "x\n1\n", "b.csv": "x,y\n1,2\n" },
    {},
    /^b\.csv:1: .*2 sensor columns, the first file has 1/,
  ],
  [
    "sensors of different width",
    { "a.csv": good },
    { sensors: { a: ["ax"], b: ["ax", "ay"] } },
    /a has 1 columns, others have 2/,
  ],
  ["a file name without subject", { "a.csv": good }, {
    label: "activity",
    subject: { from: "filename", pattern: "s(\\d)" },
  }, /a\.csv: Cannot find the subject/],
  ["no table at all", { "a.md": "x" }, {}, /Cannot find tables/],
];
for (const [what, files, more, message] of mistakes) {
  Deno.test(`readCsv() refuses ${what}`, async () => {
    await assert.rejects(() => read(files, { rate: 50, ...more }), (error: Error) => {
      assert.equal(error.name, "InputError");
      assert.match(error.message, message);
      return true;
    });
  });
}
