import assert from "node:assert/strict";
import { readParts } from "./read_files.ts";

/** Two tags of two instruments at 20 Hz, their readings in rows of their own and out of step. */
function readings(tags: readonly string[], shift = 0): string {
  const rows: [number, string][] = tags.flatMap((tag, k) =>
    Array.from({ length: 80 }, (_, i): [number, string][] => [
      [i * 50 + k + shift, `${i * 50 + k + shift};${tag};acc;${i};${k};1`],
      [i * 50 + k + shift, `${i * 50 + k + shift};${tag};gyr;${-i};${k};2`],
    ]).flat()
  );
  return `t;tag;kind;x;y;z\n${rows.sort((a, b) => a[0] - b[0]).map(([, row]) => row).join("\n")}\n`;
}

const part = (tag: string) =>
  ["acc", "gyr"].map((kind) => ({ where: { tag, kind }, columns: ["x", "y", "z"] }));
const sensors = { chest: part("1"), wrist: part("2") };

Deno.test("rows of each sensor's readings become one recording, with a cell 01 for sensor 1", async () => {
  const { recordings: set } = await readParts({ "a.csv": readings(["01", "02"]) }, sensors, { time: "t" });
  assert.deepEqual([set.rate, set.sensors, set.channels.length], [20, ["chest", "wrist"], 6]);
  const [r] = set.recordings;
  assert.equal(r.samples, 79);
  // The chest is read one millisecond after its sample, when the wrist begins.
  const row = [...r.data.subarray(12 * 10, 12 * 11)];
  const expected = [10.02, 0, 1, -10.02, 0, 2, 10, 1, 1, -10, 1, 2];
  row.forEach((v, c) => assert(Math.abs(v - expected[c]) < 1e-5, `channel ${c}: ${v}`));
});

Deno.test("a recording without a sensor is refused, left out and named, or kept as a gap", async () => {
  const files = { "a.csv": readings(["1", "2"]), "b.csv": readings(["1"]) };
  await assert.rejects(readParts(files, sensors, { time: "t" }), {
    name: "InputError",
    message: /b\.csv: Cannot find rows of a sensor: tag "2" among 1.*\n.*incomplete: skip/,
  });
  const skip = await readParts(files, sensors, { time: "t", incomplete: "skip" });
  assert.deepEqual(skip.recordings.recordings.map((r) => r.id), ["a"]);
  assert.match(skip.notes.join(), /without wrist was left out: b\.csv/);
  const gap = await readParts(files, sensors, { time: "t", incomplete: "gap" });
  assert.deepEqual(gap.recordings.recordings.map((r) => [r.id, r.samples, r.gaps]), [["a", 79, []], [
    "b",
    80,
    [[
      0,
      80,
    ]],
  ]]);
  assert.match(gap.notes.join(), /without wrist is a gap: b\.csv/);
});

Deno.test("a sensor's missing file is treated the same, and a broken one is left out with on_bad", async () => {
  const table = (n: number, bad = "") =>
    `t,x\n${Array.from({ length: n }, (_, i) => `${i * 20},${i}`).join("\n")}${bad}`;
  const both = { acc: [{ files: "_acc", columns: ["x"] }], gyr: [{ files: "_gyr", columns: ["x"] }] };
  const files = { "p1_acc.csv": table(90), "p1_gyr.csv": table(90), "p2_acc.csv": table(90) };
  await assert.rejects(readParts(files, both, { time: "t" }), {
    message: /no file of gyr.*\n.*incomplete: skip/,
  });
  const { recordings, notes } = await readParts(files, both, { time: "t", incomplete: "skip" });
  assert.deepEqual(recordings.recordings.map((r) => r.id), ["p1"]);
  assert.match(notes.join(), /without gyr was left out: p2\.csv/);
  const broken = await readParts({ ...files, "p2_gyr.csv": table(90, "\n1,two") }, both, {
    time: "t",
    onBad: "skip",
  });
  assert.deepEqual(broken.recordings.recordings.map((r) => r.id), ["p1"]);
  assert.match(broken.notes.join(), /cannot be read: p2_gyr\.csv:92/);
});

Deno.test("lists and intervals go with sensors in files of their own", async () => {
  const table = (k: number) =>
    `t,x\n${Array.from({ length: 100 }, (_, i) => `${i * 20},${i * k}`).join("\n")}\n`;
  const files = {
    "r1_acc.csv": table(1),
    "r1_gyr.csv": table(2),
    "r2_acc.csv": table(3),
    "r2_gyr.csv": table(4),
    "list.csv": "file,person,group,age\nr1.csv,ann,old,71\nr2,bob,young,\n",
    "r1.events.csv": "start,end,label\n0,1,walk\n1,2,sit\n",
    "r2.events.csv": "start,end,label\n0,2,sit\n",
  };
  const both = { acc: [{ files: "_acc", columns: ["x"] }], gyr: [{ files: "_gyr", columns: ["x"] }] };
  const { recordings: set } = await readParts(files, both, {
    time: "t",
    subject: { from: "metadata", column: "person" },
    metadata: { files: "list" },
    intervals: { from: "intervals", files: "\\.events", times: "relative", unit: 1 } as never,
  });
  assert.deepEqual(set.labelNames, ["sit", "walk"]);
  assert.deepEqual(set.recordings.map((r) => [r.id, r.subject, r.facts, r.labels[10], r.labels[60]]), [
    ["r1", "ann", { group: "old", age: 71 }, 1, 0],
    ["r2", "bob", { group: "young" }, 0, 0],
  ]);
});
