/** Files of tags on animals: bursts in all their forms. */
import { channelsOf, type Layout, lines, signal, two, whole } from "../layout.ts";

const samples = 20;
/** Burst `k` begins at sample `20 k` of the signal. */
const burst = (k: number) => Array.from({ length: samples }, (_, i) => channelsOf(k * samples + i));
const transposed = (k: number) => [0, 1, 2].map((c) => burst(k).map((row) => row[c]));
const numbered = (f: (i: number, axis: string) => string, order: "sample" | "channel") => {
  const steps = Array.from({ length: samples }, (_, i) => i);
  const axes = ["x", "y", "z"];
  return order === "sample"
    ? steps.flatMap((i) => axes.map((a) => f(i, a)))
    : axes.flatMap((a) => steps.map((i) => f(i, a)));
};
const bursts = (n: number, more: (k: number) => object = () => ({})) =>
  Array.from(
    { length: n },
    (_, k) => whole(samples, { value: (i, c) => signal(k * samples + i, c), ...more(k) }),
  );
const behaviour = (k: number) => k % 2 === 0 ? "graze" : "walk";
const labelled = (k: number) => ({ label: () => behaviour(k) });
const minute = (k: number) => `2024-05-01 10:${two(5 * k)}:00.000`;

export const animals: Layout[] = [
  {
    name: "a burst a row, x1 y1 z1 x2 …, its label at the end",
    format: "csv",
    maker: "AcceleRater",
    source: "AcceleRater: a web application for supervised learning of behavioral modes",
    files: {
      "a.csv": lines("", 12, (k) => [...burst(k).flat(), behaviour(k)]),
    },
    with: { rate: 10, bursts: { order: "sample" }, label: 61 },
    expect: { rate: 10, channels: ["x", "y", "z"], recordings: bursts(12, labelled) },
  },
  {
    name: "a burst a row, all x before all y",
    format: "csv",
    maker: "arrays saved as tables",
    source: "AcceleRater: a web application for supervised learning of behavioral modes",
    files: {
      "a.csv": lines([...numbered((i, a) => `${a}${i + 1}`, "channel"), "behaviour"].join(), 12, (k) => [
        ...transposed(k).flat(),
        behaviour(k),
      ]),
    },
    with: { rate: 10, bursts: {}, label: "behaviour" },
    expect: { rate: 10, recordings: bursts(12, labelled) },
  },
  {
    name: "a burst a row under names like acc_x_0",
    format: "csv",
    maker: "pandas",
    source: "inbo/bird-tracking#177",
    files: {
      "a.csv": lines(
        ["tag", ...numbered((i, a) => `acc_${a}_${i}`, "sample"), "rate_hz", "label"].join(),
        12,
        (k) => [
          k < 6 ? "t1" : "t2",
          ...burst(k).flat(),
          20,
          behaviour(k),
        ],
      ),
    },
    with: { bursts: { rate: "rate_hz" }, label: "label", subject: "tag" },
    expect: { rate: 20, recordings: bursts(12, (k) => ({ ...labelled(k), subject: k < 6 ? "t1" : "t2" })) },
  },
  {
    name: "numbered columns whose order nobody states",
    format: "csv",
    maker: "R, V1 to V60",
    source: "AcceleRater: a web application for supervised learning of behavioral modes",
    files: {
      "a.csv": lines([...Array.from({ length: 60 }, (_, k) => `V${k + 1}`), "behaviour"].join(), 12, (k) => [
        ...burst(k).flat(),
        behaviour(k),
      ]),
    },
    with: { rate: 10, bursts: {}, label: "behaviour" },
    expect: { refused: /Cannot tell the order of the samples[^]*bursts\.order: sample for x1 y1 z1/ },
  },
  {
    name: "numbered columns, taken for channels",
    format: "csv",
    maker: "R, V1 to V60",
    source: "AcceleRater: a web application for supervised learning of behavioral modes",
    files: {
      "a.csv": lines([...Array.from({ length: 60 }, (_, k) => `V${k + 1}`), "behaviour"].join(), 12, (k) => [
        ...burst(k).flat(),
        behaviour(k),
      ]),
    },
    with: { rate: 10, label: "behaviour" },
    expect: { refused: /60 columns are more than a sensor has channels[^]*burst/ },
  },
  {
    name: "numbered columns in a stated order",
    format: "csv",
    maker: "R, V1 to V60",
    source: "AcceleRater: a web application for supervised learning of behavioral modes",
    files: {
      "a.csv": lines([...Array.from({ length: 60 }, (_, k) => `V${k + 1}`), "behaviour"].join(), 12, (k) => [
        ...transposed(k).flat(),
        behaviour(k),
      ]),
    },
    with: { rate: 10, bursts: { order: "channel" }, label: "behaviour" },
    expect: { rate: 10, recordings: bursts(12, labelled) },
  },
  {
    name: "a burst in one cell, with its begin and rate",
    format: "csv",
    maker: "Movebank, e-obs tags",
    source: "Movebank attribute dictionary: eobs accelerations raw",
    files: {
      "a.csv": lines(
        "timestamp,eobs:acceleration-sampling-frequency-per-axis,eobs:accelerations-raw,individual-local-identifier",
        12,
        (k) => [minute(k), "10.0", `"${burst(k).flat().join(" ")}"`, "stork"],
      ),
    },
    with: {
      time: "timestamp",
      subject: "individual-local-identifier",
      bursts: { cell: "eobs:accelerations-raw", rate: "eobs:acceleration-sampling-frequency-per-axis" },
    },
    expect: { rate: 10, recordings: bursts(12, () => ({ subject: "stork" })) },
  },
  {
    name: "a burst in one cell as JSON by sample",
    format: "csv",
    maker: "exports of data bases",
    source: "inbo/bird-tracking#297",
    files: { "a.csv": lines("id;acc", 12, (k) => [k, `"${JSON.stringify(burst(k))}"`], ";") },
    with: { rate: 20, bursts: { cell: "acc" } },
    expect: { rate: 20, recordings: bursts(12) },
  },
  {
    name: "a burst in one cell as JSON by axis",
    format: "csv",
    maker: "exports of data bases",
    source: "inbo/bird-tracking#274",
    files: {
      "a.csv": lines("id;acc", 12, (k) => {
        const [x, y, z] = transposed(k);
        return [k, `"${JSON.stringify({ x, y, z }).replaceAll('"', '""')}"`];
      }, ";"),
    },
    with: { rate: 20, bursts: { cell: "acc" } },
    expect: { rate: 20, recordings: bursts(12) },
  },
  {
    name: "a cell whose list lacks a number",
    format: "csv",
    maker: "Movebank, e-obs tags",
    source: "Movebank attribute dictionary: eobs accelerations raw",
    files: {
      "a.csv": lines("id,acc", 12, (k) => [k, burst(k).flat().slice(0, k === 5 ? 59 : 60).join(" ")]),
    },
    with: { rate: 20, bursts: { cell: "acc" } },
    expect: {
      refused: /a\.csv:7: Cannot read burst: 59 numbers are no whole number of samples of 3 channels/,
    },
  },
  {
    name: "bursts of different length, filled up with nothing",
    format: "csv",
    maker: "R, data frames",
    source: "inbo/bird-tracking#177",
    files: {
      "a.csv": lines(
        numbered((i, a) => `${a}${i + 1}`, "sample").join(),
        6,
        (k) =>
          burst(k).flatMap((row, i): (string | number)[] =>
            i >= 12 && k % 2 === 1 ? ["NA", "NA", "NA"] : row
          ),
      ),
    },
    with: { rate: 10, bursts: {} },
    expect: {
      rate: 10,
      recordings: bursts(6, (k) => ({ samples: k % 2 === 1 ? 12 : 20 })),
    },
  },
  {
    name: "bursts as rows, every five minutes",
    format: "csv.gz and csv",
    maker: "UvA-BiTS",
    source: "inbo/bird-tracking#177",
    files: {
      "a.csv": lines("device,date_time,x_acceleration,y_acceleration,z_acceleration", 80, (k) => {
        const [b, i] = [Math.floor(k / samples), k % samples];
        return [
          `6073`,
          `2014-07-05T10:${two(5 * b)}:00.${String(i * 50).padStart(3, "0")}Z`,
          ...channelsOf(k),
        ];
      }),
    },
    with: { time: "date_time", subject: "device" },
    expect: { rate: 20, recordings: bursts(4, () => ({ subject: "6073" })) },
  },
  {
    name: "several values in a packet of one stamp",
    format: "csv",
    maker: "Movesense",
    source: "AndyCW/MovesenseDotNet#14",
    files: {
      "a.csv": lines(
        ["Timestamp", ...numbered((i, a) => `${a}${i}`, "sample")].join(),
        5,
        (k) => [k * 385, ...burst(k).flat()],
      ),
    },
    with: { rate: 52, time: { column: "Timestamp", unit: "ms" }, bursts: {} },
    expect: { rate: 52, recordings: bursts(5) },
  },
  {
    name: "date and time in columns of their own",
    format: "csv",
    maker: "Technosmart",
    source: "Technosmart: X Manager export",
    files: {
      "a.csv": lines("TagID,Date,Time,X,Y,Z", 100, (i) => [
        "GH01",
        "21/08/2019",
        `12:00:${two(Math.floor(i / 25))}.${String(i % 25 * 40).padStart(3, "0")}`,
        ...channelsOf(i),
      ]),
    },
    with: { time: { columns: ["Date", "Time"] }, subject: "TagID" },
    expect: { rate: 25, channels: ["X", "Y", "Z"], recordings: [whole(100, { subject: "GH01" })] },
  },
];
