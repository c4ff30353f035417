import assert from "node:assert/strict";
import { join } from "node:path";
import reader from "../../../../lib/signal/read/sources/device.ts";
import { zipSync } from "fflate";
import { lookAtFiles } from "../../../../lib/signal/read/look/look_at_folder.ts";
import { withFiles } from "../read_files.ts";
import { makeCwa, makeGeneactiv, makeGt3x, sixteenBits } from "./make_device_files.ts";

const noon = Date.UTC(2026, 2, 4, 12) / 1000;
const wave = (i: number) => [Math.round(100 * Math.sin(i / 9)), 0, 256];

/** A `.cwa` of whole seconds at 100 Hz. */
const cwa = (
  seconds: number,
  options: { begin?: number; annotation?: string; halvings?: number; axes?: 3 | 6 } = {},
) => {
  const { begin = noon, halvings = 5, axes = 3 } = options;
  const rate = 3200 / 2 ** halvings;
  const size = 20;
  return makeCwa({
    ...options,
    fractions: true,
    blocks: Array.from({ length: seconds * rate / size }, (_, k) => ({
      begin: begin + k * size / rate,
      sequence: k,
      counts: Array.from(
        { length: size },
        (_, i) => axes === 3 ? wave(k * size + i) : [0, 0, 0, ...wave(k * size + i)],
      ),
    })),
  });
};
const gt3x = (seconds: number, info: Record<string, string> = {}) =>
  makeGt3x({
    log: Array.from({ length: seconds }, (_, k) => ({
      type: 26,
      second: noon + k,
      payload: sixteenBits(Array.from({ length: 30 }, (_, i) => wave(30 * k + i))),
    })),
  }, info);

