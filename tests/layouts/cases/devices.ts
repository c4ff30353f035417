/** Devices whose tables have rows, columns or times of more than one kind, and lines of facts above. */
import { channelsOf, type Layout, lines, signal, whole } from "../layout.ts";

const n = 200;
const at = (ms: number) => new Date(1_700_000_000_000 + ms).toISOString();
const xyz = (i: number) => channelsOf(i);
/** One row of a bird tag: a position every 50 rows, samples in between. */
const tag = (i: number) => {
  const position = i % 50 === 0;
  const values = position ? [0, 0, 0] : xyz(i - 1 - Math.floor(i / 50));
  return [191, at(20 * i).slice(0, 23).replace("T", " "), position ? "GPSS" : "SENSORS", 4100, ...values];
};
const tagHeader = "device_id,UTC_datetime,datatype,U_bat_mV,acc_x,acc_y,acc_z";

export const devices: Layout[] = [
  {
    name: "facts in comments, a counter instead of times",
    format: "csv",
    maker: "PicoQuake",
    source: "PLab-SI/PicoQuake: docs/acquisition_data.md",
    files: {
      "a.csv":
        "# PLab PicoQuake Data\n# Num. samples: 200, Duration: 2.0 s\n# Config: data_rate = 100.0 Hz, acc_range = 4 g\n" +
        lines("count,a_x,a_y,a_z,g_x,g_y,g_z", n, (i) => [i + 1, ...xyz(i), ...xyz(i)]),
    },
    with: { rate: 100 },
    expect: {
      rate: 100,
      channels: ["a_x", "a_y", "a_z", "g_x", "g_y", "g_z"],
      recordings: [whole(n, { value: (i, c) => signal(i, c % 3) })],
      warns: /left out.*: count/,
    },
  },
  {
    name: "the label in a comment, units in the header",
    format: "csv",
    maker: "Sensor Logger for Android",
    source: "AhmedHamedTN/SensorLogger: readme.md",
    files: {
      "a.csv": "#walk\n" +
        lines(
          "time[ms]; x-axis[m/s^2]; y-axis[m/s^2]; z-axis[m/s^2]",
          n,
          (i) => [728 + 20 * i, ...xyz(i)],
          ";",
        ),
    },
    with: { time: "time[ms]" },
    expect: { rate: 50, units: ["m/s^2", "m/s^2", "m/s^2"], recordings: [whole(n)] },
  },
  {
    name: "two clocks and an accuracy beside",
    format: "csv",
    maker: "Beiwe",
    source: "column names of Beiwe's raw accelerometer files; no public page of the maker found",
    files: {
      "a.csv": lines("timestamp,UTC time,accuracy,x,y,z", n, (i) => [
        1_700_000_000_000 + 100 * i,
        at(100 * i).slice(0, -1),
        "unknown",
        ...xyz(i),
      ]),
    },
    with: { time: "timestamp" },
    expect: {
      rate: 10,
      channels: ["x", "y", "z"],
      recordings: [whole(n)],
      warns: /left out.*UTC time, accuracy/,
    },
  },
  {
    name: "positions between the samples",
    format: "csv",
    maker: "Ornitela",
    source: "Movebank: Ornitela tags; the column names are those of users' scripts",
    files: { "a.csv": lines(tagHeader, n, tag) },
    with: { time: "UTC_datetime" },
    expect: { refused: /datatype changes among GPSS, SENSORS[^]*where: \{ "datatype"/ },
  },
  {
    name: "positions between the samples, which are chosen",
    format: "csv",
    maker: "Ornitela",
    source: "Movebank: Ornitela tags; the column names are those of users' scripts",
    files: { "a.csv": lines(tagHeader, n, tag) },
    with: {
      time: "UTC_datetime",
      sensors: { tag: { where: { datatype: "SENSORS" }, columns: ["acc_x", "acc_y", "acc_z"] } },
    },
    expect: {
      rate: 50,
      // A position takes a sample's time: its tick is interpolated.
      recordings: [{
        samples: 199,
        value: (i, c) => i % 50 === 49 ? NaN : signal(i - Math.floor((i + 1) / 50), c),
      }],
    },
  },
  {
    name: "two sensors by turns under the same times",
    format: "csv",
    maker: "exports of data bases",
    source: "layout of one row for each reading, as UMAFall has it",
    files: {
      "a.csv": lines("time,sensor,x,y,z", 2 * n, (i) => [
        ((i >> 1) / 50).toFixed(2),
        i % 2 ? "gyro" : "acc",
        ...xyz(i >> 1).map((v) => i % 2 ? -v : v),
      ]),
    },
    with: { time: "time" },
    expect: { refused: /sensor changes among acc, gyro/ },
  },
  {
    name: "a time column for each signal",
    format: "csv",
    maker: "Delsys Trigno",
    source: "Delsys EMGworks exports: X[s] before each signal",
    files: {
      "a.csv": lines(
        'X[s],"Trigno 1: EMG 1 [Volts]",X[s],"Trigno 1: Acc X [g]"',
        n,
        (i) => [(i * 0.0009).toFixed(4), signal(i, 0), (i * 0.00675).toFixed(5), signal(i, 1)],
      ),
    },
    with: { time: 1, sensors: { arm: [4] } },
    expect: { refused: /has a time column of its own, column 3[^]*Set time: 3/ },
  },
  {
    name: "a time column for each signal, the right one named",
    format: "csv",
    maker: "Delsys Trigno",
    source: "Delsys EMGworks exports: X[s] before each signal",
    files: {
      "a.csv": lines(
        'X[s],"Trigno 1: EMG 1 [Volts]",X[s],"Trigno 1: Acc X [g]"',
        n,
        (i) => [(i * 0.0009).toFixed(4), signal(i, 0), (i * 0.01).toFixed(5), signal(i, 1)],
      ),
    },
    with: { time: 3, sensors: { arm: [4] } },
    expect: { rate: 100, recordings: [whole(n, { value: (i) => signal(i, 1) })] },
  },
  {
    name: "counts in mg, nanoseconds of the sensor beside the phone's clock",
    format: "txt",
    maker: "Polar Sensor Logger",
    source: "column names of the app's text files, as readers of them have it; no page of the maker found",
    files: {
      "a.txt": lines("Phone timestamp;sensor timestamp [ns];X [mg];Y [mg];Z [mg]", n, (i) => [
        at(1000 * Math.floor(i / 50)).slice(0, -1),
        `${753_000_000_000_000_000n + BigInt(i) * 20_000_000n}`,
        ...xyz(i),
      ], ";"),
    },
    with: { time: "sensor timestamp [ns]" },
    expect: { rate: 50, units: ["mg", "mg", "mg"], recordings: [whole(n)] },
  },
  {
    name: "a line of format above the header, two sensors in one table",
    format: "csv",
    maker: "APDM Opal",
    source: "APDM Motion Studio: CSV export; the column names are those of users' scripts",
    files: {
      "a.csv": "Format=7\n" + lines(
        [
          "Time (s)",
          ...[1, 2].flatMap((s) => ["X", "Y", "Z"].map((a) => `Sensor ${s} Acceleration ${a} (m/s^2)`)),
        ]
          .join(","),
        n,
        (i) => [(i / 128).toFixed(7), ...xyz(i), ...xyz(i)],
      ),
    },
    with: { time: "Time (s)" },
    expect: { rate: 128, recordings: [whole(n, { value: (i, c) => signal(i, c % 3) })] },
  },
];
