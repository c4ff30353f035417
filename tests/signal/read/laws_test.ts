import assert from "node:assert/strict";
import fc from "fast-check";
import { lowerRate } from "../../../lib/signal/read/lower_rate.ts";
import { readFiles as read, rows as lines } from "./read_files.ts";
import type { TableOptions } from "../../../lib/signal/read/reading.ts";

const wave = (i: number) => Math.sin(i * 0.5).toFixed(4);

const refused = (
  files: Record<string, string | Uint8Array>,
  more: Partial<TableOptions>,
  message: RegExp,
) => assert.rejects(read(files, more), { name: "InputError", message });

Deno.test("columns of later files are found by the first file's names, and another set is shown", async () => {
  const first = lines("t,x,y,z", 40, (i) => `${i * 20},1,2,${i}`);
  const { recordings } = await read({
    "a.csv": first,
    "b.csv": lines("t,z,y,x", 40, (i) => `${i * 20},${i},2,1`),
  }, { time: "t" });
  assert.deepEqual(recordings.recordings[1].data, recordings.recordings[0].data);
  const other = { "a.csv": first, "b.csv": lines("t,gx,gy,gz", 40, (i) => `${i * 20},1,2,3`) };
  await refused(other, { time: "t" }, /b\.csv:1: .*only here: gx, gy, gz; only there: x, y, z/);
});

Deno.test("files that hold different sensors by their names are refused with the parts to write", async () => {
  const rows = lines("t,x,y,z", 40, (i) => `${i * 20},1,2,3`);
  const files = { "p/Accelerometer.csv": rows, "p/Gyroscope.csv": rows };
  await refused(files, { time: "t" }, /different sensors.*\n.*files: "Accelerometer", columns: \[x, y, z\]/);
});

Deno.test("stamps that all share their time alike are spread, whatever their unit", async () => {
  for (
    const [stamp, unit] of [
      [(i: number) => 1487325600000 + Math.floor(i / 3) * 30, 100],
      [(i: number) => 1683684921 + Math.floor(i / 50), 50],
      [(i: number) => `2015-06-22 00:00:${String(Math.floor(i / 25)).padStart(2, "0")}`, 25],
    ] as const
  ) {
    const { recordings, notes } = await read(
      { "a.csv": lines("t,x", 900, (i) => `${stamp(i)},${wave(i)}`) },
      {
        time: "t",
      },
    );
    assert.equal(recordings.rate, unit);
    assert.equal(recordings.recordings[0].samples, 900);
    recordings.recordings[0].data.forEach((v, i) => assert(Math.abs(v - Math.sin(i * 0.5)) < 1e-3));
    assert.match(notes.join(), /spread evenly: a\.csv/);
  }
});

Deno.test("stamps shared by varying numbers are refused with both rates, and spread when asked", async () => {
  const stamp = (i: number) => 1683684921 + Math.floor(i / 50 + 0.01 * Math.sin(i));
  const files = { "a.csv": lines("t,x", 3000, (i) => `${stamp(i)},${wave(i)}`) };
  await refused(
    files,
    { time: "t" },
    /are 5\d\.\d+ samples a second, the typical step says 1\.000; the times are/,
  );
  const { recordings } = await read(files, { time: "t", spread: true });
  assert(Math.abs(recordings.rate - 50) < 1 && Math.abs(recordings.recordings[0].samples - 3000) < 60);
});

Deno.test("batched delivery is refused with its cause and spread when asked", async () => {
  const stamp = (i: number) => Math.floor(i / 10) * 100 + i % 10;
  const files = { "a.csv": lines("t,x", 1000, (i) => `${stamp(i)},${wave(i)}`) };
  const time = { column: "t", unit: "ms" as const };
  await refused(files, { time }, /come in batches.*\n.*spread: true/);
  const { recordings } = await read(files, { time, spread: true });
  assert.equal(recordings.rate, 100);
  recordings.recordings[0].data.forEach((v, i) => assert(Math.abs(v - Math.sin(i * 0.5)) < 0.01));
});