/** Reads a folder of files as a step would. */
async function read(files: Record<string, Uint8Array | string>, params: Record<string, unknown> = {}) {
  const dir = await Deno.makeTempDir();
  const warnings: string[] = [];
  try {
    for (const [name, content] of Object.entries(files)) {
      await Deno.writeFile(
        join(dir, name),
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
    }
    const paths = Object.keys(files).sort().map((name) => join(dir, name));
    const set = await reader.read(reader.params.parse({ source: "device", path: "data", ...params }), {
      paths,
      progress() {},
      warn: (message) => warnings.push(message),
      measured() {},
    });
    return { set, warnings };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("files of devices are recordings with the file's channels, units, clock and serial number", async () => {
  const { set, warnings } = await read({ "a.cwa": cwa(3, { annotation: "_sc=anna" }) }, {
    subject: { from: "header" },
    sensor: "wrist",
  });
  assert.deepEqual([set.rate, set.sensors, set.channels, set.units], [100, ["wrist"], [
    "acc_x",
    "acc_y",
    "acc_z",
  ], [
    "g",
    "g",
    "g",
  ]]);
  assert.deepEqual(set.triads, [[0, 1, 2]]);
  const [r] = set.recordings;
  assert.deepEqual([r.id, r.subject, r.samples, r.gaps], ["a", "anna", 300, []]);
  assert.deepEqual(r.facts, { device: "Axivity AX3", serial: 4711, start: "2026-03-04T12:00:00.000" });
  assert.deepEqual(r.scale, [[1 / 256, 1 / 256, 1 / 256]]);
  assert.equal(r.data[3 * 250], wave(250)[0] / 256);
  assert.deepEqual(warnings, []);
});

Deno.test("the content tells the format, whatever a file is called", async () => {
  const page = { begin: noon, counts: Array.from({ length: 300 }, (_, i) => wave(i)) };
  const { set } = await read({ "a.bin": cwa(3) });
  assert.equal(set.recordings[0].facts!.device, "Axivity AX3");
  assert.equal((await read({ "b.cwa": makeGeneactiv([page]) })).set.recordings[0].samples, 300);
});

Deno.test("files in a zip are read, and files of other kinds beside them are counted", async () => {
  const all = zipSync({ "s1/a.cwa": cwa(2), "s2/a.cwa": cwa(3), "readme.txt": new Uint8Array(2) });
  const { set } = await read({ "all.zip": all }, { subject: { from: "filename", pattern: "(s\\d)/" } });
  assert.deepEqual(set.recordings.map((r) => [r.id, r.subject, r.samples]), [["s1_a", "s1", 200], [
    "s2_a",
    "s2",
    300,
  ]]);
});

Deno.test("files of another rate are brought to the first one's, or to the rate that is asked for", async () => {
  const files = { "a.cwa": cwa(20, { halvings: 6 }), "b.cwa": cwa(20) };
  const { set, warnings } = await read(files);
  assert.equal(set.rate, 50);
  assert.deepEqual(set.recordings.map((r) => r.samples), [1000, 1000]);
  assert.match(warnings.join("\n"), /Rate lowered through a low-pass .*: b\.cwa/);
  const half = (await read(files, { rate: 25 })).set;
  assert.deepEqual(half.recordings.map((r) => r.samples), [500, 500]);
  // The slow wave passes the filter unchanged.
  const [a] = half.recordings;
  for (let i = 50; i < 450; i++) assert(Math.abs(a.data[3 * i] - Math.sin(2 * i / 9) * 100 / 256) < 0.004);
  await assert.rejects(read({ "a.cwa": cwa(3) }, { rate: 200 }), {
    name: "InputError",
    message: /Cannot use rate 200: the device recorded 100 samples a second[\s\S]*Set rate to 100 or less/,
  });
});

Deno.test("labels are intervals on the device's clock, or one for the file", async () => {
  const files = {
    "a.cwa": cwa(4),
    "a.labels.csv": "start,end,label\n2026-03-04 12:00:01,2026-03-04 12:00:02.5,walk\n",
  };
  const label = { from: "intervals", files: "\\.labels\\.csv$", times: "clock" };
  const { set } = await read(files, { label });
  assert.deepEqual(set.labelNames, ["walk"]);
  const { labels } = set.recordings[0];
  assert.deepEqual([labels.indexOf(0), labels.lastIndexOf(0)], [100, 249]);
  const whole = await read({ "walk_1.cwa": cwa(2) }, { label: { from: "filename", pattern: "^([a-z]+)_" } });
  assert.deepEqual([...new Set(whole.set.recordings[0].labels)], [0]);
});

Deno.test("a clock that is set back while recording parts it, and nothing is interleaved", async () => {
  const blocks = Array.from({ length: 40 }, (_, k) => ({
    begin: noon + (k < 20 ? k : k - 12) / 10,
    sequence: k,
    counts: Array.from({ length: 10 }, (_, i) => wave(10 * k + i)),
  }));
  const { set, warnings } = await read({ "a.cwa": makeCwa({ blocks, fractions: true }) });
  assert.deepEqual(set.recordings.map((r) => [r.id, r.samples]), [["a", 200], ["a.part2", 200]]);
  assert.match(warnings[0], /clock goes back once/);
});

Deno.test("how much of a recording has no samples is told of its own length where its clock went back", async () => {
  const blocks = [0, 1, 2, 9, 10, 11, -3600, -3599].map((k, i) => ({
    begin: noon + k,
    sequence: i,
    counts: Array.from({ length: 100 }, (_, i) => wave(i)),
  }));
  const { warnings } = await read({ "a.cwa": makeCwa({ blocks, fractions: true }) });
  assert.match(warnings.join("\n"), /6 s of 14 s have no samples, in 1 stretch/);
});

Deno.test("idle sleep is a gap that is told", async () => {
  const log = [0, 1, 2, 9, 10].map((k) => ({
    type: 26,
    second: noon + k,
    payload: sixteenBits(Array.from({ length: 30 }, (_, i) => wave(i))),
  }));
  const { set, warnings } = await read({ "a.gt3x": makeGt3x({ log }) });
  assert.deepEqual([set.recordings[0].samples, set.recordings[0].gaps], [330, [[90, 270]]]);
  assert.match(warnings[0], /6 s of 11 s have no samples, in 1 stretch \(idle sleep mode/);
});

for (
  const [what, files, params, message] of [
    [
      "devices of other sensors",
      { "a.cwa": cwa(2), "b.cwa": cwa(2, { axes: 6 }) },
      {},
      /channels acc_x, .*gyr_x/,
    ],
    ["an empty file", { "a.cwa": "" }, {}, /a\.cwa: .*the file is empty/],
    ["an unknown device", { "a.bin": "hello" }, {}, /no device that is known[\s\S]*GENEActiv \(\.bin\)/],
    [
      "a recording that is too short",
      { "a.gt3x": gt3x(2) },
      { min_seconds: 5 },
      /too short, 60 samples \(2.00 s\)/,
    ],
    ["a header without subject", { "a.cwa": cwa(2) }, { subject: { from: "header" } }, /header names none/],
    ["no file", { "a.txt": "x" }, {}, /ends in \.cwa, \.gt3x, \.bin/],
  ] as const
) {
  Deno.test(`load of devices refuses ${what}`, async () => {
    await assert.rejects(read(files, params), { name: "InputError", message });
  });
}

Deno.test("intervals whose times tell a zone are placed on a logger's clock as if it showed UTC, which is told", async () => {
  for (
    const [zone, told] of [["+01:00", true], ["Z", true], ["", false]] as const
  ) {
    const hour = zone === "+01:00" ? "13" : "12";
    const { set, warnings } = await read({
      "a.cwa": cwa(2),
      "a.labels.csv":
        `start,end,label\n2026-03-04T${hour}:00:01${zone},2026-03-04T${hour}:00:02${zone},walk\n`,
    }, { label: { from: "intervals", files: "\\.labels\\.csv$", times: "clock" } });
    assert.deepEqual([...set.recordings[0].labels].indexOf(0), 100);
    assert.equal(/clocks do not and were taken for UTC/.test(warnings.join("\n")), told, zone);
  }
});

Deno.test("the list of intervals of a file that is left out is left out with it, and both are told", async () => {
  const list = "start,end,label\n0,1,walk\n";
  const { set, warnings } = await read({
    "a.cwa": cwa(2),
    "b.cwa": "hello",
    "a.labels.csv": list,
    "b.labels.csv": list,
  }, { on_bad: "skip", label: { from: "intervals", files: "\\.labels\\.csv$" } });
  assert.deepEqual(set.recordings.map((r) => [r.id, r.labels[0]]), [["a", 0]]);
  assert.match(warnings.join("\n"), /Left out because it cannot be read: b\.cwa/);
  assert.match(warnings.join("\n"), /1 of 2 label intervals are of files that were left out/);
});

Deno.test("init names files of loggers that cannot be read, and finds lists of intervals called like loggers", async () => {
  const list = "start,end,label\n0,1,walk\n";
  const files = { "p.left.cwa": cwa(2), "p.right.cwa": cwa(2), "p.left.csv": list, "p.right.csv": list };
  const seen = await withFiles({ ...files, "b.cwa": "hello" }, lookAtFiles);
  assert.deepEqual(seen.params.label, { from: "intervals", files: "\\.csv$", times: "relative" });
  assert.equal(seen.params.on_bad, "skip");
  assert.match(seen.facts.join("\n"), /cannot be read: b\.cwa: .*no device that is known/);
  await assert.rejects(
    () => withFiles({ "a.cwa": cwa(2).slice(0, 1100) }, lookAtFiles),
    /a\.cwa: Cannot read recording: it has 1100 bytes/,
  );
});

Deno.test("a file that cannot be read does not stop the rest where on_bad says so, and is named", async () => {
  const { set, warnings } = await read({ "a.bin": "hello", "b.cwa": cwa(2) }, { on_bad: "skip" });
  assert.deepEqual(set.recordings.map((r) => r.id), ["b"]);
  assert.match(warnings[0], /Left out because it cannot be read: .*a\.bin/);
});
