/** Numbers and cells that are written oddly. */
import { channelsOf, lines, type Odd, plainHeader, plainRow, plainTable, signal, whole } from "../layout.ts";

const n = 200;
const large = (i: number) => channelsOf(i).map((v) => Math.trunc(1e4 * v));
/** Digits in groups of three. */
const grouped = (v: number, mark: string) => String(v).replace(/\B(?=(\d{3})+$)/g, mark);
const groups = (mark: string, separator: string, quote = "") =>
  lines(
    plainHeader.replaceAll(",", separator),
    n,
    (i) => [i * 20, ...large(i)].map((v) => `${quote}${grouped(v, mark)}${quote}`),
    separator,
  );
const read = {
  rate: 50,
  recordings: [{ samples: n, value: (i: number, c: number) => Math.trunc(1e4 * signal(i, c)) }],
};
const time = { column: "t", unit: "ms" };
const right = { rate: 50, recordings: [whole(n)] };
const noted = (note: (i: number) => string) =>
  lines(`${plainHeader},note`, n, (i) => [...plainRow(i), note(i)]);
const cells = (change: (text: string) => string) =>
  lines(plainHeader, n, (i) => [plainRow(i)[0], ...channelsOf(i).map((v) => change(String(v)))]);

export const numbers: Odd[] = [
  {
    name: "refuses whole numbers with commas between thousands, which could be fractions",
    files: { "a.csv": groups(",", ";") },
    with: { time },
    expect: { refused: /Cannot tell thousands from fractions in .*\n.*thousands: ","/ },
  },
  {
    name: "refuses whole numbers with points between thousands, which could be fractions",
    files: { "a.csv": groups(".", ";") },
    with: { time },
    expect: { refused: /Cannot tell thousands from fractions in .*\n.*decimal: / },
  },
  {
    name: "reads thousands as the user says: commas",
    files: { "a.csv": groups(",", ";") },
    with: { time, thousands: "," },
    expect: read,
  },
  {
    name: "reads thousands as the user says: points",
    files: { "a.csv": groups(".", ";") },
    with: { time, thousands: "." },
    expect: read,
  },
  {
    name: "reads thousands as the user says: quoted commas between commas",
    files: { "a.csv": groups(",", ",", '"') },
    with: { time, thousands: "," },
    expect: read,
  },
  {
    name: "reads thousands as the user says: blanks that do not break",
    files: { "a.csv": groups("\u202f", ";") },
    with: { time, thousands: "blank" },
    expect: read,
  },
  {
    name: "names the option for grouped digits",
    files: { "a.csv": groups("'", ";") },
    with: { time },
    expect: { refused: /1'098" is not a number\n.*thousands: / },
  },
  {
    name: "reads fractions of three digits, some of them whole, where the user states the mark",
    files: {
      "a.csv": lines("ax;ay;az", n, (i) => large(i).map((v) => grouped(v, ",")), ";"),
    },
    with: { rate: 50, decimal: "," },
    expect: {
      rate: 50,
      recordings: [{
        samples: n,
        value: (i, c) => Number(grouped(Math.trunc(1e4 * signal(i, c)), ".")),
      }],
    },
  },
  {
    name: "reads the minus sign of typesetting",
    files: { "a.csv": cells((v) => v.replace("-", "\u2212")) },
    with: { time: "t" },
    expect: right,
  },
  {
    name: "reads exponents of Fortran",
    files: { "a.csv": cells((v) => Number(v).toExponential(6).replace("e", "D")) },
    with: { time: "t" },
    expect: right,
  },
  {
    name: "takes the errors of spreadsheets for missing samples, also at the beginning of a row",
    files: {
      "a.csv": lines("ax,ay,az", n, (i) => i % 40 === 20 ? ["#N/A", "#DIV/0!", "--"] : channelsOf(i)),
    },
    with: { rate: 50, missing: "gap" },
    expect: {
      rate: 50,
      recordings: [{ samples: n, value: (i, c) => i % 40 === 20 ? NaN : signal(i, c) }],
    },
  },
  {
    name: "passes over comments of every kind between rows",
    files: {
      "a.csv": `${plainTable(100)}# paused\n// paused\n% paused\n${lines("", 100, (i) => plainRow(i + 100))}`,
    },
    with: { time: "t" },
    expect: right,
  },
  {
    name: "refuses a header that stands again among the rows",
    files: { "a.csv": plainTable(100) + plainTable(100) },
    with: { time: "t" },
    expect: { refused: /a\.csv:102: .*the header stands again/ },
  },
  {
    name: "refuses a quote that nobody closes instead of swallowing rows",
    files: { "a.csv": noted((i) => i === 50 ? '"oops' : "x") },
    with: { time: "t" },
    expect: { refused: /a\.csv:52: .*a quote is opened and not closed\n.*on_bad: gap/ },
  },
  {
    name: "refuses two stray quotes, between which rows would vanish",
    files: { "a.csv": noted((i) => i === 50 || i === 90 ? '"oops' : "x") },
    with: { time: "t" },
    expect: { refused: /a\.csv:52: .*a quote is opened and not closed/ },
  },
  {
    name: "loses one row to an unclosed quote where bad rows may be missing",
    files: { "a.csv": noted((i) => i === 50 ? '"oops' : "x") },
    with: { time: "t", on_bad: "gap" },
    expect: {
      rate: 50,
      recordings: [{ samples: n, value: (i, c) => i === 50 ? NaN : signal(i, c) }],
      warns: /Rows that cannot be read were taken as missing: 1 of a\.csv/,
    },
  },
  {
    name: "names the right line below a note of two lines",
    files: {
      "a.csv": lines(
        `${plainHeader},note`,
        n,
        (i) => [...(i === 80 ? [plainRow(i)[0], "x", 1, 2] : plainRow(i)), i === 50 ? '"a\nb"' : "c"],
      ),
    },
    with: { time: "t" },
    expect: { refused: /a\.csv:83: .*"x" is not a number/ },
  },
  {
    name: "points at the second column where dates and times of day stand apart",
    files: { "a.csv": lines("Date,Time,x,y,z", n, (i) => ["13/05/2024", `10:00:0${i}`, ...channelsOf(i)]) },
    with: { time: "Date" },
    expect: { refused: /columns: \[<date>, <time>\]/ },
  },
];
