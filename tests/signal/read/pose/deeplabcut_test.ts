/** Files that pandas and PyTables wrote as DeepLabCut does (tests/reference/deeplabcut.py). */
import assert from "node:assert/strict";
import { gunzipSync } from "fflate";
import { join } from "node:path";
import { InputError } from "../../../../lib/errors.ts";
import { Random } from "../../../../lib/random.ts";
import load from "../../../../lib/steps/load.ts";
import { pandasFrame } from "../../../../lib/signal/read/arrays/pandas_frame.ts";
import { runStep } from "../../../steps/run_step.ts";
import reference from "../../../reference/deeplabcut.json" with { type: "json" };

interface Entry {
  file: string;
  columns?: string[][];
  index?: (number | string)[];
  values?: (number | null)[][];
}
const files = reference.files as Record<string, Entry>;
const bytesOf = (name: string) => gunzipSync(Uint8Array.fromBase64(files[name].file));

async function read(own: Record<string, string | Uint8Array>, more: Record<string, unknown> = {}) {
  const dir = await Deno.makeTempDir();
  try {
    const paths = [];
    for (const [name, content] of Object.entries(own)) {
      paths.push(join(dir, name));
      await Deno.writeFile(join(dir, name), typeof content === "string" ? bytesOf(content) : content);
    }
    const params = { source: "deeplabcut", path: dir, rate: 30, ...more };
    const { outputs, warnings } = await runStep(load, {}, params, { files: { path: paths } });
    return { set: outputs.recordings, warnings };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("pandasFrame() gives what pandas reads back, of both forms, all blocks, packed or not", async () => {
  for (const [name, { columns, index, values }] of Object.entries(files)) {
    if (values === undefined || name === "blosc") continue;
    const frame = (await pandasFrame(bytesOf(name), "df_with_missing"))!;
    assert.deepEqual(frame.columns, columns, name);
    const numbered = index!.every((i) => typeof i === "number");
    assert.deepEqual(frame.index && [...frame.index], numbered ? index : undefined, name);
    assert.equal(frame.rows, values.length);
    const told = [...frame.values].map((v) => Number.isNaN(v) ? null : v);
    assert.deepEqual(told, values.flat(), name);
  }
});

Deno.test("a video of DeepLabCut is a recording of its points; unlikely ones are missing", async () => {
  const { set } = await read({ "m1.h5": "table" });
  assert.deepEqual(set.channels, ["nose_x", "nose_y", "tail_base_x", "tail_base_y"]);
  assert.deepEqual([set.units[0], set.rate, set.recordings[0].subject], ["px", 30, "m1"]);
  const rows = files.table.values!.map((row) => [row[0], row[1], row[3], row[4]]);
  assert.deepEqual([...set.recordings[0].data], rows.flat().map((v) => Math.fround(v!)));
  const likely = files.table.values!.map((row) => row[2]!);
  const least = Math.min(...likely) + 0.005;
  const dropped = await read({ "m1.h5": "table" }, { min_likelihood: least, max_gap: 9 });
  assert.match(dropped.warnings.join(), /low score/);
  const at = likely.indexOf(Math.min(...likely));
  assert.notEqual(dropped.set.recordings[0].data[at * 4], Math.fround(rows[at][0]!));
});

Deno.test("every individual of a file is a recording, and points that were never found are missing", async () => {
  const { set } = await read({ "cage.h5": "lost" }, { max_gap: 0.01 });
  assert.deepEqual(
    set.recordings.map(({ id, subject, gaps }: any) => [id, subject, gaps]),
    [["cage_m1", "cage m1", [[1, 3]]], ["cage_m2", "cage m2", []]],
  );
  const { set: animals, warnings } = await read({ "cage.h5": "single" });
  assert.deepEqual(animals.channels, ["nose_x", "nose_y"]);
  assert.match(warnings.join(), /points are others than the first animal's.*single of cage\.h5/);
});

Deno.test("frames that the table leaves out are missing, and three coordinates are three channels", async () => {
  const { set } = await read({ "a.h5": "frames" }, { max_gap: 0.01 });
  assert.deepEqual([set.recordings[0].samples, set.recordings[0].gaps], [6, [[2, 4]]]);
  const three = (await read({ "a.h5": "three" })).set;
  assert.deepEqual([three.channels, three.units], [["nose_x", "nose_y", "nose_z"], ["", "", ""]]);
});

/** The table of a reference file as pandas writes it with a header of several rows. */
function csvOf(name: string): Uint8Array {
  const { columns, index, values } = files[name];
  const titles = columns![0].length === 4
    ? ["scorer", "individuals", "bodyparts", "coords"]
    : ["scorer", "bodyparts", "coords"];
  const head = titles.map((title, level) => [title, ...columns!.map((names) => names[level])]);
  const rows = values!.map((row, r) => [index![r], ...row.map((v) => v ?? "")]);
  return new TextEncoder().encode([...head, ...rows].map((cells) => cells.join(",")).join("\n") + "\n");
}

Deno.test("tables as text are read as the HDF5 files of the same, with several animals, missing frames and points", async () => {
  for (const name of ["table", "several", "lost", "single", "three", "frames", "unsure", "umlaut"]) {
    const more = { max_gap: 0.01 };
    const { set, warnings } = await read({ "a.csv": csvOf(name) }, more);
    const other = await read({ "a.h5": name }, more);
    const { quality: { notes, ...quality }, source, ...own } = set;
    const { quality: { notes: otherNotes, ...otherQuality }, source: _, ...others } = other.set;
    assert.deepEqual([own, quality], [others, otherQuality], name);
    assert.deepEqual([source.name, notes.length], ["a.csv", otherNotes.length]);
    assert.deepEqual(warnings, other.warnings.map((w) => w.replaceAll("a.h5", "a.csv")), name);
  }
  const least = { min_likelihood: 0.5, max_gap: 0.01 };
  assert.deepEqual(
    (await read({ "a.csv": csvOf("several") }, least)).set.recordings,
    (await read({ "a.h5": "several" }, least)).set.recordings,
  );
});

Deno.test("a table beside the HDF5 file of the same video is not read twice, and tables of others are named", async () => {
  const { set, warnings } = await read({
    "m1.h5": "table",
    "m1.csv": csvOf("table"),
    "m2.csv": csvOf("other"),
    "animals.csv": new TextEncoder().encode("animal,sex\nm1,f\n"),
  });
  assert.deepEqual(set.recordings.map(({ id, samples }: any) => [id, samples]), [["m1", 6], ["m2", 3]]);
  assert.match(warnings.join(), /no tables of DeepLabCut: animals\.csv/);
});

Deno.test("a recording is called after the video, not after the network", async () => {
  const { set } = await read({
    "mouse1DLC_resnet50_cageOct30shuffle1_100000.h5": "table",
    "mouse2DLC_dlcrnetms5_cageOct30shuffle1_100000_filtered.csv": csvOf("other"),
  });
  assert.deepEqual(set.recordings.map(({ id, subject }: any) => [id, subject]), [
    ["mouse1", "mouse1"],
    ["mouse2_filtered", "mouse2_filtered"],
  ]);
});

const text = (...lines: string[]) => new TextEncoder().encode(lines.join("\n") + "\n");

Deno.test("label intervals of a video count from its begin, though the animal comes later or the table begins later", async () => {
  // As BORIS exports them; frames 0 to 2 at 2 a second, and frames 10, 11, 14 and 15 of another video.
  const { set, warnings } = await read({
    "m1DLC_resnet50_cageOct30shuffle1_1000.csv": csvOf("key"),
    "m1_events.csv": text("Behavior,Start (s),Stop (s)", "rearing,0.5,1.5"),
    "m2.csv": csvOf("frames"),
    "m2_events.csv": text("Behavior,Start (s),Stop (s)", "rearing,5,5.5", "none,5.5,6", "2,7,7.5"),
  }, { rate: 2, label: { from: "intervals", files: "_events" }, label_names: { 2: "sniffing" } });
  assert.deepEqual(set.labelNames, ["rearing", "sniffing"]);
  assert.deepEqual(set.recordings.map(({ id, labels }: any) => [id, [...labels]]), [
    ["m1", [-1, 0, 0]],
    ["m2", [0, -1, -1, -1, 1, -1]],
  ]);
  assert.doesNotMatch(warnings.join(), /no tables of DeepLabCut/);
  const late = csvOf("table");
  const gone = new TextEncoder().encode(
    new TextDecoder().decode(late).replace(/\n0,.*\n1,.*\n/, "\n0,,,,,,\n1,,,,,,\n"),
  );
  const cut = await read(
    { "m1.csv": gone, "m1_events.csv": text("start,end,label", "2,4,rearing") },
    { rate: 1, label: { from: "intervals", files: "_events" } },
  );
  assert.deepEqual([...cut.set.recordings[0].labels], [0, 0, -1, -1]);
});

Deno.test("files of two networks with the same points are joined", async () => {
  const { set } = await read({ "m1.h5": "table", "m2.h5": "other" });
  assert.deepEqual(set.recordings.map(({ id, samples }: any) => [id, samples]), [["m1", 6], ["m2", 3]]);
});

const refused: [string, Record<string, string | Uint8Array>, RegExp, Record<string, unknown>?][] = [
  ["labelled images", { "a.h5": "images" }, /rows are images, not frames of a video/],
  ["labelled images as text", { "a.csv": csvOf("images") }, /rows are images, not frames of a video/],
  [
    "label intervals of several animals",
    { "a.h5": "several", "a_events.csv": text("start,end,label", "0,1,sniffing") },
    /a\.h5: Cannot use label intervals: they do not tell which of several animals/,
    { label: { from: "intervals", files: "_events" } },
  ],
  [
    "label intervals that are not there",
    { "a.h5": "table" },
    /Cannot find label intervals: no file name matches \/_events\//,
    { label: { from: "intervals", files: "_events" } },
  ],
  [
    "a class name for no label",
    { "a.h5": "table", "a_events.csv": text("start,end,label", "0,0.1,sniffing") },
    /label_names.*snifing|snifing/,
    { label: { from: "intervals", files: "_events" }, label_names: { snifing: "s" } },
  ],
  ["frames of a text that go back", { "a.csv": csvOf("turned") }, /frame 1 in row 2 comes after frame 2/],
  [
    "another table as text",
    { "a.csv": new TextEncoder().encode("time,nose_x\n0,1\n") },
    /a\.csv: Cannot read points: there are no rows of body parts and coordinates/,
  ],
  ["several scorers", { "a.h5": "scorers" }, /points of 2 scorers, net.*other/],
  ["frames that go back", { "a.h5": "turned" }, /frame 1 in row 2 comes after frame 2/],
  ["frames far apart", { "a.h5": "far" }, /2 rows go from frame 0 to 1000000000/],
  ["no likelihood where one is asked for", { "a.h5": "unsure" }, /nose has no likelihood/, {
    min_likelihood: 0.5,
  }],
  ["another table of pandas", { "a.h5": "plain" }, /columns of df_with_missing have 1 name/],
  ["an empty table", { "a.h5": "empty" }, /no point was seen in any file/],
  ["a file that breaks off", { "a.h5": "truncated" }, /Cannot read points: the HDF5 library cannot read it/],
  ["a table packed by what nothing unpacks", { "a.h5": "blosc" }, /it is packed by blosc/],
  ["no HDF5", { "a.h5": new Uint8Array(100) }, /it is no HDF5 file/],
  [
    "other points",
    { "a.h5": "table", "b.h5": "umlaut" },
    /points are Näschen_x.*尾_x.*those of the first file nose_x/,
  ],
  [
    "one video twice",
    { "a.h5": "table", "a_filtered.h5": "other" },
    /a\.h5 and a_filtered\.h5 are of the same/,
  ],
];
for (const [what, own, message, more] of refused) {
  Deno.test(`DeepLabCut's file is refused for ${what}`, async () => {
    await assert.rejects(
      read(own, more),
      (error: Error) => error instanceof InputError && message.test(error.message),
    );
  });
}

Deno.test("no change of bytes of DeepLabCut's file ends in anything but a reading or a refusal", async () => {
  const rng = new Random(5);
  for (let trial = 0; trial < 60; trial++) {
    const bytes = bytesOf(trial % 2 === 0 ? "table" : "fixed");
    const length = trial % 2 === 0 ? 20000 : bytes.length;
    for (let k = 0; k < 8; k++) bytes[rng.below(length)] = rng.below(256);
    await read({ "a.h5": bytes }).catch((error) =>
      assert.ok(error instanceof InputError, String(error.stack))
    );
  }
});

Deno.test("points that are seldom seen are named with their share, as all points of their other frames are a gap", async () => {
  const rows = Array.from(
    { length: 100 },
    (_, t) => [t, t, 2 * t, 0.9, 50 - t, 3, t < 20 ? 0.8 : 0.1].join(","),
  );
  const head = [
    "scorer,a,a,a,a,a,a",
    "bodyparts,nose,nose,nose,tip,tip,tip",
    "coords,x,y,likelihood,x,y,likelihood",
  ];
  const table = new TextEncoder().encode([...head, ...rows, ""].join("\n"));
  const { warnings } = await read({ "m1.csv": table }, { min_likelihood: 0.6 });
  const told = warnings.filter((text) => /seldom seen/.test(text));
  assert.equal(told.length, 1);
  assert.match(told[0]!, /lower min_likelihood.*tip \(20\S* %\) of m1\.csv$/);
  assert.ok(!/nose/.test(told[0]!));
  assert.ok(!(await read({ "m1.csv": table })).warnings.some((text) => /seldom/.test(text)));
});