Deno.test("a counter or a tick of its own is refused with its cure, and read by it", async () => {
  const rows = lines("n,ticks,x", 600, (i) => `${i},${123456 + 100 * i},${wave(i)}`);
  const sensors = { imu: ["x"] };
  await refused({ "a.csv": rows }, { time: "n", rate: 100, sensors }, /unit: samples.*for a counter/);
  await refused(
    { "a.csv": rows },
    { time: "ticks", rate: 100, sensors },
    /unit: 0\.0001 for seconds per tick/,
  );
  for (const time of [{ column: "n", unit: "samples" as const }, { column: "ticks", unit: 1e-4 }]) {
    const { recordings } = await read({ "a.csv": rows }, { time, rate: 100, sensors });
    assert.equal(recordings.recordings[0].samples, 600);
  }
});

Deno.test("steps of one are refused where they may be seconds, milliseconds or a counter", async () => {
  const files = { "a.csv": lines("t,x", 200, (i) => `${i},${wave(i)}`) };
  await refused(files, { time: "t" }, /Cannot tell the unit of time: steps of 1 in t/);
  const { recordings } = await read(files, { time: { column: "t", unit: "s" } });
  assert.equal(recordings.rate, 1);
  const named = { "a.csv": lines("seconds_elapsed,x", 200, (i) => `${i * 2},${wave(i)}`) };
  assert.equal((await read(named, { time: "seconds_elapsed" })).recordings.rate, 0.5);
});

Deno.test("a table merged from two clocks is read channel by channel", async () => {
  const rows = Array.from(
    { length: 500 },
    (_, i) => `${i * 20},${Math.sin(i * 0.1)},\n${i * 20 + 3},,${Math.cos((i * 20 + 3) * 0.005)}`,
  );
  const { recordings } = await read({ "a.csv": ["t,ax,gx", ...rows, ""].join("\n") }, {
    time: { column: "t", unit: "ms" },
    missing: "gap",
  });
  assert.equal(recordings.rate, 50);
  const { data, samples } = recordings.recordings[0];
  assert.equal(samples, 500);
  for (let t = 1; t < 499; t++) {
    assert(Math.abs(data[2 * t] - Math.sin(t * 0.1)) < 1e-4);
    assert(Math.abs(data[2 * t + 1] - Math.cos(t * 0.1)) < 2e-3);
  }
});

const backs: [string, (i: number) => number, Partial<TableOptions>, RegExp, number[]][] = [
  [
    "clock change",
    (i) => 1.7e12 + i * 100 - (i >= 500 ? 3_600_000 : 0),
    { unsorted: "clock-change" },
    /clock change/,
    [1000],
  ],
  ["counter's wrap", (i) => (65000 + i * 20) % 65536, { unsorted: "wrap" }, /wrapped around/, [1000]],
  ["restart", (i) => i % 500 * 20, { unsorted: "restart" }, /started again/, [500, 500]],
  [
    "few swapped rows",
    (i) => 20 * (i % 100 === 50 ? i + 1 : i % 100 === 51 ? i - 1 : i),
    { unsorted: "sort" },
    /swapped/,
    [1000],
  ],
];
for (const [what, at, cure, message, samples] of backs) {
  Deno.test(`time that steps back by a ${what} is named so, and mended by its own cure alone`, async () => {
    const files = { "a.csv": lines("ms,x", 1000, (i) => `${at(i)},${i}`) };
    await refused(files, { time: "ms" }, message);
    const { recordings } = await read(files, { time: "ms", ...cure });
    assert.deepEqual(recordings.recordings.map((r) => r.samples), samples);
    if (what !== "few swapped rows") {
      await refused(files, { time: "ms", unsorted: "sort" }, /mixed sample by sample|clock change|wrapped/);
    } else {
      recordings.recordings[0].data.forEach((v, i) =>
        assert.equal(v, i % 100 === 50 ? i + 1 : i % 100 === 51 ? i - 1 : i)
      );
    }
  });
}

