/** Files of robots, motion capture and pose estimation. */
import { channelsOf, type Layout, lines, signal, whole } from "../layout.ts";

const pose = (likelihood: (i: number) => number) =>
  lines(
    "scorer,net,net,net,net,net,net\nbodyparts,nose,nose,nose,tail,tail,tail\ncoords,x,y,likelihood,x,y,likelihood",
    100,
    (i) => [i, 100 + i % 9, 50 + i % 7, likelihood(i), 90 + i % 9, 40 + i % 7, 0.98],
  );
const poseValue = (i: number, c: number) => [100 + i % 9, 50 + i % 7, 90 + i % 9, 40 + i % 7][c];
const merged = lines("t,ax,ay,az,gx,gy,gz", 400, (k) => {
  const i = Math.floor(k / 2);
  return k % 2 === 0 ? [i * 20, ...channelsOf(i), "", "", ""] : [i * 20 + 3, "", "", "", ...channelsOf(i)];
});

export const trackers: Layout[] = [
  {
    name: "a header behind a hash, nanoseconds",
    format: "csv",
    maker: "EuRoC MAV",
    source: "lukasvst/dm-vio-python-tools#7",
    files: {
      "data.csv": lines("#timestamp [ns],w_x [rad s^-1],w_y [rad s^-1],w_z [rad s^-1]", 400, (i) => [
        `${1403636579758555392n + BigInt(i) * 5000000n}`,
        ...channelsOf(i),
      ]),
    },
    with: { time: "timestamp [ns]" },
    expect: { rate: 200, recordings: [whole(400)] },
  },
  {
    name: "a header behind a percent sign, many columns",
    format: "csv",
    maker: "rostopic echo -p",
    source: "ROS wiki: rostopic",
    files: {
      "imu.csv": lines(
        "%time,field.header.seq,field.header.stamp,field.linear_acceleration.x,field.linear_acceleration.y,field.linear_acceleration.z",
        200,
        (i) => [
          `${1700000000000000000n + BigInt(i) * 10000000n}`,
          i,
          `${1700000000000000000n + BigInt(i) * 10000000n}`,
          ...channelsOf(i),
        ],
      ),
    },
    with: {
      time: "time",
      sensors: {
        imu: ["field.linear_acceleration.x", "field.linear_acceleration.y", "field.linear_acceleration.z"],
      },
    },
    expect: { rate: 100, recordings: [whole(200)] },
  },
  {
    name: "two sensors merged, the other's cells empty",
    format: "csv",
    maker: "pandas outer merge",
    source: "realsenseai/realsense-ros#762",
    files: { "a.csv": merged },
    with: { time: { column: "t", unit: "ms" } },
    expect: { refused: /the sample is missing|merged into one table/ },
  },
  {
    name: "two sensors merged, each read by its own times",
    format: "csv",
    maker: "pandas outer merge",
    source: "realsenseai/realsense-ros#598",
    files: { "a.csv": merged },
    with: { time: { column: "t", unit: "ms" }, missing: "gap" },
    expect: {
      rate: 50,
      recordings: [{ samples: 200, value: (i, c) => c < 3 ? signal(i, c) : NaN }],
      warns: /each placed by their own times/,
    },
  },
  {
    name: "quaternions and angles beside accelerations",
    format: "csv",
    maker: "fused inertial units",
    source: "Xsens DOT user manual: data outputs",
    files: {
      "a.csv": lines("t,Quat_W,Quat_X,Quat_Y,Quat_Z,Acc_X,Acc_Y,Acc_Z", 100, (i) => [
        i * 20,
        0.7,
        0.1,
        0.2,
        0.3,
        ...channelsOf(i),
      ]),
    },
    with: { time: "t", sensors: { imu: ["Acc_X", "Acc_Y", "Acc_Z"] } },
    expect: { rate: 50, recordings: [whole(100)] },
  },
  {
    name: "a header of three rows",
    format: "csv",
    maker: "DeepLabCut",
    source: "neuroinformatics-unit/movement#1034",
    files: { "a.csv": pose(() => 0.99) },
    with: { rate: 25 },
    expect: {
      rate: 25,
      channels: ["nose_x", "nose_y", "tail_x", "tail_y"],
      recordings: [{ samples: 100, value: poseValue }],
    },
  },
  {
    name: "points missing where they are unlikely",
    format: "csv",
    maker: "DeepLabCut",
    source: "neuroinformatics-unit/movement#865",
    files: { "a.csv": pose((i) => i >= 20 && i < 40 ? 0.2 : 0.99) },
    with: { rate: 25, confidence: { columns: "likelihood", below: 0.6 } },
    expect: {
      rate: 25,
      channels: ["nose_x", "nose_y", "tail_x", "tail_y"],
      recordings: [{
        samples: 100,
        gaps: [[20, 40]],
        value: (i, c) => i >= 20 && i < 40 && c < 2 ? NaN : poseValue(i, c),
      }],
      warns: /low confidence were taken as missing: 40 of a\.csv/,
    },
  },
  {
    name: "confidences that no column is called after",
    format: "csv",
    maker: "DeepLabCut",
    source: "neuroinformatics-unit/movement#865",
    files: { "a.csv": pose(() => 0.99) },
    with: { rate: 25, confidence: { columns: "visibility", below: 0.6 } },
    expect: { refused: /no column matches \/visibility\/[^]*Columns are frame, nose_x/ },
  },
  {
    name: "a file for each place, without times",
    format: "csv",
    maker: "a synchronised system",
    source: "Xsens Awinda: MTw export",
    files: {
      "7_back.csv": lines("n,x,y,z", 200, (i) => [i, ...channelsOf(i)]),
      "7_foot.csv": lines("n,x,y,z", 200, (i) => [i, ...channelsOf(i).map((v) => v + 5)]),
    },
    with: {
      rate: 100,
      sensors: {
        back: { files: "_back", columns: ["x", "y", "z"] },
        foot: { files: "_foot", columns: ["x", "y", "z"] },
      },
    },
    expect: {
      rate: 100,
      recordings: [{ samples: 200, value: (i, c) => signal(i, c % 3) + (c < 3 ? 0 : 5) }],
    },
  },
  {
    name: "one row for each reading of a sensor, below a preamble",
    format: "csv",
    maker: "UMAFall",
    source: "UMAFall: a multisensor data set for research on fall detection",
    files: {
      "UMAFall_Subject_01_ADL_Walking_1.csv":
        "% Universidad de Malaga\n% Age: 24\n\n% MAC; Sensor_ID; Position;\n%F4:09; 1; CHEST;\n\n\n" +
        lines("% TimeStamp; Sample No; X-Axis; Y-Axis; Z-Axis; Sensor Type; Sensor ID;  ", 400, (k) => {
          const i = Math.floor(k / 4);
          const [kind, id] = [k % 2, 1 + Math.floor(k % 4 / 2)];
          return [i * 50 + k % 4, i, ...channelsOf(i).map((v) => v + kind * 10 + id * 100), kind, id];
        }, ";"),
    },
    with: {
      time: { column: "Sample No", unit: "samples" },
      rate: 20,
      label: { from: "filename", pattern: "ADL_([A-Za-z]+)" },
      subject: { from: "filename", pattern: "Subject_(\\d+)" },
      sensors: Object.fromEntries([["chest", 1], ["wrist", 2]].map(([name, id]) => [
        name,
        [0, 1].map((kind) => ({
          where: { "Sensor ID": id, "Sensor Type": kind },
          columns: ["X-Axis", "Y-Axis", "Z-Axis"],
        })),
      ])),
    },
    expect: {
      rate: 20,
      recordings: [{
        samples: 100,
        subject: "01",
        label: () => "Walking",
        value: (i, c) => signal(i, c % 3) + (c % 6 >= 3 ? 10 : 0) + (c < 6 ? 100 : 200),
      }],
    },
  },
];
