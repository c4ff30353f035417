import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { decodeNpy, encodeNpy } from "../../../lib/artifacts/npy.ts";
import { findTriads } from "../../../lib/signal/triads.ts";
import { readFiles, rows } from "./read_files.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const xyz = (i: number) => [i % 7, 1 + i % 3, 9 - i % 5];
const data = (n: number) => Array.from({ length: n }, (_, i) => xyz(i)).flat();

/** Tables of the same 60 samples, as programs of the field write them. */
const written: [maker: string, content: string, time: string | undefined][] = [
  [
    "lines above the header",
    "------ Data File Created By X at 30 Hz ------\nSerial Number: N1\nStart Date 9/25/2017\n\n" +
    rows("Accelerometer X,Accelerometer Y,Accelerometer Z", 60, (i) => xyz(i).join()),
    undefined,
  ],
  [
    "comments of a motion tracker",
    "// Start Time: Unknown\n// Sample rate: 50.0Hz\n" +
    rows("Counter\tAcc_X\tAcc_Y\tAcc_Z", 60, (i) => [i, ...xyz(i)].join("\t")),
    undefined,
  ],
  ["sep= of a spreadsheet", "sep=;\n" + rows("t;x;y;z", 60, (i) => `${i * 20},0;${xyz(i).join(";")}`), "t"],
  [
    "a row of units",
    rows(
      "Time_CAL\tAccel_X_CAL\tAccel_Y_CAL\tAccel_Z_CAL\nms\tm/(s^2)\tm/(s^2)\tm/(s^2)",
      60,
      (i) => [i * 20, ...xyz(i)].join("\t"),
    ),
    "Time_CAL",
  ],
  [
    "a header behind a hash",
    rows("#timestamp [ns],w_x,w_y,w_z", 60, (i) => [`${1403636579758 + i * 20}555392`, ...xyz(i)].join()),
    "timestamp [ns]",
  ],
  [
    "start and rate above the samples",
    rows("1700000000.00, 1700000000.00, 1700000000.00\n50.0, 50.0, 50.0", 60, (i) => xyz(i).join()),
    "none",
  ],
  ["a comma that closes each row", rows("x,y,z,", 60, (i) => `${xyz(i).join()},`), undefined],
  ["old line ends", rows("x,y,z", 60, (i) => xyz(i).join()).replaceAll("\n", "\r"), undefined],
];
for (const [maker, content, time] of written) {
  Deno.test(`readCsv() reads ${maker}`, async () => {
    const more = time === undefined ? { rate: 50 } : time === "none" ? {} : { time };
    const { recordings } = await readFiles({ "a.csv": content }, more);
    assert.equal(recordings.rate, 50);
    assert.deepEqual([...recordings.recordings[0].data], data(60));
    assert.deepEqual(recordings.triads, [[0, 1, 2]]);
  });
}

Deno.test("units are taken from a row of units and from names with a unit glued on", async () => {
  const row = "t,ax,ay,az\nms,g,g,g";
  for (const header of [row, "t,ax (g),ay (g),az (g)"]) {
    const { recordings } = await readFiles({
      "a.csv": rows(header, 60, (i) => [i * 20, ...xyz(i)].join()),
    }, { time: "t" });
    assert.deepEqual(recordings.units, ["g", "g", "g"]);
  }
});

Deno.test("a header of several rows becomes one name per column, without confidences as channels", async () => {
  const header = "scorer,net,net,net,net,net,net\nbodyparts,nose,nose,nose,tail,tail,tail\n" +
    "coords,x,y,likelihood,x,y,likelihood";
  const { recordings } = await readFiles({
    "a.csv": rows(header, 60, (i) => `${i},${100 + i % 9},${50 + i % 7},0.9,${90 + i % 9},4,0.8`),
  }, { rate: 25 });
  assert.deepEqual(recordings.channels, ["nose_x", "nose_y", "tail_x", "tail_y"]);
  assert.equal(recordings.recordings[0].samples, 60);
});

