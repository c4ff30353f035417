/** What spreadsheets, statistics programs and tutorials write. */
import { channelsOf, type Layout, lines, signal, two, whole } from "../layout.ts";

const comma = (x: number) => String(x).replace(".", ",");
const excel = (encode: (text: string) => Uint8Array) => ({
  "a.csv": encode(lines("Zeit;Gyro x (°/s);Gyro y (°/s);Gyro z (°/s);wer", 100, (i) => [
    `27.10.2024 15:00:0${Math.floor(i / 50)},${two(i % 50 * 2)}0`,
    ...channelsOf(i).map(comma),
    "Jörg",
  ], ";")),
});
const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const utf16 = (text: string) => {
  const units = Uint16Array.from(`\ufeff${text}`, (c) => c.charCodeAt(0));
  return new Uint8Array(units.buffer);
};
const gesture = (g: number) => lines("", 60, (i) => channelsOf(i + 200 * g, 6)).trimEnd();
const nth = (g: number) => ({ samples: 60, value: (i: number, c: number) => signal(i + 200 * g, c) });

export const spreadsheets: Layout[] = [
  {
    name: "semicolons, decimal commas and dates with points, in windows-1252",
    format: "csv",
    maker: "Excel in German",
    source: "Microsoft: import or export text files",
    files: excel(latin1),
    with: { encoding: "windows-1252", time: "Zeit", subject: "wer" },
    expect: { rate: 50, recordings: [whole(100, { subject: "Jörg" })] },
  },
  {
    name: "an encoding that nobody states",
    format: "csv",
    maker: "Excel in German",
    source: "Microsoft: import or export text files",
    files: excel(latin1),
    with: { time: "Zeit", subject: "wer" },
    expect: { refused: /UTF-8[^]*encoding: windows-1252/ },
  },
  {
    name: "Unicode text",
    format: "txt",
    maker: "Excel",
    source: "Microsoft: import or export text files",
    files: excel(utf16),
    with: { time: "Zeit", subject: "wer" },
    expect: { rate: 50, recordings: [whole(100, { subject: "Jörg" })] },
  },
  {
    name: "dates that may be of two months",
    format: "csv",
    maker: "Excel",
    source: "wadpac/GGIR#251",
    files: {
      "a.csv": lines(
        "t,x,y,z",
        100,
        (i) => [`05/08/2019 15:00:0${Math.floor(i / 50)}.${two(i % 50 * 2)}`, ...channelsOf(i)],
      ),
    },
    with: { time: "t" },
    expect: { refused: /a\.csv:.*day from month[^]*format/ },
  },
  {
    name: "dates whose order is stated",
    format: "csv",
    maker: "Excel",
    source: "wadpac/GGIR#251",
    files: {
      "a.csv": lines(
        "t,x,y,z",
        100,
        (i) => [`05/08/2019 15:00:0${Math.floor(i / 50)}.${two(i % 50 * 2)}`, ...channelsOf(i)],
      ),
    },
    with: { time: { column: "t", format: "dd/MM/yyyy HH:mm:ss" } },
    expect: { rate: 50, recordings: [whole(100)] },
  },
  {
    name: "quoted decimal commas between commas",
    format: "csv",
    maker: "spreadsheets in French",
    source: "pandas read_csv: decimal and quotechar",
    files: { "a.csv": lines("x,y,z", 100, (i) => channelsOf(i).map((v) => `"${comma(v)}"`)) },
    with: { rate: 50 },
    expect: { rate: 50, recordings: [whole(100)] },
  },
  {
    name: "quoted thousands, which are no decimal commas",
    format: "csv",
    maker: "spreadsheets in English",
    source: "pandas read_csv: thousands and quotechar",
    files: { "a.csv": lines("x,y,z", 100, (i) => [`"1,${100 + i}"`, `"2,${200 + i}"`, 3]) },
    with: { rate: 50 },
    expect: { refused: /a\.csv:2: Cannot read x: "1,100" is not a number/ },
  },
  {
    name: "a comma behind each row",
    format: "csv",
    maker: "Arduino sketches",
    source: "Arduino: Serial.print tutorials",
    files: { "a.csv": lines("x,y,z,", 100, (i) => [...channelsOf(i), ""]) },
    with: { rate: 50 },
    expect: { rate: 50, recordings: [whole(100)] },
  },
  {
    name: "a header one cell shorter than its rows",
    format: "txt",
    maker: "R, write.table",
    source: "R documentation: write.table, col.names",
    files: { "a.txt": lines('"x" "y" "z"', 100, (i) => [`"${i + 1}"`, ...channelsOf(i)], " ") },
    with: { rate: 50, sensors: { hip: ["x", "y", "z"] } },
    expect: { rate: 50, recordings: [whole(100)] },
  },
  {
    name: "the row's number as a first column without name",
    format: "csv",
    maker: "pandas, to_csv",
    source: "pandas: DataFrame.to_csv, index",
    files: { "a.csv": lines(",x,y,z", 100, (i) => [i, ...channelsOf(i)]) },
    with: { rate: 50 },
    expect: { rate: 50, channels: ["x", "y", "z"], recordings: [whole(100)] },
  },
  {
    name: "blanks between, a hash before the header",
    format: "txt",
    maker: "numpy.savetxt",
    source: "NumPy: numpy.savetxt, header and comments",
    files: { "a.txt": lines("# x y z", 100, (i) => channelsOf(i).map((v) => v.toExponential(18)), " ") },
    with: { rate: 50 },
    expect: { rate: 50, channels: ["x", "y", "z"], recordings: [whole(100)] },
  },
  {
    name: "carriage returns alone",
    format: "csv",
    maker: "Excel for Macintosh",
    source: "Microsoft: save as CSV (Macintosh)",
    files: { "a.csv": lines("x,y,z", 100, (i) => channelsOf(i)).replaceAll("\n", "\r") },
    with: { rate: 50 },
    expect: { rate: 50, recordings: [whole(100)] },
  },
  {
    name: "empty lines between gestures",
    format: "csv",
    maker: "TinyML tutorials",
    source: "arduino/ArduinoTensorFlowLiteTutorials: GestureToEmotion",
    files: { "flex.csv": `aX,aY,aZ,gX,gY,gZ\n${[0, 1, 2].map(gesture).join("\n\n")}\n` },
    with: { rate: 60, label: { from: "filename", pattern: "^([a-z]+)" } },
    expect: { rate: 60, recordings: [0, 1, 2].map((g) => ({ ...nth(g), label: () => "flex" })) },
  },
  {
    name: "gestures of so many rows without any mark",
    format: "csv",
    maker: "TinyML tutorials",
    source: "arduino/ArduinoTensorFlowLiteTutorials: GestureToEmotion",
    files: { "flex.csv": `aX,aY,aZ,gX,gY,gZ\n${[0, 1, 2].map(gesture).join("\n")}\n` },
    with: { rate: 60, every: 60 },
    expect: { rate: 60, recordings: [0, 1, 2].map(nth) },
  },
  {
    name: "a second file with the columns in another order",
    format: "csv",
    maker: "two firmware versions",
    source: "gyroflow/gyroflow#54",
    files: {
      "s1.csv": lines("t,x,y,z", 100, (i) => [i * 20, ...channelsOf(i)]),
      "s2.csv": lines("t,z,y,x", 100, (i) => [i * 20, ...channelsOf(i + 300).reverse()]),
    },
    with: { time: "t" },
    expect: { rate: 50, recordings: [whole(100), { samples: 100, value: (i, c) => signal(i + 300, c) }] },
  },
  {
    name: "a second file of another sensor",
    format: "csv",
    maker: "two firmware versions",
    source: "gyroflow/gyroflow#54",
    files: {
      "s1.csv": lines("t,ax,ay,az", 100, (i) => [i * 20, ...channelsOf(i)]),
      "s2.csv": lines("t,gx,gy,gz", 100, (i) => [i * 20, ...channelsOf(i)]),
    },
    with: { time: "t" },
    expect: {
      refused:
        /other sensor columns than in the first file \(only here: gx, gy, gz; only there: ax, ay, az\)/,
    },
  },
  {
    name: "seconds at 1 Hz that may be milliseconds",
    format: "csv",
    maker: "phone loggers at low rates",
    source: "OxWearables/stepcount#45",
    files: { "a.csv": lines("t,x,y,z", 200, (i) => [i, ...channelsOf(i)]) },
    with: { time: "t" },
    expect: { refused: /steps of 1 in t may be seconds, milliseconds or a counter[^]*unit: s/ },
  },
];
