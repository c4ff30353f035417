import assert from "node:assert/strict";
import { join } from "node:path";
import load from "../../lib/steps/load.ts";
import { runStep } from "./run_step.ts";

Deno.test("load simulates by its own seed and records what the data are worth", async () => {
  const params = { source: "simulate", subjects: 2, minutes: 2 };
  const { outputs, messages } = await runStep(load, {}, params, { seed: 1 });
  const again = await runStep(load, {}, params, { seed: 2 });
  assert.deepEqual(again.outputs.recordings, outputs.recordings);
  const { recordings } = outputs;
  assert.equal(recordings.origin, "simulated");
  assert.deepEqual([recordings.quality.seconds, recordings.quality.subjects], [240, 2]);
  assert(
    messages.some((m) => m.startsWith("2 recordings of 2 subjects, 0.07 h at 50 Hz, 2 sensors × 9 channels")),
  );
});

Deno.test("load keeps some labels, subjects and seconds of a table and adds gravity", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const row = (i: number, p: number) =>
      `${Math.sin(i + p)},0.5,9.7,${i < 100 ? "sit" : i < 200 ? "walk" : "run"}`;
    for (const [p, name] of ["p1.csv", "p2.csv"].entries()) {
      const rows = Array.from({ length: 400 }, (_, i) => row(i, p));
      await Deno.writeTextFile(join(dir, name), ["acc_x,acc_y,acc_z,activity", ...rows].join("\n"));
    }
    const params = {
      source: "csv",
      path: "*.csv",
      rate: 50,
      label: "activity",
      subject: { from: "filename", pattern: "p\\d" },
      keep_labels: ["walk", "sit"],
      subjects: ["p2"],
      max_seconds: 5,
      gravity: true,
      units: { acc: "m/s^2" },
    };
    const files = { path: [join(dir, "p1.csv"), join(dir, "p2.csv")] };
    assert.deepEqual(load.files!(load.params.parse(params)), [{ name: "path", pattern: "*.csv" }]);
    const { recordings } = (await runStep(load, {}, params, { files })).outputs;
    assert.deepEqual(recordings.labelNames, ["walk", "sit"]);
    assert.deepEqual(recordings.recordings.map((r: any) => [r.id, r.subject, r.samples]), [[
      "p2",
      "p2",
      250,
    ]]);
    const [{ labels, data }] = recordings.recordings;
    assert.deepEqual([labels[0], labels[150], labels[220]], [1, 0, -1]);
    assert.deepEqual(recordings.channels.slice(3), ["gravity_x", "gravity_y", "gravity_z"]);
    assert(Math.abs(data[100 * 6 + 5] - 9.7) < 1e-4 && Math.abs(data[100 * 6 + 3]) < 0.1);
    await assert.rejects(
      runStep(load, {}, { ...params, subjects: ["p3"] }, { files }),
      /subject "p3".*\n.*did you mean/i,
    );
    await assert.rejects(
      runStep(load, {}, { ...params, keep_labels: ["wlk"] }, { files }),
      /did you mean "walk"/,
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("load says when it brings a table to another rate", async () => {
  const file = await Deno.makeTempFile({ suffix: ".csv" });
  await Deno.writeTextFile(
    file,
    ["t,x", ...Array.from({ length: 300 }, (_, i) => `${i * 10},${i}`)].join("\n"),
  );
  const params = { source: "csv", path: "x.csv", rate: 50, time: { column: "t", unit: "ms" } };
  const { outputs, warnings } = await runStep(load, {}, params, { files: { path: [file] } });
  assert.equal(outputs.recordings.recordings[0].samples, 150);
  assert.equal(outputs.recordings.recordings[0].data[100], 200);
  assert.match(warnings[0], /^1 of 1 recordings were sampled at 100\.0 Hz and brought to 50 Hz/);
  await Deno.remove(file);
});

Deno.test("load joins sensors in files of their own, and refuses a mixture", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const rows = (factor: number) =>
      ["t,v", ...Array.from({ length: 100 }, (_, i) => `${i * 20},${i * factor}`)].join("\n");
    await Deno.writeTextFile(join(dir, "p1_hip.csv"), rows(1));
    await Deno.writeTextFile(join(dir, "p1_hand.csv"), rows(2));
    const files = { path: [join(dir, "p1_hand.csv"), join(dir, "p1_hip.csv")] };
    const sensors = { hip: { files: "_hip", columns: ["v"] }, hand: [{ files: "_hand", columns: ["v"] }] };
    const params = { source: "csv", path: ".", time: { column: "t", unit: "ms" }, sensors };
    const { recordings } = (await runStep(load, {}, params, { files })).outputs;
    assert.deepEqual(recordings.sensors, ["hip", "hand"]);
    assert.deepEqual([...recordings.recordings[0].data.subarray(10, 12)], [5, 10]);
    const mixed = { ...params, sensors: { ...sensors, hand: ["v"] } };
    await assert.rejects(runStep(load, {}, mixed, { files }), /hand names columns only/);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("load knows its sources and refuses parameters of another one", () => {
  const wrong = (params: unknown) => !load.params.safeParse(params).success;
  assert(wrong({}) && wrong({ source: "simulation" }) && wrong({ source: "csv" }));
  assert(wrong({ source: "simulate", path: "x" }) && wrong({ source: "npy", path: "x" }));
  assert(!wrong({ source: "hapt", path: "hapt.zip", keep_labels: "basic", gravity: true }));
});

Deno.test("load refuses what is no regular expression when the workflow is checked", () => {
  const given = { source: "csv", path: "a.csv" };
  for (
    const [more, path] of [
      [{ subject: { from: "filename", pattern: "(" } }, "subject.pattern"],
      [{ label: { from: "filename", pattern: "[z-a]" } }, "label.pattern"],
      [{ sensors: { wrist: { files: "*.csv", columns: ["x"] } } }, "sensors.wrist.files"],
    ] as const
  ) {
    const { error } = load.params.safeParse({ ...given, ...more });
    assert.match(JSON.stringify(error?.issues), /no regular expression: /, path);
  }
  assert.ok(load.params.safeParse({ ...given, subject: { from: "filename", pattern: "s(\\d+)" } }).success);
});

Deno.test("load tells what it read: people, hours, rates, units, classes by subject, files left out", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const table = (who: number, hz: number) =>
      [
        "t,acc_x,acc_y,acc_z,act",
        ...Array.from({ length: 300 }, (_, i) =>
          `${(i / hz).toFixed(4)},${(0.1 * Math.sin(i * who)).toFixed(4)},0.1,9.8,${
            i < 100 ? "sit" : "walk"
          }`),
      ].join("\n");
    await Deno.writeTextFile(join(dir, "s1.csv"), table(1, 50));
    await Deno.writeTextFile(join(dir, "s2.csv"), table(2, 49.8));
    await Deno.writeTextFile(join(dir, "s3.xlsx"), "PK");
    const files = { path: ["s1.csv", "s2.csv", "s3.xlsx"].map((name) => join(dir, name)) };
    const params = {
      source: "csv",
      path: ".",
      time: "t",
      label: "act",
      subject: { from: "filename", pattern: "s\\d" },
    };
    const { outputs, messages } = await runStep(load, {}, params, { files });
    const { quality } = outputs.recordings;
    assert(Math.abs(quality.measuredRate.lowest - 49.8) < 0.01 && quality.measuredRate.n === 2);
    assert.deepEqual(quality.units, [
      { sensor: "sensor", quantity: "acceleration", declared: "unknown", looksLike: "m/s^2" },
    ]);
    assert.deepEqual(quality.classes[0].bySubject, { s1: 2, s2: 2 });
    assert.match(quality.notes.join(), /1 × \.xlsx\): s3\.xlsx/);
    const told = messages.join("\n");
    assert.match(told, /2 recordings of 2 subjects, 0\.00 h at 50 Hz \(measured 49\.8 to 50\)/);
    assert.match(told, /acceleration of sensor: no unit declared, looks like m\/s\^2/);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("load says where a rate is from: an assumed one never passes silently", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const rows = Array.from({ length: 200 }, (_, i) => `${i % 7},${i % 5},${i % 3}`).join("\n");
    const file = join(dir, "a.csv");
    await Deno.writeTextFile(file, `x,y,z\n${rows}\n`);
    const read = async (more: Record<string, unknown>) => {
      const params = { source: "csv", path: ".", rate: 50, ...more };
      const { outputs, messages } = await runStep(load, {}, params, { files: { path: [file] } });
      return { quality: outputs.recordings.quality, told: messages.join("\n") };
    };
    const assumed = await read({ rate_assumed: true });
    assert.equal(assumed.quality.rateSource, "assumed");
    assert.match(assumed.told, /at 50 Hz \(ASSUMED, not measured\)/);
    assert.match(assumed.told, /The rate of 50 Hz is assumed, nothing measured it/);
    assert.match(assumed.quality.notes.join(), /is assumed/);
    const stated = await read({});
    assert.equal(stated.quality.rateSource, "stated");
    assert.match(stated.told, /at 50 Hz \(stated, not measured\)/);
    assert.doesNotMatch(stated.told, /assumed/i);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