Deno.test("empty lines, or every N rows, part recordings where there is no time", async () => {
  const block = (g: number) => rows("", 30, (i) => `${g},${i},1`).trim();
  const parted = `aX,aY,aZ\n${block(0)}\n\n${block(1)}\n\n${block(2)}\n`;
  const { recordings, notes } = await readFiles({ "wave.csv": parted }, { rate: 60 });
  assert.deepEqual(recordings.recordings.map((r) => [r.samples, r.data[0]]), [[30, 0], [30, 1], [30, 2]]);
  assert.match(notes.join(), /Empty lines.*wave\.csv/);
  const close = `aX,aY,aZ\n${block(0)}\n${block(1)}\n`;
  const every = await readFiles({ "wave.csv": close }, { rate: 60, every: 30 });
  assert.deepEqual(every.recordings.recordings.map((r) => [r.samples, r.data[0]]), [[30, 0], [30, 1]]);
});

Deno.test("gzip, one zip a recording and zips in zips are read, each entry under its archive's name", async () => {
  const table = (k: number) => rows("t,x", 60, (i) => `${i * 20},${i * k}`);
  const zip = (k: number) =>
    zipSync({ "Raw Data.csv": bytes(table(k)), "meta/device.csv": bytes("property,value\nm,Q\n") });
  const { recordings, notes } = await readFiles({
    "p1.zip": zip(1),
    "p2.zip": zip(2),
    "p3.csv.gz": gzipSync(table(3)),
  }, {
    time: "t",
    subject: { from: "filename", pattern: "(p\\d)" },
  });
  assert.deepEqual(recordings.recordings.map((r) => [r.id, r.subject, r.data[5]]), [
    ["p1_Raw_Data", "p1", 5],
    ["p2_Raw_Data", "p2", 10],
    ["p3", "p3", 15],
  ]);
  assert.match(notes.join(), /p1\/meta\/device\.csv/);
  const nested = await readFiles({ "all.zip": zipSync({ "p1.zip": zip(1), "p2.zip": zip(2) }) }, {
    time: "t",
  });
  assert.deepEqual(nested.recordings.recordings.map((r) => r.id), ["p1_Raw_Data", "p2_Raw_Data"]);
  const chosen = await readFiles({ "p1.zip": zip(1), "p2.zip": zip(2) }, { time: "t", files: "p2.*Raw" });
  assert.deepEqual(chosen.recordings.recordings.map((r) => r.id), ["p2_Raw_Data"]);
});

Deno.test("decodeNpy() reads Fortran order as what it means", () => {
  const file = encodeNpy(new Float64Array([1, 3, 5, 2, 4, 6]), [3, 2]);
  const header = String.fromCharCode(...file).replace("False", "True ");
  const { data, shape } = decodeNpy(Uint8Array.from(header, (c) => c.charCodeAt(0)));
  assert.deepEqual([[...data as Float64Array], shape], [[1, 2, 3, 4, 5, 6], [3, 2]]);
});

const names: [string[], number[][]][] = [
  [["accelerometerAccelerationX(G)", "accelerometerAccelerationY(G)", "accelerometerAccelerationZ(G)"], [[
    0,
    1,
    2,
  ]]],
  [["ax(g)", "ay(g)", "az(g)", "gx (deg/s)", "gy (deg/s)", "gz (deg/s)"], [[0, 1, 2], [3, 4, 5]]],
  [["Axis1", "Axis2", "Axis3"], [[0, 1, 2]]],
  [["Accel_X_CAL", "Accel_Y_CAL", "Accel_Z_CAL"], [[0, 1, 2]]],
  [["x-axis (g)", "y-axis (g)", "z-axis (g)"], [[0, 1, 2]]],
  [["Quat_W", "Quat_X", "Quat_Y", "Quat_Z", "Euler_X", "Euler_Y", "Euler_Z", "Acc_X", "Acc_Y", "Acc_Z"], [[
    7,
    8,
    9,
  ]]],
  [["q_w", "q_x", "q_y", "q_z"], []],
  [["qw", "qx", "qy", "qz", "ax", "ay", "az"], [[4, 5, 6]]],
  [["roll_x", "pitch_y", "yaw_z", "V1", "V2", "V3"], []],
];
for (const [channels, triads] of names) {
  Deno.test(`findTriads() of ${channels.join(" ")}`, () => assert.deepEqual(findTriads(channels), triads));
}