Deno.test("nothing is interleaved where the second stretch falls between the first one's samples", async () => {
  const at = (i: number) => i < 500 ? i * 20 : (i - 500) * 20 + 10;
  const files = { "a.csv": lines("ms,x", 1000, (i) => `${at(i)},${i}`) };
  await refused(files, { time: "ms", unsorted: "sort" }, /mixed sample by sample/);
});

Deno.test("a gap is judged by the sample period", async () => {
  const { recordings } = await read({
    "a.csv": lines("t,x", 400, (i) => `${(i * 0.25).toFixed(4)},${wave(i)}`),
    "b.csv": lines("t,x", 400, (i) => `${(i * 0.2504).toFixed(4)},${wave(i)}`),
  }, { time: "t" });
  assert.equal(recordings.rate, 4);
  assert.deepEqual(recordings.recordings.map((r) => r.gaps), [[], []]);
});

Deno.test("text is decoded strictly: names stay apart, or the encoding is asked for", async () => {
  const rows = lines("who,x", 60, (i) => `${i < 20 ? "Jörg" : i < 40 ? "Järg" : "Anna"},${wave(i)}`);
  const latin = Uint8Array.from(rows, (c) => c.charCodeAt(0));
  await refused(
    { "a.csv": latin },
    { rate: 50, subject: "who" },
    /^a\.csv:2: .*not UTF-8\n.*encoding: windows-1252/,
  );
  const people = (set: Awaited<ReturnType<typeof read>>) => set.recordings.recordings.map((r) => r.subject);
  const wanted = ["Jörg", "Järg", "Anna"];
  assert.deepEqual(
    people(await read({ "a.csv": latin }, { rate: 50, subject: "who", encoding: "windows-1252" })),
    wanted,
  );
  const wide = new Uint8Array(2 * rows.length + 2);
  [..."\ufeff" + rows].forEach((c, i) => new DataView(wide.buffer).setUint16(2 * i, c.charCodeAt(0), true));
  assert.deepEqual(people(await read({ "a.csv": wide }, { rate: 50, subject: "who" })), wanted);
});

Deno.test("without names only columns that look like sensors become channels", async () => {
  const header = "timestamp,acc_x,acc_y,acc_z,activity_id,battery,activity";
  const { recordings, notes } = await read({
    "a.csv": lines(header, 60, (i) => `${i},${wave(i)},1,2,${i % 2},90,${i % 2 ? "a" : "b"}`),
  }, { rate: 50, label: "activity" });
  assert.deepEqual(recordings.channels, ["acc_x", "acc_y", "acc_z"]);
  assert.match(notes.join("\n"), /left out.*: timestamp, activity_id, battery/);
});

Deno.test("a sensor column that tells the label is refused, by whatever name", async () => {
  const table = (cell: (i: number) => string) =>
    lines("x,q,act", 200, (i) => `${wave(i)},${cell(i)},${"ab"[i >> 4 & 1]}`);
  for (const cell of [(i: number) => String(i >> 4 & 1), (i: number) => (i >> 4 & 1) ? "0.25" : "7.5"]) {
    for (const sensors of [undefined, { s: ["x", "q"] }]) {
      await refused(
        { "a.csv": table(cell) },
        { rate: 50, label: "act", sensors },
        /Cannot use "q" as a sensor/,
      );
    }
  }
  await read({ "a.csv": table((i) => String(i % 5)) }, { rate: 50, label: "act" });
});

Deno.test("labels and subjects that are the same number are one, in any file", async () => {
  const { recordings } = await read({
    "a.csv": lines("who,x,act", 40, (i) => `1,${i % 7},${1 + (i >> 4 & 1)}`),
    "b.csv": lines("who,x,act", 40, (i) => `01,${i % 5},${i < 4 ? "" : `${1 + (i >> 4 & 1)}.0`}`),
  }, { rate: 50, label: "act", subject: "who", labelNames: { 1: "walk", 2: "sit" }, unlabelled: [] });
  assert.deepEqual(recordings.labelNames, ["sit", "walk"]);
  assert.deepEqual(recordings.recordings.map((r) => r.subject), ["1", "1"]);
});

