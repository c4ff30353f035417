/** Files of the loggers that research wears. */
import { gzipSync } from "node:zlib";
import { channelsOf, type Layout, lines, signal, timeOfDay, two, whole } from "../layout.ts";

const xyz = ["Accelerometer X", "Accelerometer Y", "Accelerometer Z"];
const actigraph = [
  "------------ Data File Created By ActiGraph GT3X+ ActiLife v6.13.3 Firmware v3.2.1 date format M/d/yyyy at 30 Hz  Filter Normal -----------",
  "Serial Number: NEO1",
  "Start Time 10:00:00",
  "Start Date 9/25/2017",
  "Epoch Period (hh:mm:ss) 00:00:00",
  "Download Time 16:48:59",
  "Download Date 10/2/2017",
  "Current Memory Address: 0",
  "Current Battery Voltage: 3.94     Mode = 12",
  "--------------------------------------------------",
  "",
].join("\n");
const leap =
  actigraph.replace("GT3X+ ActiLife v6.13.3 Firmware v3.2.1 date format M/d/yyyy at 30 Hz", "LEAP") +
  lines(["Timestamp", ...xyz].join(), 120, (i) => [
    `11/12/2024 ${timeOfDay(17.5 * 3.6e6 + Math.floor(i * 1000 / 32))}`,
    ...channelsOf(i),
  ]);
const local = (i: number) => {
  // 02:30 to 03:00 summer time, then 02:00 to 02:30 winter time.
  const ms = (2.5 * 3600 + i / 10 - (i >= 18000 ? 3600 : 0)) * 1e3;
  return `2024-10-27 ${timeOfDay(ms)}`;
};
const change = lines("time,x,y,z", 36000, (i) => [local(i), ...channelsOf(i)]);

