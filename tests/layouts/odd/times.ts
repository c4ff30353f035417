/** Times that could be misunderstood. */
import { channelsOf, lines, type Odd, whole } from "../layout.ts";

const n = 400;
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
];
