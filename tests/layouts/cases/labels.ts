/** Labels, people and facts beside the samples. */
import { channelsOf, type Layout, lines, whole } from "../layout.ts";

const table = (n: number, shift = 0) => lines("t,x,y,z", n, (i) => [i * 20, ...channelsOf(i + shift)]);
const flags = (clash: boolean) =>
  lines("t,x,y,z,lie,stand,chew", 400, (i) => [
    (i * 0.05).toFixed(2),
    ...channelsOf(i),
    Number(i < 200),
    Number(i >= 200),
    Number(clash && i % 80 < 40),
  ]);
const twoPeople = { "rec_a.csv": table(100), "rec_b.csv": table(100, 500) };
const halves = (a: string, b: string) => (i: number) => i < 100 ? a : b;

export const labels: Layout[] = [
  {
    name: "a column of 0 and 1 for each class",
    format: "csv",
    maker: "annotation tables",
    source: "sgoldenlab/simba#391",
    files: { "a.csv": flags(false) },
    with: {
      time: "t",
      label: { from: "flags", columns: ["lie", "stand"] },
      sensors: { ear: ["x", "y", "z"] },
    },
    expect: { rate: 20, recordings: [whole(400, { label: (i) => i < 200 ? "lie" : "stand" })] },
  },
  {
    name: "flags that overlap",
    format: "csv",
    maker: "posture beside activity",
    source: "sgoldenlab/simba#391",
    files: { "a.csv": flags(true) },
    with: { time: "t", label: { from: "flags", columns: ["chew", "lie", "stand"] } },
    expect: { refused: /a\.csv:2: .*chew and lie are both set[^]*overlap: first/ },
  },
  {
    name: "flags that overlap, the first one wins",
    format: "csv",
    maker: "posture beside activity",
    source: "sgoldenlab/simba#391",
    files: { "a.csv": flags(true) },
    with: { time: "t", label: { from: "flags", columns: ["chew", "lie", "stand"], overlap: "first" } },
    expect: {
      rate: 20,
      recordings: [whole(400, { label: (i) => i % 80 < 40 ? "chew" : i < 200 ? "lie" : "stand" })],
    },
  },
  {
    name: "a label under another name among the columns",
    format: "csv",
    maker: "exports with codes beside names",
    source: "PAMAP2 and WISDM: class columns of numbers",
    files: {
      "a.csv": lines(
        "acc_x,acc_y,acc_z,code,activity",
        200,
        (i) => [...channelsOf(i), i < 100 ? 3 : 4, i < 100 ? "lie" : "walk"],
      ),
    },
    with: { rate: 50, label: "activity", sensors: { hip: ["acc_x", "acc_y", "acc_z", "code"] } },
    expect: { refused: /"code" as a sensor.*the label under another name/ },
  },
  {
    name: "intervals with a column of behaviours",
    format: "csv and csv",
    maker: "BORIS",
    source: "olivierfriard/BORIS#644",
    files: {
      "sow1.csv": table(200),
      "sow1_boris.csv":
        "Observation id,Subject,Behavior,Start (s),Stop (s),Duration (s)\no1,s,nurse,0.0,2.0,2.0\no1,s,root,2.0,4.0,2.0\n",
    },
    with: {
      time: "t",
      label: { from: "intervals", files: "_boris", start: "Start (s)", end: "Stop (s)", label: "Behavior" },
    },
    expect: { rate: 50, recordings: [whole(200, { label: halves("nurse", "root") })] },
  },
  {
    name: "intervals without header",
    format: "csv and txt",
    maker: "Audacity label track",
    source: "Audacity manual: importing and exporting labels",
    files: { "p1.csv": table(200), "p1_labels.txt": "0.000000\t2.000000\tsit\n2.000000\t4.000000\tstand\n" },
    with: { time: "t", label: { from: "intervals", files: "_labels" } },
    expect: { rate: 50, recordings: [whole(200, { label: halves("sit", "stand") })] },
  },
  {
    name: "intervals in milliseconds",
    format: "csv and txt",
    maker: "ELAN tab-delimited export",
    source: "ELAN manual: exporting as tab-delimited text",
    files: {
      "p1.csv": table(200),
      "p1.elan.txt":
        "tier\tBegin Time - msec\tEnd Time - msec\tvalue\nact\t0\t2000\tsit\nact\t2000\t4000\tstand\n",
    },
    with: {
      time: "t",
      label: {
        from: "intervals",
        files: "\\.elan",
        start: "Begin Time - msec",
        end: "End Time - msec",
        label: "value",
        unit: 0.001,
      },
    },
    expect: { rate: 50, recordings: [whole(200, { label: halves("sit", "stand") })] },
  },
  {
    name: "intervals on the recording's own clock, of all recordings in one file",
    format: "csv and csv",
    maker: "annotations of field studies",
    source: "neuroinformatics-unit/movement#1034",
    files: {
      "a.csv": lines("t,x,y,z", 200, (i) => [1700000000000 + i * 20, ...channelsOf(i)]),
      "b.csv": lines("t,x,y,z", 200, (i) => [1700009000000 + i * 20, ...channelsOf(i + 900)]),
      "events.csv":
        "file,start,end,label\na.csv,1700000000,1700000002,rest\na.csv,1700000002,1700000004,fly\nb.csv,1700009000,1700009004,rest\n",
    },
    with: { time: "t", label: { from: "intervals", files: "events", file: "file", times: "clock" } },
    expect: {
      rate: 50,
      recordings: [whole(200, { label: halves("rest", "fly") }), { samples: 200, label: () => "rest" }],
    },
  },
  {
    name: "labels and people in a list of the files",
    format: "csv",
    maker: "shared study folders",
    source: "BIDS: scans and participants files",
    files: {
      ...twoPeople,
      "labels.csv": "file,label,person,age\nrec_a.csv,walk,p1,31\nrec_b.csv,rest,p2,55\n",
    },
    with: {
      time: "t",
      metadata: { files: "labels" },
      label: { from: "metadata", column: "label" },
      subject: { from: "metadata", column: "person" },
    },
    expect: {
      rate: 50,
      recordings: [
        whole(100, { subject: "p1", label: () => "walk", facts: { age: 31 } }),
        { samples: 100, subject: "p2", label: () => "rest", facts: { age: 55 } },
      ],
    },
  },
  {
    name: "labels in a list of the files as JSON",
    format: "csv and json",
    maker: "Edge Impulse",
    source: "Edge Impulse: info.labels file",
    files: {
      ...twoPeople,
      "info.labels.json": '[{"path":"rec_a.csv","label":"wave"},{"path":"rec_b.csv","label":"idle"}]',
    },
    with: { time: "t", metadata: { files: "info\\.labels" }, label: { from: "metadata", column: "label" } },
    expect: {
      rate: 50,
      recordings: [whole(100, { label: () => "wave" }), { samples: 100, label: () => "idle" }],
    },
  },
  {
    name: "groups and ages of people",
    format: "csv and tsv",
    maker: "clinical studies",
    source: "BIDS: participants.tsv",
    files: {
      "sub-01_gait.csv": table(100),
      "sub-02_gait.csv": table(100, 500),
      "participants.tsv": "participant_id\tgroup\tage\nsub-01\tpatient\t70\nsub-02\tcontrol\t66\n",
    },
    with: {
      time: "t",
      subject: { from: "filename", pattern: "(sub-\\d+)" },
      metadata: { files: "participants", subject: "participant_id" },
    },
    expect: {
      rate: 50,
      recordings: [
        whole(100, { subject: "sub-01", facts: { group: "patient", age: 70 } }),
        { samples: 100, subject: "sub-02", facts: { group: "control", age: 66 } },
      ],
    },
  },
  {
    name: "a list of the files that a file is missing from",
    format: "csv",
    maker: "shared study folders",
    source: "BIDS: scans and participants files",
    files: { ...twoPeople, "labels.csv": "file,label\nrec_a.csv,walk\n" },
    with: { time: "t", metadata: { files: "labels" }, label: { from: "metadata", column: "label" } },
    expect: { refused: /rec_b\.csv: Cannot find the file in labels\.csv/ },
  },
  {
    name: "a README and a licence in the folder",
    format: "csv",
    maker: "shared study folders",
    source: "every data set with a readme, e.g. PhysioNet",
    files: {
      "s1.csv": table(100),
      "README.txt": "Recorded in spring.\nUnits: g\n",
      "LICENSE.txt": "CC BY 4.0\n",
    },
    with: { time: "t" },
    expect: { rate: 50, recordings: [whole(100)], warns: /tell about the data.*README\.txt/ },
  },
  {
    name: "labels 1 and 1.0",
    format: "csv",
    maker: "pandas with an empty cell",
    source: "pandas user guide: integer columns with missing values",
    files: {
      "s1.csv": lines("x,y,z,act", 100, (i) => [...channelsOf(i), i < 50 ? 1 : 2]),
      "s2.csv": lines(
        "x,y,z,act",
        100,
        (i) => [...channelsOf(i + 700), i < 10 ? "" : i < 50 ? "1.0" : "2.0"],
      ),
    },
    with: { rate: 50, label: "act", label_names: { 1: "walking", 2: "sitting" } },
    expect: {
      rate: 50,
      recordings: [
        whole(100, { label: (i) => i < 50 ? "walking" : "sitting" }),
        { samples: 100, label: (i) => i < 10 ? "" : i < 50 ? "walking" : "sitting" },
      ],
    },
  },
];