Deno.test("names that differ in case are reported, keys that match nothing refused", async () => {
  const files = { "a.csv": lines("x,act", 60, (i) => `${i % 7},${["walk", "Walk", "sit"][i % 3]}`) };
  const { notes } = await read(files, { rate: 50, label: "act" });
  assert.match(
    notes.join("\n"),
    /differ in case.*"walk" and "Walk"; label_names: \{ "Walk": "walk" \} makes them one/,
  );
  const given = { rate: 50, label: "act" };
  await refused(
    files,
    { ...given, labelNames: { wolk: "on foot" } },
    /label_names: no label is "wolk"\n.*"walk"/,
  );
  await refused(files, { ...given, unlabelled: ["non"] }, /unlabelled: no label is "non"/);
});

Deno.test("sentinels and what float32 cannot hold are missing samples", async () => {
  const files = { "a.csv": lines("x", 60, (i) => i === 10 ? "9999" : i === 20 ? "1e39" : String(i)) };
  const { recordings } = await read(files, { rate: 50, missing: "gap", missingValues: [9999] });
  recordings.recordings[0].data.forEach((v, i) => assert.equal(v, i));
});

Deno.test("files that are passed over are counted and named, and lists of files do not stop a folder", async () => {
  const rows = lines("t,x", 60, (i) => `${i * 20},${i % 7}`);
  const { notes, recordings } = await read({
    "rec_a.csv": rows,
    "rec_b.csv": rows,
    "rec_c.xlsx": "PK",
    "README.txt": "Recorded in spring.\n",
    "labels.csv": "file,label\nrec_a.csv,walk\nrec_b.csv,sit\n",
  }, { time: "t" });
  assert.equal(recordings.recordings.length, 2);
  assert.match(notes.join("\n"), /Left out 1 files .*1 × \.xlsx\): rec_c\.xlsx/);
  assert.match(
    notes.join("\n"),
    /tell about the data.*: README\.txt\nlabels\.csv is a list of the files.*metadata: \{ files:/,
  );
});

Deno.test("one unreadable row or file, or an empty one, does not stop the rest where that is asked for", async () => {
  const good = lines("t,x", 60, (i) => `${i * 20},${i % 7}`);
  const torn = good.replace("\n600,", "\n60").trimEnd() + "\n1200,";
  const { recordings, notes } = await read({ "a.csv": torn }, { time: "t", onBad: "gap" });
  assert.match(notes.join(), /taken as missing: 2 of a\.csv/);
  assert.equal(recordings.recordings[0].samples, 60);
  const skipped = await read({ "a.csv": good, "b.csv": "t,x\n0,oops\n20,1\n" }, { time: "t", onBad: "skip" });
  assert.match(skipped.notes.join(), /Left out because it cannot be read: b\.csv:2: .*"oops"/);
  const short = await read({ "a.csv": good, "b.csv": "t,x\n", "c.csv": "t,x\n0,1\n" }, {
    time: "t",
    short: "skip",
    minSeconds: 1,
  });
  assert.deepEqual(short.skipped, ["b.csv", "c"]);
});

Deno.test("rows of several people in order of time are brought together", async () => {
  const rows = Array.from({ length: 200 }, (_, i) => `${i * 20},ann,${i}\n${i * 20},bob,${-i}`);
  const { recordings } = await read({ "a.csv": ["t,who,x", ...rows, ""].join("\n") }, {
    time: "t",
    subject: "who",
  });
  assert.deepEqual(recordings.recordings.map((r) => [r.subject, r.samples, r.data[7]]), [["ann", 200, 7], [
    "bob",
    200,
    -7,
  ]]);
});