export const loggers: Layout[] = [
  {
    name: "ten lines above the header",
    format: "csv",
    maker: "ActiGraph",
    source: "wadpac/GGIR#501",
    files: { "a.csv": actigraph + lines(xyz.join(), 120, (i) => channelsOf(i)) },
    with: { rate: 30, sensors: { hip: xyz } },
    expect: { rate: 30, recordings: [whole(120)] },
  },
  {
    name: "ten lines above the header, stamps of day and month",
    format: "csv",
    maker: "ActiGraph LEAP",
    source: "OxWearables/stepcount#155",
    files: { "a.csv": leap },
    with: { time: { column: "Timestamp", format: "dd/MM/yyyy HH:mm:ss" }, sensors: { hip: xyz } },
    // Stamps of whole milliseconds: 32 Hz within half a sample.
    expect: { rate: 32, recordings: [whole(120)] },
  },
  {
    name: "ten lines above the header, stamps that leave day and month open",
    format: "csv",
    maker: "ActiGraph LEAP",
    source: "OxWearables/stepcount#155",
    files: { "a.csv": leap },
    with: { time: "Timestamp", sensors: { hip: xyz } },
    expect: { refused: /day from month[^]*format/ },
  },
  {
    name: "stamps of month, day and AM or PM",
    format: "csv",
    maker: "ActiGraph",
    source: "wadpac/GGIR#125",
    files: {
      "a.csv": actigraph +
        lines(`Timestamp,${xyz.join()}`, 600, (i) => [
          `9/25/2017 ${i < 300 ? 11 : 12}:${i < 300 ? "59:5" : "00:0"}${Math.floor(i % 300 / 30)}.${
            String(Math.floor(i % 30 * 1000 / 30)).padStart(3, "0")
          } ${i < 300 ? "AM" : "PM"}`,
          ...channelsOf(i),
        ]),
    },
    with: { time: "Timestamp", sensors: { hip: xyz } },
    expect: { rate: 30, recordings: [whole(600)] },
  },
  {
    name: "seconds since 1970, no header",
    format: "csv",
    maker: "Axivity AX3 by OmGui",
    source: "wadpac/GGIR: ax3_testfile_unix_timestamps.csv",
    files: { "a.csv": lines("", 200, (i) => [(1551174906 + i / 100).toFixed(4), ...channelsOf(i)]) },
    with: { time: 1, sensors: { wrist: [2, 3, 4] } },
    expect: { rate: 100, channels: ["acc_x", "acc_y", "acc_z"], recordings: [whole(200)] },
  },
  {
    name: "formatted stamps and two instruments, no header",
    format: "csv",
    maker: "Axivity AX6 by OmGui",
    source: "wadpac/GGIR: ax6_testfile_formatted_timestamps.csv",
    files: {
      "a.csv": lines(
        "",
        200,
        (i) => [`2021-01-26 14:53:${two(Math.floor(i / 50))}.${two(i % 50 * 2)}0`, ...channelsOf(i, 6)],
      ),
    },
    with: { time: 1, sensors: { wrist: [2, 3, 4, 5, 6, 7] } },
    expect: { rate: 50, recordings: [whole(200)] },
  },
  {
    name: "stamps with offset and name of the zone",
    format: "csv.gz",
    maker: "accelerometer of UK Biobank",
    source: "OxWearables/biobankAccelerometerAnalysis#81",
    files: {
      "a.csv.gz": gzipSync(lines("time,x,y,z", 200, (i) => [
        `2014-05-07 13:29:5${Math.floor(i / 100)}.${two(i % 100)}0+0100 [Europe/London]`,
        ...channelsOf(i),
      ])),
    },
    with: { time: "time" },
    expect: { rate: 100, recordings: [whole(200)] },
  },
  {
    name: "an hour that comes twice",
    format: "csv",
    maker: "local time over a clock change",
    source: "OxWearables/biobankAccelerometerAnalysis#55",
    files: { "a.csv": change },
    with: { time: "time" },
    expect: {
      refused: /a\.csv:18002: .*2024-10-27 02:59:59.*set back by a clock change[^]*unsorted: clock-change/,
    },
  },
  {
    name: "an hour that comes twice, counted on",
    format: "csv",
    maker: "local time over a clock change",
    source: "OxWearables/biobankAccelerometerAnalysis#203",
    files: { "a.csv": change },
    with: { time: "time", unsorted: "clock-change" },
    expect: { rate: 10, recordings: [whole(36000)] },
  },
  {
    name: "an hour that comes twice, sorted",
    format: "csv",
    maker: "local time over a clock change",
    source: "wadpac/GGIR#130",
    files: { "a.csv": change },
    with: { time: "time", unsorted: "sort" },
    expect: { refused: /clock change|mixed sample by sample/ },
  },
  {
    name: "pages of text above, times with milliseconds after a colon",
    format: "csv",
    maker: "GENEActiv",
    source: "wadpac/GGIR#239",
    files: {
      "a.csv":
        "Device Type,GENEActiv\nDevice Model,1.1\n\nMeasurement Frequency,50.0\n\nSubject Code,12\n\n" +
        lines(
          "",
          100,
          (
            i,
          ) => [
            `2012-05-23 16:47:5${Math.floor(i / 50)}:${String(i % 50 * 20).padStart(3, "0")}`,
            ...channelsOf(i),
            0,
          ],
        ),
    },
    with: { time: 1, sensors: { wrist: [2, 3, 4] } },
    expect: { rate: 50, recordings: [whole(100)] },
  },
  {
    name: "sep=, tabs and a row of units",
    format: "csv",
    maker: "Shimmer Consensys",
    source: "Consensys user guide: exporting data",
    files: {
      "a.csv": '"sep=\\t"\n' + lines(
        "S_Timestamp_Unix_CAL\tS_Accel_LN_X_CAL\tS_Accel_LN_Y_CAL\tS_Accel_LN_Z_CAL\nms\tm/(s^2)\tm/(s^2)\tm/(s^2)",
        100,
        (i) => [1700000000000 + i * 20, ...channelsOf(i)],
        "\t",
      ),
    },
    with: { time: "S_Timestamp_Unix_CAL" },
    expect: { rate: 50, units: ["m/s^2", "m/s^2", "m/s^2"], recordings: [whole(100)] },
  },
  {
    name: "sep=, facts above and microseconds",
    format: "csv",
    maker: "Xsens DOT",
    source: "pfizer-opensource/scikit-digital-health#145",
    files: {
      "a.csv": "sep=,\nDeviceTag:,D1\nFirmwareVersion:,1.6.0\n\n" +
        lines("PacketCounter,SampleTimeFine,Acc_X,Acc_Y,Acc_Z,", 180, (i) => [
          i + 1,
          1000000 + Math.round(i * 1e6 / 60),
          ...channelsOf(i),
          "",
        ]),
    },
    with: { time: { column: "SampleTimeFine", unit: "us" } },
    expect: { rate: 60, channels: ["Acc_X", "Acc_Y", "Acc_Z"], recordings: [whole(180)] },
  },
  {
    name: "ticks of a tenth of a millisecond below comments",
    format: "txt",
    maker: "Xsens MT export",
    source: "pfizer-opensource/scikit-digital-health#145",
    files: {
      "a.txt": "// Start Time: Unknown\n// Update Rate: 100.0Hz\n" +
        lines(
          "PacketCounter\tSampleTimeFine\tAcc_X\tAcc_Y\tAcc_Z",
          200,
          (i) => [i, 123456 + 100 * i, ...channelsOf(i)],
          "\t",
        ),
    },
    with: { time: { column: "SampleTimeFine", unit: 0.0001 }, sensors: { imu: ["Acc_X", "Acc_Y", "Acc_Z"] } },
    expect: { rate: 100, recordings: [whole(200)] },
  },
  {
    name: "ticks of a tenth of a millisecond whose unit nobody states",
    format: "txt",
    maker: "Xsens MT export",
    source: "pfizer-opensource/scikit-digital-health#145",
    files: {
      "a.txt": lines(
        "PacketCounter\tSampleTimeFine\tAcc_X\tAcc_Y\tAcc_Z",
        200,
        (i) => [i, 123456 + 100 * i, ...channelsOf(i)],
        "\t",
      ),
    },
    with: { time: "SampleTimeFine", rate: 100 },
    expect: { refused: /steps of 100.*\n.*unit: 0\.0001/ },
  },
  {
    name: "a counter of 16 bits that wraps",
    format: "csv",
    maker: "Xsens PacketCounter",
    source: "pfizer-opensource/scikit-digital-health#145",
    files: { "a.csv": lines("n,Acc_X,Acc_Y,Acc_Z", 300, (i) => [(65400 + i) % 65536, ...channelsOf(i)]) },
    with: { time: { column: "n", unit: "samples" }, rate: 100, unsorted: "wrap" },
    expect: { rate: 100, recordings: [whole(300)] },
  },
  {
    name: "start and rate above counts of 1/64 g",
    format: "csv",
    maker: "Empatica E4",
    source: "Empatica: E4 data, ACC.csv",
    files: {
      "ACC.csv": lines(
        "1700000000.00, 1700000000.00, 1700000000.00\n32.000000, 32.000000, 32.000000",
        320,
        (i) => channelsOf(i).map((v) => Math.round(64 * v)),
      ),
    },
    with: { scale: 0.015625, units: ["g", "g", "g"], sensors: { wrist: [1, 2, 3] } },
    expect: {
      rate: 32,
      recordings: [{ samples: 320, value: (i, c) => Math.round(64 * signal(i, c)) / 64 }],
    },
  },
  {
    name: "three clocks beside the axes",
    format: "csv",
    maker: "MbientLab MetaBase",
    source: "mbientlab/MetaWear-SDK-iOS-macOS-tvOS#1",
    files: {
      "a.csv": lines("epoc (ms),timestamp (+0000),elapsed (s),x-axis (g),y-axis (g),z-axis (g)", 100, (i) => [
        1700000000000 + 20 * i,
        `2023-11-14T22:13:${two(20 + Math.floor(i / 50))}.${String(i % 50 * 20).padStart(3, "0")}`,
        (i / 50).toFixed(3),
        ...channelsOf(i),
      ]),
    },
    with: { time: "epoc (ms)" },
    expect: { rate: 50, channels: ["x-axis (g)", "y-axis (g)", "z-axis (g)"], recordings: [whole(100)] },
  },
  {
    name: "a logger that is a little slow, at 4 Hz",
    format: "csv",
    maker: "animal tags at low rates",
    source: "no public page found; a kind of fault that was seen in the field",
    files: {
      "s1.csv": lines("t,x,y,z", 400, (i) => [(i * 0.25).toFixed(4), ...channelsOf(i)]),
      "s2.csv": lines("t,x,y,z", 400, (i) => [(i * 0.2504).toFixed(4), ...channelsOf(i)]),
    },
    with: { time: "t" },
    expect: { rate: 4, recordings: [whole(400), { samples: 400 }] },
  },
  {
    name: "the last line cut by a flat battery",
    format: "csv",
    maker: "loggers on SD cards",
    source: "no public page found; a kind of fault that was seen in the field",
    files: { "a.csv": lines("t,x,y,z", 100, (i) => [i * 20, ...channelsOf(i)]) + "2000,0.1" },
    with: { time: "t", on_bad: "gap" },
    expect: {
      rate: 50,
      recordings: [whole(100)],
      warns: /cannot be read were taken as missing: 1 of a\.csv/,
    },
  },
  {
    name: "the last line cut, and nobody asked",
    format: "csv",
    maker: "loggers on SD cards",
    source: "no public page found; a kind of fault that was seen in the field",
    files: { "a.csv": lines("t,x,y,z", 100, (i) => [i * 20, ...channelsOf(i)]) + "2000,0.1" },
    with: { time: "t" },
    expect: { refused: /a\.csv:102: .*2 of 4 cells[^]*on_bad: gap/ },
  },
  {
    name: "numbers that stand for nothing",
    format: "csv",
    maker: "loggers with sentinel values",
    source: "no public page found; a kind of fault that was seen in the field",
    files: {
      "a.csv": lines(
        "t,x,y,z",
        100,
        (i) => [i * 20, ...(i >= 40 && i < 60 ? [-32768, -32768, -32768] : channelsOf(i))],
      ),
    },
    with: { time: "t", missing_values: [-32768] },
    expect: {
      rate: 50,
      recordings: [{
        samples: 100,
        gaps: [[40, 60]],
        value: (i, c) => i >= 40 && i < 60 ? NaN : signal(i, c),
      }],
    },
  },
];
