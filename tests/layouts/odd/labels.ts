/** Labels, people and what stands beside recordings, named or timed oddly. */
import { channelsOf, lines, type Odd, plainHeader, plainRow, plainTable, signal, whole } from "../layout.ts";

const n = 400;
const intervals = (rows: (string | number)[][], header = "start,end,label") => ({
  "a.csv": plainTable(n),
  "a.labels.csv": lines(header, rows.length, (i) => rows[i]),
});
const from = { from: "intervals", files: "\\.labels\\.csv$" };
const ofIntervals = { time: "t", label: from };
const halves = { rate: 50, recordings: [whole(n, { label: (i) => i < n / 2 ? "walk" : "sit" })] };
const refused = (name: string, rows: (string | number)[][], words: RegExp): Odd => ({
  name,
  files: intervals(rows),
  with: ofIntervals,
  expect: { refused: words },
});
const people = (names: string[]) => ({
  "a.csv": lines(`who,${plainHeader}`, 300, (i) => [names[Math.floor(i / 100)], ...plainRow(i)]),
});
const parts = (subjects: string[]) => ({
  rate: 50,
  recordings: subjects.map((subject, k) => ({
    subject,
    samples: 100,
    value: (i: number, c: number) => signal(i + 100 * k, c),
  })),
});
const classes = (texts: string[]) => ({
  "a.csv": lines("x,y,z,act", 300, (i) => [...channelsOf(i), texts[Math.floor(i / 100)]]),
});
const recording = (k: number) => lines(plainHeader, 100, (i) => [plainRow(i)[0], ...channelsOf(i + 100 * k)]);
const ofList = {
  time: "t",
  label: { from: "metadata", column: "label" },
  subject: { from: "metadata", column: "who" },
  metadata: { files: "list" },
};

export const labels: Odd[] = [
  refused(
    "refuses intervals in milliseconds, the first of which would cover all",
    [[0, 4000, "walk"], [4000, 8000, "sit"]],
    /reach to 8000 s, the recording lasts 8 s\n.*unit: 0\.001/,
  ),
  refused(
    "refuses intervals in samples",
    [[0, 200, "walk"], [200, 400, "sit"]],
    /reach to 400 s, the recording lasts 8 s\n.*unit: 0\.02 for samples/,
  ),
  refused(
    "refuses intervals that all lie elsewhere",
    [[1_700_000_000, 1_700_000_004, "walk"]],
    /all 1 lie outside of their recordings.*\n.*times: clock/,
  ),
  refused(
    "refuses times of two parts, which could be hours or minutes",
    [["0:00", "0:04", "walk"]],
    /Cannot tell hours from minutes.*0:00/,
  ),
  {
    name: "reads intervals of onset and duration",
    files: intervals([[0, 4, "walk"], [4, 4, "sit"]], "onset,duration,trial_type"),
    with: { time: "t", label: { ...from, label: "trial_type" } },
    expect: halves,
  },
  {
    name: "lets rounded ends of intervals share a sample",
    files: intervals([[0, 4.005, "walk"], [4, 8, "sit"]]),
    with: ofIntervals,
    expect: { rate: 50, recordings: [whole(n, { label: (i) => i <= n / 2 ? "walk" : "sit" })] },
  },
  {
    name: "says that points in time label nothing",
    files: intervals([[0, 4, "walk"], [5, 5, "fall"]]),
    with: ofIntervals,
    expect: {
      rate: 50,
      recordings: [whole(n, { label: (i) => i < n / 2 ? "walk" : "" })],
      warns: /1 of 2 label intervals last no time/,
    },
  },
  {
    name: "joins lists by folder where files of several folders have one name",
    files: {
      "x/r.csv": recording(0),
      "y/r.csv": recording(1),
      "list.csv": "file,label,who\nx/r.csv,walk,p1\ny/r.csv,sit,p2\n",
    },
    with: ofList,
    expect: parts(["p1", "p2"]),
  },
  {
    name: "joins lists by the names of folders",
    files: {
      "x/r.csv": recording(0),
      "y/r.csv": recording(1),
      "list.csv": "trial,label,who\nx,walk,p1\ny,sit,p2\n",
    },
    with: ofList,
    expect: parts(["p1", "p2"]),
  },
  {
    name: "refuses a list whose name could be either of two files",
    files: {
      "x/r.csv": recording(0),
      "y/r.csv": recording(1),
      "list.csv": "file,label,who\nr.csv,walk,p1\n",
    },
    with: ofList,
    expect: { refused: /2 files are called "r\.csv"\n.*x\/r, y\/r/ },
  },
  {
    name: "takes letters for the same however they are composed, and blanks that do not break for blanks",
    files: people(["Jo\u0308rg B", "J\u00f6rg\u00a0B", "J\u00f6rg B"]),
    with: { time: "t", subject: "who" },
    expect: parts(["J\u00f6rg B", "J\u00f6rg B", "J\u00f6rg B"]),
  },
  {
    name: "reports people who differ by zeros only",
    files: people(["S1", "S01", "S2"]),
    with: { time: "t", subject: "who" },
    expect: {
      ...parts(["S1", "S01", "S2"]),
      warns: /Subjects that differ in case, blanks or zeros only.*"S1" and "S01"/,
    },
  },
  {
    name: "takes -1 and N/A for unlabelled",
    files: classes(["1", "-1", "N/A"]),
    with: { rate: 50, label: "act" },
    expect: {
      rate: 50,
      recordings: [whole(300, { label: (i) => i < 100 ? "1" : "" })],
      warns: /label -1 was taken for unlabelled/,
    },
  },
  {
    name: "says that a class is called as what has no label",
    files: classes(["walk", "unknown", "sit"]),
    with: { rate: 50, label: "act" },
    expect: {
      rate: 50,
      recordings: [whole(300, { label: (i) => ["walk", "unknown", "sit"][Math.floor(i / 100)] })],
      warns: /Classes are called as what has no label \(see unlabelled\): "unknown"/,
    },
  },
];