Deno.test("dates in common forms are read, an open order of day and month is refused", async () => {
  const at = (i: number) => `${String(i >> 5).padStart(2, "0")}.${String((i & 31) * 31).padStart(3, "0")}`;
  for (
    const [form, more] of [
      [(i: number) => `27/10/2019 15:00:${at(i)}`, {}],
      [(i: number) => `10/27/2019 3:00:${at(i)} PM`, {}],
      [(i: number) => `08.12.2019 15:00:${at(i)}`, {}],
      [(i: number) => `2019/12/08 15:00:${at(i)} UTC`, {}],
      [(i: number) => `2019-12-08 15:00:${at(i)}+0100 [Europe/London]`, {}],
      [(i: number) => `15:00:${at(i)}`, {}],
      [(i: number) => `12/08/2019 15:00:${at(i)}`, { format: "dd/MM/yyyy HH:mm:ss" }],
    ] as const
  ) {
    const files = { "a.csv": lines("when,x", 200, (i) => `${form(i)},${i}`) };
    const { recordings } = await read(files, { time: { column: "when", ...more } });
    assert(Math.abs(recordings.rate - 32.2) < 1.1, `${form(0)}: ${recordings.rate}`);
  }
  const open = { "a.csv": lines("when,x", 200, (i) => `12/08/2019 15:00:${at(i)},${i}`) };
  await refused(open, { time: "when" }, /Cannot tell day from month.*\n.*format: "dd\/MM\/yyyy/);
  const two = { "a.csv": lines("Date,Time,x", 200, (i) => `27/10/2019,15:00:${at(i)},${i}`) };
  assert((await read(two, { time: { columns: ["Date", "Time"] } })).recordings.rate > 31);
  const none = { "a.csv": lines("when,x", 200, (i) => `2024-13-45 25:61:${at(i)},${i}`) };
  await refused(none, { time: "when" }, /"2024-13-45 25:61:00\.000" is neither a number nor a date/);
});

Deno.test("lowerRate() lets no alias above −40 dB through, and leaves the pass band as it is", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 10 }),
      fc.double({ min: 1.02, max: 1.9, noNaN: true }),
      fc.double({ min: 0.02, max: 0.38, noNaN: true }),
      (factor, above, below) => {
        const [from, to] = [50 * factor, 50];
        const tone = (f: number) =>
          Float32Array.from({ length: from * 8 }, (_, i) => Math.sin(2 * Math.PI * f * i / from));
        const f = Math.min(above * 25, from / 2 - 1);
        const alias = lowerRate(tone(f), 1, from, to, 400).subarray(50, 350);
        assert(alias.every((v) => Math.abs(v) < 0.01), `${f} Hz of ${from}`);
        const kept = lowerRate(tone(below * 50), 1, from, to, 400);
        for (let i = 50; i < 350; i++) assert(Math.abs(kept[i] - Math.sin(2 * Math.PI * below * i)) < 0.01);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("a stated rate that contradicts a time column nobody named is refused", async () => {
  const dated = (i: number) => `2024-03-01 10:00:${(i / 50).toFixed(3).padStart(6, "0")}`;
  for (const at of [(i: number) => (i * 0.02).toFixed(2), (i: number) => String(1.7e12 + i * 20), dated]) {
    const files = { "a.csv": lines("time,acc_x,acc_y,acc_z", 200, (i) => `${at(i)},${wave(i)},1,2`) };
    await refused(
      files,
      { rate: 100 },
      /Cannot use rate 100: the column time shows 50 samples a second\n.*time: time/,
    );
    assert.equal((await read(files, { rate: 50 })).recordings.recordings[0].samples, 200);
  }
  const counter = { "a.csv": lines("time,acc_x,acc_y,acc_z", 200, (i) => `${i},${wave(i)},1,2`) };
  assert.equal((await read(counter, { rate: 100 })).recordings.recordings[0].samples, 200);
});

Deno.test("many files without a named subject point at subject first, with the pattern of their names", async () => {
  const { checkWholeSet } = await import("../../../lib/signal/read/laws/whole_set.ts");
  const { simulateRecordings } = await import("../../../lib/signal/simulate/simulate.ts");
  const set = simulateRecordings({ subjects: 3, minutes: 1, seed: 3 });
  const note = () => checkWholeSet(set).find((text) => text.includes("as one subject"));
  assert.equal(note(), undefined);
  set.recordings.forEach((r, i) => [r.subject, r.id] = ["subject", `sub_0${i}_walk`]);
  assert.match(
    note()!,
    /^3 files were read as one subject; name it: subject: \{ from: filename, pattern: ".*\(.*" \}/,
  );
});
