/** Files of phones and watches. */
import { zipSync } from "fflate";
import { channelsOf, type Layout, lines, signal, two, whole } from "../layout.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const reversed = (i: number, width = 3) => channelsOf(i, width).reverse();
const nanoseconds = (i: number, step: number) =>
  `${BigInt(1698501144401) * 1000000n + BigInt(i * step) * 1000000n}`;
const logger = (n: number, step: number) =>
  lines(
    "time,seconds_elapsed,z,y,x",
    n,
    (i) => [nanoseconds(i, step), (i * step / 1e3).toFixed(3), ...reversed(i)],
  );
const comma = (x: number) => String(x).replace(".", ",");
const plain = (n: number) => lines("t,x,y,z", n, (i) => [i * 20, ...channelsOf(i)]);
const phyphox = lines(
  '"Time (s)";"Acceleration x (m/s^2)";"Acceleration y (m/s^2)";"Acceleration z (m/s^2)"',
  200,
  (i) => [(i / 100).toExponential(9).replace(".", ","), ...channelsOf(i).map(comma)],
  ";",
);

export const phones: Layout[] = [
  {
    name: "columns z, y, x",
    format: "csv",
    maker: "Sensor Logger",
    source: "gyroflow/gyroflow#54",
    files: { "Accelerometer.csv": logger(200, 10) },
    with: { time: "time", sensors: { phone: ["x", "y", "z"] } },
    expect: { rate: 100, recordings: [whole(200)] },
  },
  {
    name: "a file for each sensor, of different rates",
    format: "csv in a folder",
    maker: "Sensor Logger",
    source: "gyroflow/gyroflow#54",
    files: { "walk/Accelerometer.csv": logger(200, 20), "walk/Gyroscope.csv": logger(400, 10) },
    with: {
      time: "time",
      rate: 50,
      sensors: {
        phone: [
          { files: "Accelerometer", columns: ["x", "y", "z"] },
          { files: "Gyroscope", columns: ["x", "y", "z"] },
        ],
      },
    },
    expect: {
      rate: 50,
      channels: ["acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z"],
      recordings: [{ samples: 200, value: (i, c) => c < 3 ? signal(i, c) : NaN }],
    },
  },
  {
    name: "a file for each sensor, taken for recordings of one",
    format: "csv in a folder",
    maker: "Sensor Logger",
    source: "gyroflow/gyroflow#54",
    files: { "Accelerometer.csv": logger(200, 10), "Gyroscope.csv": logger(200, 10) },
    with: { time: "time" },
    expect: { refused: /different sensors by their names[^]*files: "Accelerometer"/ },
  },
  {
    name: "decimal comma, semicolons, powers of ten",
    format: "csv",
    maker: "phyphox",
    source: "phyphox: Exporting data",
    files: { "Raw Data.csv": phyphox },
    with: { time: "Time (s)" },
    expect: { rate: 100, units: ["m/s^2", "m/s^2", "m/s^2"], recordings: [whole(200)] },
  },
  {
    name: "a zip a recording, with facts of the phone beside",
    format: "zip",
    maker: "phyphox",
    source: "phyphox: Exporting data",
    files: Object.fromEntries(
      ["p1", "p2"].map((p) => [
        `${p}.zip`,
        zipSync({ "Raw Data.csv": bytes(phyphox), "meta/device.csv": bytes("property,value\nmodel,Q\n") }),
      ]),
    ),
    with: { time: "Time (s)", subject: { from: "filename", pattern: "(p\\d)" } },
    expect: { refused: /p1_Raw_Data of subject p1 and p2_Raw_Data of subject p2 hold the same samples/ },
  },
  {
    name: "zips in a zip",
    format: "zip",
    maker: "RealWorld HAR",
    source: "RealWorld (HAR) data set, University of Mannheim",
    files: {
      "all.zip": zipSync({
        "proband1/acc_walking_csv.zip": zipSync({
          "acc_walking_waist.csv": bytes(plain(100)),
          "readMe": bytes("-"),
        }),
        "proband2/acc_walking_csv.zip": zipSync({ "acc_walking_waist.csv": bytes(plain(120)) }),
      }),
    },
    with: {
      time: "t",
      label: { from: "filename", pattern: "acc_([a-z]+)_csv" },
      subject: { from: "filename", pattern: "proband(\\d+)" },
    },
    expect: {
      rate: 50,
      recordings: [
        whole(100, { subject: "1", label: () => "walking" }),
        whole(120, { subject: "2", label: () => "walking" }),
      ],
    },
  },
  {
    name: "ISO times with a zone",
    format: "csv",
    maker: "SensorLog for iOS",
    source: "SensorLog: field descriptions",
    files: {
      "a.csv": lines(
        "loggingTime(txt),accelerometerAccelerationX(G),accelerometerAccelerationY(G),accelerometerAccelerationZ(G)",
        200,
        (
          i,
        ) => [
          `2024-10-27T02:00:0${Math.floor(i / 50)}.${String(i % 50 * 20).padStart(3, "0")}+01:00`,
          ...channelsOf(i),
        ],
      ),
    },
    with: { time: "loggingTime(txt)" },
    expect: { rate: 50, units: ["G", "G", "G"], recordings: [whole(200)] },
  },
  {
    name: "user and activity in each row, closed by a semicolon",
    format: "txt",
    maker: "WISDM Actitracker",
    source: "WISDM: activity prediction v1.1",
    files: {
      "raw.txt": lines("", 400, (i) => [
        i < 200 ? 33 : 17,
        i % 200 < 100 ? "Jogging" : "Walking",
        nanoseconds(i, 50),
        ...channelsOf(i),
      ]).replaceAll("\n", ";\n"),
    },
    with: { time: 3, subject: 1, label: 2, sensors: { phone: [4, 5, 6] } },
    expect: {
      rate: 20,
      recordings: [
        whole(200, { subject: "33", label: (i) => i < 100 ? "Jogging" : "Walking" }),
        {
          samples: 200,
          subject: "17",
          label: (i) => i < 100 ? "Jogging" : "Walking",
          value: (i, c) => signal(200 + i, c),
        },
      ],
    },
  },
  {
    name: "two rows glued into one",
    format: "txt",
    maker: "WISDM Actitracker",
    source: "WISDM: activity prediction v1.1",
    files: {
      "raw.txt": lines("", 200, (i) => [33, "Jogging", nanoseconds(i, 50), ...channelsOf(i)])
        .replaceAll("\n", ";\n").replace(/;\n(33,Jogging,\d+)/, ";$1"),
    },
    with: { time: 3, subject: 1, label: 2, sensors: { phone: [4, 5, 6] } },
    expect: { refused: /raw\.txt:1: Cannot read column 6: "1\.7254;33"[^]*on_bad: gap/ },
  },
  {
    name: "rows of several people by time",
    format: "csv",
    maker: "HHAR",
    source: "Heterogeneity Activity Recognition data set, Phones_accelerometer.csv",
    files: {
      "phones.csv": lines(
        "Index,Creation_Time,x,y,z,User,gt",
        400,
        (
          k,
        ) => [
          k,
          nanoseconds(Math.floor(k / 2), 10),
          ...channelsOf(Math.floor(k / 2)),
          "ab"[k % 2],
          k < 200 ? "bike" : "sit",
        ],
      ),
    },
    with: { time: "Creation_Time", subject: "User", label: "gt", sensors: { phone: ["x", "y", "z"] } },
    expect: { refused: /of subject a and .* of subject b hold the same samples/ },
  },
  {
    name: "rows of several people by time, who differ",
    format: "csv",
    maker: "HHAR",
    source: "Heterogeneity Activity Recognition data set, Phones_accelerometer.csv",
    files: {
      "phones.csv": lines(
        "Creation_Time,x,y,z,User",
        400,
        (
          k,
        ) => [
          nanoseconds(Math.floor(k / 2), 10),
          ...channelsOf(Math.floor(k / 2)).map((v) => k % 2 * 3 + v),
          "ab"[k % 2],
        ],
      ),
    },
    with: { time: "Creation_Time", subject: "User" },
    expect: {
      rate: 100,
      recordings: [
        whole(200, { subject: "a" }),
        { samples: 200, subject: "b", value: (i, c) => 3 + signal(i, c) },
      ],
    },
  },
  {
    name: "whole seconds at 50 Hz",
    format: "csv",
    maker: "exports that drop the fraction",
    source: "OxWearables/biobankAccelerometerAnalysis#81",
    files: {
      "a.csv": lines(
        "time,x,y,z",
        500,
        (i) => [`2015-06-22 00:00:${two(Math.floor(i / 50))}`, ...channelsOf(i)],
      ),
    },
    with: { time: "time" },
    expect: { rate: 50, recordings: [whole(500)], warns: /share a time were spread evenly/ },
  },
  {
    name: "three samples to a stamp",
    format: "csv",
    maker: "MetaWear over Bluetooth",
    source: "mbientlab/MetaWear-SDK-iOS-macOS-tvOS#1",
    files: {
      "a.csv": lines("epoch,x,y,z", 600, (i) => [1487325600000 + Math.floor(i / 3) * 30, ...channelsOf(i)]),
    },
    with: { time: "epoch" },
    expect: { rate: 100, recordings: [whole(600)], warns: /spread evenly/ },
  },
  {
    name: "a stamp of a second for a block of 30",
    format: "csv",
    maker: "ActiGraph raw by skdh",
    source: "pfizer-opensource/scikit-digital-health#90",
    files: { "a.csv": lines("ts,x,y,z", 600, (i) => [1700000000 + Math.floor(i / 30), ...channelsOf(i)]) },
    with: { time: "ts" },
    expect: { rate: 30, recordings: [whole(600)], warns: /spread evenly/ },
  },
  {
    name: "half of the people in another unit",
    format: "csv",
    maker: "phones of two systems",
    source: "predictive-technology-laboratory/sensus#346",
    files: {
      "ios_1.csv": plain(100),
      "android_1.csv": lines("t,x,y,z", 100, (i) => [i * 20, ...channelsOf(i).map((v) => v * 9.80665)]),
    },
    with: {
      time: "t",
      units: { x: "g", y: "g", z: "g" },
      units_by_file: [{ files: "android", units: { x: "m/s^2", y: "m/s^2", z: "m/s^2" } }],
    },
    expect: { rate: 50, recordings: [whole(100, { id: "android_1" }), whole(100, { id: "ios_1" })] },
  },
];
