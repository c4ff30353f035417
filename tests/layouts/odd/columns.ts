/** Columns, channels and their values that are not what they seem. */
import { channelsOf, lines, type Odd, plainHeader, plainRow, plainTable, signal, whole } from "../layout.ts";

const n = 200;
const right = { rate: 50, recordings: [whole(n)] };
const later = (i: number) => i + 3 * n;
/** A second file with other samples. */
const second = (header: string, row: (i: number) => (string | number)[]) =>
  lines(header, n, (i) => [plainRow(i)[0], ...row(later(i))]);
const two = { rate: 50, recordings: [whole(n), whole(n, { value: (i, c) => signal(later(i), c) })] };
const shown = (cells: (i: number) => (string | number)[], header = plainHeader) => ({
  "a.csv": lines(header, n, cells),
});
const turns = (header: string, kind: (i: number) => string | number, at: (i: number) => number) =>
  shown((i) => [at(i).toFixed(2), kind(i), ...channelsOf(i >> 1)], header);
const pair = (i: number) => (i >> 1) / 50;
/** Labels in long runs beside a code that follows three samples later. */
const lagging = (run: number) => ({
  "a.csv": lines("x,y,z,code,act", 1200, (i) => [
    ...channelsOf(i),
    Math.floor((i + 3) / run) % 3,
    "abc"[Math.floor(i / run) % 3],
  ]),
});
const withCode = { rate: 50, label: "act", sensors: { wrist: ["x", "y", "z", "code"] } };

