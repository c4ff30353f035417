/** Whole data sets that are odd: copies, units, ranges; and files that are packed or encoded oddly. */
import { gzipSync } from "node:zlib";
import { channelsOf, lines, type Odd, plainHeader, plainRow, plainTable, signal, whole } from "../layout.ts";

const n = 200;
const bytes = (text: string) => new TextEncoder().encode(text);
const right = { rate: 50, recordings: [whole(n)] };
const shifted = (from: number, samples: number) =>
  lines(plainHeader, samples, (i) => [plainRow(i)[0], ...channelsOf(i + from)]);
const byNumber = { time: "t", subject: { from: "filename", pattern: "p(\\d)" } };
const acc = (row: (i: number) => (string | number)[], samples = 800) =>
  lines("t,acc_x,acc_y,acc_z", samples, (i) => [(i / 50).toFixed(2), ...row(i)]);
/** Values whose truth is not looked at. */
const any = (samples: number) => ({ samples });
const half = (factor: number) => (i: number) => i < 400 ? 0.1 * signal(i, 0) * factor : 0.1 * signal(i, 0);
const utf16 = (text: string) => new Uint8Array(Uint16Array.from(text, (c) => c.charCodeAt(0)).buffer);

export const sets: Odd[] = [
  {
    name: "says that a piece of one person's recording stands under another's name",
    files: { "p1.csv": shifted(0, 400), "p2.csv": shifted(100, 200) },
    with: byNumber,
    expect: {
      rate: 50,
      recordings: [whole(400), whole(200, { value: (i, c) => signal(i + 100, c) })],
      warns: /which leaks where a split parts them: p1 of subject 1 and p2 of subject 2, one wholly/,
    },
  },
  {
    name: "says that a copy with one row more stands under another's name",
    files: { "p1.csv": shifted(0, 400), "p2.csv": shifted(0, 401) },
    with: byNumber,
    expect: {
      rate: 50,
      recordings: [whole(400), whole(401)],
      warns: /p1 of subject 1 and p2 of subject 2, one wholly/,
    },
  },
  {
    name: "says that two people's recordings overlap",
    files: { "p1.csv": shifted(0, 400), "p2.csv": shifted(300, 400) },
    with: byNumber,
    expect: {
      rate: 50,
      recordings: [whole(400), whole(400, { value: (i, c) => signal(i + 300, c) })],
      warns: /share a part of their samples, .*: p1 of subject 1 and p2 of subject 2/,
    },
  },
  {
    name: "says that one person's recordings share samples",
    files: { "a.csv": shifted(0, 400), "b.csv": shifted(100, 200) },
    with: { time: "t", subject: { from: "constant", value: "p" } },
    expect: {
      rate: 50,
      recordings: [whole(400), any(200)],
      warns: /share a part of their samples, .*: a and b, one wholly/,
    },
  },
  {
    name: "says that an accelerometer changes its unit within a recording",
    files: {
      "a.csv": acc((i) => [half(9.81)(i), half(9.81)(i + 5), i < 400 ? 9.81 : 1].map((v) => v.toFixed(4))),
    },
    with: { time: "t" },
    expect: {
      rate: 50,
      recordings: [any(800)],
      warns: /changes its unit within a: stretches look like m\/s\^2 and g/,
    },
  },
  {
    name: "says that one device saturates within a range of its own",
    files: {
      "p1.csv": acc((i) => channelsOf(i).map((v) => Math.max(-2, Math.min(2, 12 * (v - 0.3))))),
      "p2.csv": acc((i) => channelsOf(i + 900).map((v) => 8 * (v - 0.5))),
    },
    with: byNumber,
    expect: {
      rate: 50,
      recordings: [any(800), any(800)],
      warns: /Clipped at a range smaller than that of other recordings: acc_x.*of p1/,
    },
  },
  {
    name: "says that samples are 0 in all channels for long",
    files: { "a.csv": acc((i) => i < 200 || i > 400 ? channelsOf(i) : [0, 0, 0]) },
    with: { time: "t" },
    expect: {
      rate: 50,
      recordings: [any(800)],
      warns: /are 0 in all channels for a second and more.*: a \(25\.1 %\)/,
    },
  },
  {
    name: "says that a device repeats its last sample",
    files: { "a.csv": acc((i) => channelsOf(i < 200 || i > 400 ? i : 200)) },
    with: { time: "t" },
    expect: {
      rate: 50,
      recordings: [any(800)],
      warns: /repeat the one before for a second and more.*: a \(25\.1 %\)/,
    },
  },
  {
    name: "refuses gzip files that are cut short, and names the cure",
    files: { "a.csv.gz": gzipSync(bytes(plainTable())).subarray(0, -400) },
    with: { time: "t" },
    expect: { refused: /Cannot unpack: .*\n.*cut short or damaged.*on_bad: skip/ },
  },
  {
    name: "refuses a text that is called .gz",
    files: { "a.csv.gz": plainTable() },
    with: { time: "t" },
    expect: { refused: /Cannot unpack: .*\n.*take \.gz off its name/ },
  },
  {
    name: "reads what was packed twice, and what was packed in parts",
    files: {
      "a.csv.gz": gzipSync(gzipSync(bytes(plainTable()))),
      "b.csv.gz": Uint8Array.from([
        ...gzipSync(bytes(shifted(500, 100))),
        ...gzipSync(bytes(lines("", 100, (i) => [plainRow(i + 100)[0], ...channelsOf(i + 600)]))),
      ]),
    },
    with: { time: "t" },
    expect: { rate: 50, recordings: [whole(n), whole(n, { value: (i, c) => signal(i + 500, c) })] },
  },
  {
    name: "names the way out of other archives",
    files: { "a.tar.gz": bytes("x") },
    with: { time: "t" },
    expect: { refused: /none of the given files ends in .*\n.*unpack it, or pack its files as \.zip/ },
  },
  {
    name: "names the cure of a file without rows",
    files: { "a.csv": plainTable(), "b.csv": `${plainHeader}\n` },
    with: { time: "t" },
    expect: { refused: /no row below it\n.*short: skip/ },
  },
  {
    name: "names UTF-16 that has no mark",
    files: { "a.csv": utf16(lines(`${plainHeader},who`, n, (i) => [...plainRow(i), "Jörg"])) },
    with: { time: "t", subject: "who" },
    expect: { refused: /encoding: utf-16le/ },
  },
  {
    name: "names UTF-16 that has no mark and no letter beyond ASCII",
    files: { "a.csv": utf16(plainTable()) },
    with: { time: "t" },
    expect: { refused: /encoding: utf-16le/ },
  },
  {
    name: "reads it where the user says so",
    files: { "a.csv": utf16(plainTable()) },
    with: { time: "t", encoding: "utf-16le" },
    expect: right,
  },
  {
    name: "names the encodings that bytes allow, and no other",
    files: {
      "a.csv": Uint8Array.from(
        lines(`${plainHeader},who`, n, (i) => [...plainRow(i), "J\u00f6rg"]),
        (c) => c.charCodeAt(0),
      ),
    },
    with: { time: "t", subject: "who" },
    expect: { refused: /encoding: windows-1252 \(Western Europe\), iso-8859-2 \(Eastern Europe\)/ },
  },
];
