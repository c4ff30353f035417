/** Times that could be misunderstood. */
import { channelsOf, lines, type Odd, plainHeader, plainRow, signal, two, whole } from "../layout.ts";

const n = 400;
const anyOrder = Array.from({ length: n }, (_, i) => i).sort((a, b) =>
  Math.sin(12.9898 * a) - Math.sin(12.9898 * b)
);
const timed = (name: string, at: (i: number) => number | string) => ({
  "a.csv": lines(`${name},ax,ay,az`, n, (i) => [at(i), ...channelsOf(i)]),
});
const right = (rate: number) => ({ rate, recordings: [whole(n)] });
const whenRead = (
  name: string,
  column: string,
  at: (i: number) => number | string,
  rate: number,
  more: Record<string, unknown> = {},
): Odd => ({ name, files: timed(column, at), with: { time: column, ...more }, expect: right(rate) });
const whenRefused = (
  name: string,
  column: string,
  at: (i: number) => number | string,
  refused: RegExp,
  more: Record<string, unknown> = {},
): Odd => ({ name, files: timed(column, at), with: { time: column, ...more }, expect: { refused } });

export const times: Odd[] = [
  whenRead(
    "trusts a column called us whose numbers are as large as seconds since 1970, over its wrap at 32 bits",
    "us",
    (i) => (4_294_000_000 + i * 10_000) % 2 ** 32,
    100,
    { unsorted: "wrap" },
  ),
  whenRead(
    "reads nanoseconds since the start as large as milliseconds since 1970",
    "timestamp",
    (i) => 4_991_922_345_000 + i * 2e7,
    50,
  ),
  whenRead("reads nanoseconds since the start", "timestamp", (i) => 49_105_962_326_000 + i * 5e7, 20),
  whenRead(
    "trusts the size of milliseconds since 1970 in a column that says seconds",
    "timestamp (s)",
    (i) => 1_694_000_000_000 + i * 20,
    50,
  ),
  whenRead("reads the days of spreadsheets", "t", (i) => (45_000.5 + i / 50 / 86_400).toFixed(9), 50),
  whenRead("reads the days of MATLAB", "t", (i) => (738_000.5 + i / 50 / 86_400).toFixed(9), 50),
  whenRefused(
    "refuses a count of milliseconds as large as seconds since 1970",
    "t",
    (i) => 1_294_000_000 + i * 10,
    /may be s since 1970 or ms since another time\n.*unit: s \}, or unit: ms/,
  ),
  whenRefused(
    "refuses a count of nanoseconds as large as microseconds since 1970",
    "timestamp",
    (i) => 3_199_192_234_500_000 + i * 2e7,
    /may be us since 1970 or ns since another time/,
  ),
  whenRefused(
    "refuses a minute's steps since 1970, which could be milliseconds",
    "t",
    (i) => 1_694_000_000 + i * 60,
    /may be s since 1970 or ms/,
  ),
  whenRefused(
    "refuses to guess the unit of ticks",
    "SampleTimeFine",
    (i) => i * 100,
    /Cannot tell the unit of time/,
  ),
  whenRefused("refuses a counter as time", "n", (i) => i, /samples together with rate/),
  whenRefused(
    "names a clock of twelve hours",
    "t",
    (i) => {
      const hour = i < 200 ? "12:59" : "01:00";
      const second = two(Math.floor(i % 200 / 50) + (i < 200 ? 56 : 0));
      return `2024-05-13 ${hour}:${second}.${two(i % 50 * 2)}`;
    },
    /the hours seem to run from 1 to 12.*\n.*clock-change/,
  ),
  {
    name: "reads rows in no order at all where they are sorted",
    files: { "a.csv": lines(plainHeader, n, (i) => plainRow(anyOrder[i])) },
    with: { time: "t", unsorted: "sort" },
    expect: right(50),
  },
  {
    name: "reads rows from last to first where they are sorted",
    files: { "a.csv": lines(plainHeader, n, (i) => plainRow(n - 1 - i)) },
    with: { time: "t", unsorted: "sort" },
    expect: right(50),
  },
  {
    name: "names rows in no order, and both cures",
    files: { "a.csv": lines(plainHeader, n, (i) => plainRow(n - 1 - i)) },
    with: { time: "t" },
    expect: { refused: /rows are in no order of time\n.*sort.*subject or session/ },
  },
  {
    name: "never sorts two stretches in turn into one",
    files: {
      "a.csv": lines(plainHeader, n, (i) => [((i >> 1) / 50 - i % 2 * 2.01).toFixed(2), ...channelsOf(i)]),
    },
    with: { time: "t", unsorted: "sort" },
    expect: { refused: /two stretches of time would be mixed/ },
  },
  whenRead(
    "counts on where a counter wraps at another end than a power of two",
    "seq",
    (i) => i % 100,
    100,
    { time: { column: "seq", unit: "samples" }, rate: 100, unsorted: "wrap" },
  ),
  whenRefused(
    "refuses a rate that changes within the recording",
    "t",
    (i) => (i < 200 ? i / 50 : 4 + (i - 200) / 100).toFixed(2),
    /changes within the recording, from 50 to 100 .*\n.*Set rate: 50/,
  ),
  whenRefused(
    "refuses samples lost at every fourth place, and names both cures",
    "t",
    (i) => ((i + Math.floor(i / 3)) / 50).toFixed(2),
    /spread: true.*state rate: 50/,
  ),
  {
    name: "keeps samples lost at every fourth place apart where the user states the rate",
    files: timed("t", (i) => ((i + Math.floor(i / 3)) / 50).toFixed(2)),
    with: { time: "t", rate: 50 },
    expect: {
      rate: 50,
      recordings: [{ samples: 533, value: (i, c) => i % 4 === 3 ? NaN : signal(i - Math.floor(i / 4), c) }],
    },
  },
  whenRefused(
    "refuses microseconds that are milliseconds",
    "t",
    (i) => i * 10,
    /it shows 100000 samples a second.*\n.*unit: ms/,
    { time: { column: "t", unit: "us" }, rate: 100 },
  ),
  {
    name: "says that samples come too slowly for movement",
    files: timed("t", (i) => i * 10),
    with: { time: { column: "t", unit: "s" } },
    expect: { ...right(0.1), warns: /0\.1 samples a second, too few for movement/ },
  },
  {
    name: "believes the unit that stands below the name of the time column",
    files: { "a.csv": lines("t,ax,ay,az\nus,g,g,g", n, (i) => [i * 10_000, ...channelsOf(i)]) },
    with: { time: "t" },
    expect: { ...right(100), units: ["g", "g", "g"] },
  },
];