export const columns: Odd[] = [
  {
    name: "refuses columns by position that another file has in another order",
    files: { "a.csv": plainTable(), "b.csv": second("t,az,ay,ax", (i) => channelsOf(i).toReversed()) },
    with: { time: "t", sensors: { wrist: [2, 3, 4] } },
    expect: { refused: /b\.csv:1: .*column 2 is az here and ax in the first file\n.*by their names/ },
  },
  {
    name: "takes columns whose names differ in case and blanks for the same, and says so",
    files: { "a.csv": plainTable(), "b.csv": second("t,AZ,AY,AX", (i) => channelsOf(i).toReversed()) },
    with: { time: "t" },
    expect: {
      ...two,
      channels: ["ax", "ay", "az"],
      warns: /differ from the first file's in case or blanks only.*b\.csv/,
    },
  },
  {
    name: "refuses rows of two people in turn under the same times",
    files: turns("t,who,x,y,z", (i) => "ab"[i % 2], pair),
    with: { time: "t" },
    expect: { refused: /who goes round among a, b.*\n.*subject: "who"/ },
  },
  {
    name: "refuses rows of two people in turn whose clocks are apart",
    files: turns("t,who,x,y,z", (i) => "ab"[i % 2], (i) => i / 100),
    with: { time: "t" },
    expect: { refused: /who goes round among a, b/ },
  },
  {
    name: "refuses rows of two sensors in turn that a number tells",
    files: turns("t,s,x,y,z", (i) => i % 2, pair),
    with: { time: "t" },
    expect: { refused: /s goes round among 0, 1.*\n.*where: \{ "s": "0" \}/ },
  },
  {
    name: "passes over a counter within shared times",
    files: turns("t,sample_in_packet,x,y,z", (i) => i % 2, pair),
    with: { time: "t", sensors: { wrist: ["x", "y", "z"] } },
    expect: { rate: 100, recordings: [whole(n, { value: (i, c) => signal(i >> 1, c) })] },
  },
  {
    name: "refuses two sensors one below the other",
    files: turns("t,sensor,x,y,z", (i) => i < n / 2 ? "acc" : "gyro", (i) => (i % (n / 2)) / 50),
    with: { time: "t", unsorted: "restart" },
    expect: { refused: /sensor changes among acc, gyro/ },
  },
  {
    name: "refuses numbers that stand for missing samples",
    files: shown((i) => i % 37 ? plainRow(i) : [plainRow(i)[0], -9999, -9999, -9999]),
    with: { time: "t" },
    expect: { refused: /6 of its samples are -9999.*\n.*missing_values: \[-9999\]/ },
  },
  {
    name: "takes them for missing where the user says so",
    files: shown((i) => i % 37 !== 1 ? plainRow(i) : [plainRow(i)[0], -9999, -9999, -9999]),
    with: { time: "t", missing_values: [-9999] },
    expect: { rate: 50, recordings: [whole(n, { value: (i, c) => i % 37 === 1 ? NaN : signal(i, c) })] },
  },
  {
    name: "keeps them where the user says that none is missing",
    files: shown((i) => i === 9 ? [plainRow(i)[0], 999, 999, 999] : plainRow(i)),
    with: { time: "t", missing_values: [] },
    expect: { rate: 50, recordings: [whole(n, { value: (i, c) => i === 9 ? 999 : signal(i, c) })] },
  },
  {
    name: "keeps counts that saturate in one axis",
    files: shown((i) => [
      plainRow(i)[0],
      ...channelsOf(i).map((v, c) => i % 50 === 7 && c === 0 ? -32768 : 8000 * v),
    ]),
    with: { time: "t" },
    expect: {
      rate: 50,
      recordings: [whole(n, { value: (i, c) => i % 50 === 7 && c === 0 ? -32768 : 8000 * signal(i, c) })],
    },
  },
  {
    name: "refuses a sample that no sensor shows",
    files: shown((i) => i === 50 ? [...plainRow(i).slice(0, 3), "3e38"] : plainRow(i)),
    with: { time: "t" },
    expect: { refused: /a\.csv:52: .*az.*3e\+38/ },
  },
  {
    name: "refuses a scale that makes a sample infinite",
    files: shown((i) => i === 50 ? [...plainRow(i).slice(0, 3), "3e38"] : plainRow(i)),
    with: { time: "t", missing_values: [], scale: 10 },
    expect: { refused: /Cannot use scale: a sample of a times 10 is too large/ },
  },
  {
    name: "keeps a channel without any sample as a gap, and says so",
    files: shown((i) => [...plainRow(i).slice(0, 3), ""]),
    with: { time: "t", missing: "gap" },
    expect: {
      rate: 50,
      recordings: [whole(n, { gaps: [[0, n]], value: (i, c) => c === 2 ? 0 : signal(i, c) })],
      warns: /No row holds a sample of az, so all is a gap: a\.csv/,
    },
  },
  {
    name: "refuses row numbers without a name as a sensor",
    files: shown((i) => [i, ...channelsOf(i)], ""),
    with: { rate: 50 },
    expect: { refused: /column_1 as a sensor: .*row numbers.*\n.*under sensors/ },
  },
  {
    name: "refuses labels without a name as a sensor",
    files: shown((i) => [...channelsOf(i), Math.floor(i / 50) % 3], ""),
    with: { rate: 50 },
    expect: { refused: /column_4 as a sensor: .*as labels do\n.*under label/ },
  },
  {
    name: "says that a channel counts",
    files: shown((i) => [...channelsOf(i), i], "x,y,z,k"),
    with: { rate: 50, sensors: { wrist: ["x", "y", "z", "k"] } },
    expect: {
      rate: 50,
      recordings: [whole(n, { value: (i, c) => c === 3 ? i : signal(i, c) })],
      warns: /k rises or falls in every row/,
    },
  },
  {
    name: "refuses a channel that is the label with a short lag",
    files: lagging(400),
    with: withCode,
    expect: { refused: /Cannot use "code" as a sensor/ },
  },
  {
    name: "says that a channel tells the label in most rows",
    files: lagging(50),
    with: withCode,
    expect: {
      rate: 50,
      recordings: [whole(1200, { value: () => NaN })],
      warns: /code tells the label in 94 % of the rows/,
    },
  },
  {
    name: "reads a row of units of any quantity",
    files: {
      "a.csv": lines("time,X,Y,force\nms,cm/s,m/(s^2),N", n, (i) => [i * 20, ...channelsOf(i)]),
    },
    with: { time: "time", sensors: { plate: ["X", "Y", "force"] } },
    expect: { ...right, units: ["cm/s", "m/s^2", "N"] },
  },
];
