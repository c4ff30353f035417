/** Files of loggers that have clocks, kinds of lines, names or counts of their own. */
import { channelsOf, lines, type Odd, plainRow, signal, two, whole } from "../layout.ts";

const n = 300;
const right = { rate: 50, recordings: [whole(n)] };
const seconds = (i: number) => (i / 50).toFixed(4);
/** A time column before each channel, and a faster one whose rows go on below. */
const delsys = {
  "a.csv": lines(
    '"X[s]","S1: EMG","X[s]","S1: ACC.X","X[s]","S1: ACC.Y","X[s]","S1: ACC.Z"',
    4 * n,
    (i) => [
      (i / 200).toFixed(4),
      (0.5 * Math.cos(i / 40)).toFixed(5),
      ...(i < n ? channelsOf(i).flatMap((v) => [seconds(i), v]) : ["", "", "", "", "", ""]),
    ],
  ),
};
const flysight = {
  "a.csv": "$FLYS,1\n$COL,BARO,time,pressure\n$COL,IMU,time,ax,ay,az\n$DATA\n" +
    Array.from(
      { length: n },
      (_, i) =>
        `$IMU,${seconds(i)},${channelsOf(i).join(",")}\n${i % 10 ? "" : `$BARO,${seconds(i)},101325\n`}`,
    ).join(""),
};
const biopac = {
  "a.txt": "acc.acq\n20 msec/sample\n3 channels\nX\ng\nY\ng\nZ\ng\n" +
    lines(
      "min\tCH1\tCH2\tCH3\t\n\t300\t300\t300\t",
      n,
      (i) => [(i / 3000).toFixed(9), ...channelsOf(i), ""],
      "\t",
    ),
};
const leonardo = {
  "a.csv":
    "// W190L-PD3GT\nInterval:,0.02\nChannel:,AccX,AccY,AccZ\nStartTime:,2024/05/01 10:00:00\nData:\n" +
    lines("", n, (i) => ["", ...channelsOf(i)]),
};
const noldus = {
  "a.txt": '"Number of header lines:";"5"\n"Experiment";"x"\n"Subject";"mouse 1"\n' +
    lines(
      '"Trial time";"X center";"Y center";"Velocity"\n"s";"cm";"cm";"cm/s"',
      n,
      (i) => [seconds(i), ...channelsOf(i).map((v) => i === 9 ? "-" : v)].map((cell) => `"${cell}"`),
      ";",
    ),
};
const force = lines("Frame,Sub Frame,Fx,Fy,Fz\n,,N,N,N", n, (i) => [
  Math.floor(i / 10) + 1,
  i % 10,
  ...channelsOf(i),
]);
const vicon = `Devices\n1000\n,,Imported plate - Force,,\n${force}`;
const trajectories = `\nTrajectories\n100\n,,M1,,\n${
  lines("Frame,Sub Frame,X,Y,Z\n,,mm,mm,mm", 30, (i) => [i + 1, 0, ...channelsOf(i)])
}`;
const plate = { rate: 50, sensors: { plate: ["Fx", "Fy", "Fz"] } };
const longer = { "a.csv": lines("row,t,ax,ay,az", n, plainRow) };

export const loggers: Odd[] = [
  {
    name: "reads channels whose time columns are the same, also where a faster signal goes on below",
    files: delsys,
    with: { time: 3, sensors: { arm: [4, 6, 8] } },
    expect: right,
  },
  {
    name: "reads signals of one file by time columns of their own",
    files: delsys,
    with: {
      rate: 50,
      sensors: { arm: [{ time: 3, columns: [4, 6, 8] }, { time: 1, columns: [2] }] },
    },
    expect: { rate: 50, recordings: [whole(n, { value: (i, c) => c < 3 ? signal(i, c) : NaN })] },
  },
  {
    name: "refuses signals of another time column, and names how to read them",
    files: delsys,
    with: { time: 1 },
    expect: { refused: /ACC\.X has a time column of its own, column 3.*\n.*\{ time: 3, columns: \[4\] \}/ },
  },
  {
    name: "reads one kind of lines among several",
    files: flysight,
    with: { time: 2, lines: "^\\$IMU,", sensors: { imu: [3, 4, 5] } },
    expect: right,
  },
  {
    name: "names the option for lines of several kinds",
    files: flysight,
    with: { time: 2, sensors: { imu: [3, 4, 5] } },
    expect: { refused: /3 of 5 cells\n.*lines: "\^\\\\\$IMU,"/ },
  },
  {
    name: "passes over the counts of samples below names, and reads minutes",
    files: biopac,
    with: { time: "min" },
    expect: right,
  },
  {
    name: "reads rows that begin with a separator, below lines of facts",
    files: leonardo,
    with: { rate: 50 },
    expect: { ...right, channels: ["acc_x", "acc_y", "acc_z"] },
  },
  {
    name: "reads a row of units of a tracking program",
    files: noldus,
    with: { time: "Trial time", missing: "gap" },
    expect: {
      rate: 50,
      units: ["cm", "cm", "cm/s"],
      recordings: [whole(n, { value: (i, c) => i === 9 ? NaN : signal(i, c) })],
    },
  },
  {
    name: "reads names below names of groups, and units below those",
    files: { "a.csv": vicon },
    with: plate,
    expect: { ...right, units: ["N", "N", "N"] },
  },
  {
    name: "never reads a second table of one file as the first, also where bad rows are missing",
    files: { "a.csv": vicon + trajectories },
    with: { ...plate, on_bad: "gap" },
    expect: { refused: /other names of columns stand here, as where another table begins\n.*Cut the file/ },
  },
  {
    name: "refuses a header with a name more than the rows have cells, and names the cure",
    files: longer,
    with: { time: "t" },
    expect: {
      refused: /5 names, the rows have 4 cells\n.*columns: \[row, t, ax, ay\], or \[t, ax, ay, az\]/,
    },
  },
  {
    name: "reads columns under the names that the user gives",
    files: longer,
    with: { time: "t", columns: ["t", "ax", "ay", "az"] },
    expect: { ...right, channels: ["ax", "ay", "az"] },
  },
  {
    name: "chooses rows by position where there is no header",
    files: {
      "a.csv": lines("", 2 * n, (i) => [["acc", "gyro"][i % 2], seconds(i >> 1), ...channelsOf(i >> 1)]),
    },
    with: { time: 2, sensors: { acc: { where: { 1: "acc" }, columns: [3, 4, 5] } } },
    expect: right,
  },
  {
    name: "reads minutes and seconds as spreadsheets show them",
    files: {
      "a.csv": lines("t,ax,ay,az", n, (i) => [
        `59:${two(50 + Math.floor(i / 50))}.${two(i % 50 * 2)}`,
        ...channelsOf(i),
      ]),
    },
    with: { time: "t" },
    expect: right,
  },
];
