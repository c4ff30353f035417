import assert from "node:assert/strict";
import { readFiles, rows } from "./read_files.ts";

const recording = rows("t,x", 100, (i) => `${i * 20},${i % 7}`);
const time = { column: "t", unit: "ms" as const };
const source = { files: "[._]labels", times: "relative" as const, unit: 1 };

const written: [program: string, name: string, content: string, more: Record<string, unknown>][] = [
  ["BORIS", "a_labels.csv", "Behavior,Start (s),Stop (s)\nwalk,0.2,0.6\nrest,1.0,1.5\n", {}],
  ["Audacity", "a.labels.txt", "0.200000\t0.600000\twalk\n1.000000\t1.500000\trest\n", {}],
  [
    "ELAN's export of tabs",
    "a_labels.txt",
    "tier\tstart\tend\tannotation\nA\t200\t600\twalk\nA\t1000\t1500\trest\n",
    {
      unit: 1e-3,
      label: "annotation",
    },
  ],
  [
    "one list for all recordings",
    "all_labels.csv",
    "file,start,end,label\na.csv,0.2,0.6,walk\na.csv,1,1.5,rest\n",
    {
      file: "file",
    },
  ],
];
for (const [program, name, content, more] of written) {
  Deno.test(`labels are set by the intervals of ${program}`, async () => {
    const { recordings } = await readFiles({ "a.csv": recording, [name]: content }, {
      time,
      intervals: { ...source, ...more },
    });
    assert.deepEqual(recordings.labelNames, ["rest", "walk"]);
    const [{ labels }] = recordings.recordings;
    labels.forEach((l, t) =>
      assert.equal(l, t >= 10 && t < 30 ? 1 : t >= 50 && t < 75 ? 0 : -1, `sample ${t}`)
    );
  });
}

Deno.test("intervals on the clock of the time column are placed by it", async () => {
  const late = rows("t,x", 100, (i) => `${1.7e12 + i * 20},${i % 7}`);
  const { recordings } = await readFiles({
    "a.csv": late,
    "a_labels.csv": "start,end,label\n1700000000.2,1700000000.6,walk\n",
  }, { time: "t", intervals: { ...source, times: "clock" } });
  assert.equal(recordings.recordings[0].labels.reduce((n, l) => n + Number(l === 0), 0), 20);
});

const mistakes: [what: string, content: string, message: RegExp][] = [
  [
    "overlap with another label",
    "start,end,label\n0,1,walk\n0.5,0.8,rest\n",
    /a_labels\.csv:3: .*another label lies over/,
  ],
  [
    "end before they start",
    "start,end,label\n1,0.5,walk\n",
    /a_labels\.csv:2: .*ends at 0\.5, before its start at 1/,
  ],
  [
    "have no column of starts",
    "when,end,label\n1,2,walk\n",
    /Cannot find the start of intervals among when, end, label/,
  ],
];
for (const [what, content, message] of mistakes) {
  Deno.test(`intervals that ${what} are refused`, async () => {
    const files = { "a.csv": recording, "a_labels.csv": content };
    await assert.rejects(readFiles(files, { time, intervals: source }), { name: "InputError", message });
  });
}

Deno.test("intervals belong to the recording of their own folder where several are called alike", async () => {
  const list = (label: string) => `start,end,label\n0.2,0.6,${label}\n`;
  const files = {
    "p1/walk.csv": recording,
    "p1/walk_labels.csv": list("one"),
    "p2/walk.csv": recording,
    "p2/walk_labels.csv": list("two"),
  };
  const { recordings } = await readFiles(files, { time, intervals: source });
  assert.deepEqual(recordings.recordings.map((r) => recordings.labelNames[r.labels[15]]), ["one", "two"]);
  const apart = { "p1/a.csv": recording, "p1/_labels.csv": list("one"), "p2/b.csv": recording };
  const read = await readFiles(apart, { time, intervals: source });
  assert.deepEqual(read.recordings.recordings.map((r) => r.labels[15]), [0, -1]);
  const { "p1/walk_labels.csv": _, "p2/walk_labels.csv": __, ...tables } = files;
  await assert.rejects(
    () => readFiles({ ...tables, "walk_labels.csv": list("one") }, { time, intervals: source }),
    /2 recordings are called "walk"/,
  );
  await assert.rejects(
    () =>
      readFiles({ "a.csv": recording, "a_labels.csv": list("a"), "b_labels.csv": list("b") }, {
        time,
        intervals: source,
      }),
    /there is no recording "b"/,
  );
});

Deno.test("intervals of no recording are refused, and what lies outside is told", async () => {
  const other = { "a.csv": recording, "b.csv": recording, "c_labels.csv": "start,end,label\n0,1,walk\n" };
  await assert.rejects(readFiles(other, { time, intervals: source }), /no recording "c"/);
  const { notes } = await readFiles({
    "a.csv": recording,
    "b.csv": recording,
    "a_labels.csv": "start,end,label\n0,1,walk\n90,91,rest\n",
  }, { time, intervals: source });
  assert.match(notes.join("\n"), /1 of 2 label intervals lie outside/);
  assert.match(notes.join("\n"), /1 of 2 recordings have no label interval/);
});

for (
  const [what, rows, message] of [
    ["end", "rest,1.0,\nwalk,,1.5\n", /labels\.csv:2: Cannot use interval: its end is missing/],
    [
      "start",
      "rest,1.0,1.2\nwalk,,1.5\nrest,1.6,\n",
      /labels\.csv:3: Cannot use interval: its start is missing/,
    ],
    ["last end", "rest,1.0,1.2\nwalk,1.4,\n", /labels\.csv:3: Cannot use interval: its end is missing/],
  ] as const
) {
  Deno.test(`an interval whose ${what} is missing takes none of another row`, async () => {
    const files = { "a.csv": recording, "a_labels.csv": `label,start,end\n${rows}` };
    await assert.rejects(readFiles(files, { time, intervals: source }), message);
  });
}

Deno.test("a list belongs to the recording that is called like it, however many endings both have", async () => {
  const list = (label: string) => `start,end,label\n0.2,0.6,${label}\n`;
  const named = (recordings: string[], lists: string[]) =>
    readFiles({
      ...Object.fromEntries(recordings.map((name) => [name, recording])),
      ...Object.fromEntries(lists.map((name) => [name, list(name)])),
    }, { time, intervals: source }).then(({ recordings: { recordings, labelNames } }) =>
      recordings.map((r) => labelNames[r.labels[15]])
    );
  const sides = ["p1.left.csv", "p1.right.csv"];
  const lists = ["p1.left_labels.csv", "p1.right_labels.csv"];
  assert.deepEqual(await named(sides, lists), lists);
  assert.deepEqual(await named(["p1.csv", "p1.left.csv"], ["p1_labels.csv"]), ["p1_labels.csv", undefined]);
  assert.deepEqual(await named(["p1.left.csv", "p2.csv"], ["p1_labels.csv"]), ["p1_labels.csv", undefined]);
  assert.deepEqual(await named(["p1.csv", "p2.csv"], ["p1.first_labels.csv"]), [
    "p1.first_labels.csv",
    undefined,
  ]);
  await assert.rejects(() => named(sides, ["p1_labels.csv"]), /2 recordings are called "p1"/);
  await assert.rejects(
    () => named(["p1.left.csv", "p2.csv"], [lists[1]]),
    /there is no recording "p1\.right/,
  );
  await assert.rejects(() => named(sides, ["labels_labels.csv"]), /no recording/);
});

Deno.test("a duration after a date lasts as long as its own unit says", async () => {
  const clock = rows("t,x", 100, (i) => `${new Date(1.7e12 + 20 * i).toISOString()},${i % 7}`);
  const at = (s: number) => new Date(1.7e12 + 1000 * s).toISOString();
  for (const [duration, unit] of [["0.4", 1], ["400", 1e-3], ["00:00:00.4", 1]] as const) {
    const { recordings } = await readFiles({
      "a.csv": clock,
      "a_labels.csv": `start,duration,label\n${at(0.2)},${duration},walk\n${at(1)},${duration},walk\n`,
    }, { time: "t", intervals: { ...source, times: "clock", unit } });
    assert.equal(recordings.recordings[0].labels.reduce((n, l) => n + Number(l === 0), 0), 40, duration);
  }
  await assert.rejects(
    () =>
      readFiles({ "a.csv": clock, "a_labels.csv": `start,end,label\n0.2,${at(0.6)},walk\n` }, {
        time: "t",
        intervals: source,
      }),
    /a_labels\.csv:2: Cannot use intervals: their ends are dates and their starts numbers/,
  );
  await assert.rejects(
    () =>
      readFiles({ "a.csv": clock, "a_labels.csv": `start,end,label\n${at(0.6)},${at(-9.8)},walk\n` }, {
        time: "t",
        intervals: { ...source, times: "clock" },
      }),
    /it ends at 2023-11-14 22:13:10, before its start at 2023-11-14 22:13:20/,
  );
});
