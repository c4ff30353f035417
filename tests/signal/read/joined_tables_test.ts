import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { readJoinedCsv } from "./read_files.ts";
import type { FilePart } from "../../../lib/signal/read/joined_tables.ts";
import { readSpSwHar } from "../../../lib/signal/read/published/sp_sw_har.ts";
import type { TableOptions } from "../../../lib/signal/read/reading.ts";
import { skipReason, withoutData } from "../../house/skip.ts";

const options = { missing: "error", maxGap: 0.2, minSeconds: 0, short: "error", unsorted: "error" } as const;

async function read(
  files: Record<string, string>,
  sensors: Record<string, FilePart[]>,
  more: Partial<TableOptions> = {},
) {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) await Deno.writeTextFile(join(dir, name), content);
    const paths = Object.keys(files).sort().map((name) => join(dir, name));
    return (await readJoinedCsv(paths, sensors, { ...options, time: "t", ...more })).recordings;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Rows every `step` ms from `from` on, whose value is a multiple of the time. */
const ramp = (from: number, step: number, n: number, factor: number, label = "") =>
  [
    "t,v,label",
    ...Array.from({ length: n }, (_, i) => `${from + i * step},${(from + i * step) * factor},${label}`),
  ].join("\n");

const phoneAndWatch = {
  phone: [{ files: "acc_phone", columns: ["v"] }, { files: "gyr_phone", columns: ["v"] }],
  watch: [{ files: "acc_watch", columns: ["v"] }, { files: "gyr_watch", columns: ["v"] }],
};

Deno.test("readJoinedTables() interpolates all files of a recording on the time that they share", async () => {
  const set = await read(
    {
      "p1_acc_phone.csv": ramp(1000, 20, 100, 1, "walk"),
      "p1_gyr_phone.csv": ramp(1010, 20, 100, 2),
      "p1_acc_watch.csv": ramp(990, 20, 80, 3),
      "p1_gyr_watch.csv": ramp(1100, 20, 100, 4),
    },
    phoneAndWatch,
    { time: { column: "t", unit: "ms" }, label: "label", channels: ["acc", "gyro"] },
  );
  assert.deepEqual([set.rate, set.sensors, set.channels, set.labelNames], [50, ["phone", "watch"], [
    "acc",
    "gyro",
  ], ["walk"]]);
  const [r] = set.recordings;
  assert.equal(r.id, "p1");
  // From 1100 ms, when the last one starts, to 2570 ms, when the first one ends.
  assert.equal(r.samples, 74);
  for (let t = 0; t < 74; t++) {
    const at = 1100 + 20 * t;
    [1, 2, 3, 4].forEach((factor, c) => assert(Math.abs(r.data[t * 4 + c] - factor * at) < 0.01));
    assert.equal(r.labels[t], 0);
  }
});

Deno.test("readJoinedTables() carries gaps of any file over to the common clock", async () => {
  const broken = ramp(1000, 20, 50, 1) + "\n" + ramp(3000, 20, 50, 1).split("\n").slice(1).join("\n");
  const set = await read({ "a_p.csv": ramp(1000, 20, 150, 1), "b_p.csv": broken }, {
    a: [{ files: "^a_", columns: ["v"] }],
    b: [{ files: "^b_", columns: ["v"] }],
  }, { time: { column: "t", unit: "ms" } });
  // The second file is silent from 1980 to 3000 ms, which are samples 49 and 100.
  assert.deepEqual(set.recordings[0].gaps, [[50, 100]]);
  assert.deepEqual([...set.recordings[0].data.subarray(98, 100)], [1980, 1980]);
});

const mistakes: [string, Record<string, string>, Partial<TableOptions>, RegExp][] = [
  [
    "a missing counterpart",
    { "p1_a.csv": ramp(0, 20, 50, 1), "p2_b.csv": ramp(0, 20, 50, 1) },
    {},
    /"p1_\.csv" has no file of b/,
  ],
  [
    "two files for one place",
    { "p1_a.csv": ramp(0, 20, 9, 1), "p1_aa.csv": ramp(0, 20, 9, 1), "p1_b.csv": ramp(0, 20, 9, 1) },
    {},
    /p1_a\.csv also belongs to a of "p1_\.csv"/,
  ],
  ["times that do not overlap", { "p1_a.csv": ramp(0, 20, 50, 1), "p1_b.csv": ramp(90_000, 20, 50, 1) }, {
    minSeconds: 0.5,
  }, /share less than 0\.5 s/],
  [
    "neither time nor rate",
    { "p1_a.csv": ramp(0, 20, 50, 1), "p1_b.csv": ramp(0, 20, 50, 1) },
    { time: undefined, rate: undefined },
    /neither a time column nor a rate to join them by/,
  ],
  [
    "other numbers of rows without a time column",
    { "p1_a.csv": ramp(0, 20, 50, 1), "p1_b.csv": ramp(0, 20, 49, 1) },
    { time: undefined },
    /row by row: 50 and 49 rows\n.*unit: samples/,
  ],
];
for (const [what, files, more, message] of mistakes) {
  Deno.test(`readJoinedTables() refuses ${what}`, async () => {
    const sensors = {
      a: [{ files: "a+(?=\\.)", columns: ["v"] }],
      b: [{ files: "b(?=\\.)", columns: ["v"] }],
    };
    await assert.rejects(read(files, sensors, { rate: 50, ...more }), { name: "InputError", message });
  });
}

const archive = fileURLToPath(new URL("../../../../shared/data/sp-sw-har.zip", import.meta.url));

Deno.test({
  name: "readJoinedTables() reads the phone and watch data set as its own reader does",
  ignore: skipReason(withoutData("sp-sw-har.zip")),
  async fn() {
    const columns = ["x_acc", "y_acc", "z_acc", "x_gyro", "y_gyro", "z_gyro"];
    const { recordings: set } = await readJoinedCsv([archive], {
      phone: [{ files: "_sp", columns }],
      watch: [{ files: "_sw", columns }],
    }, {
      ...options,
      rate: 100,
      time: { column: "timestamp", unit: "ms" },
      label: "label",
      subject: { from: "filename", pattern: "(s\\d+)_\\d+" },
    });
    const own = await readSpSwHar([archive], { rate: 100, maxGap: 0.2 });
    assert.deepEqual(set.labelNames, own.labelNames);
    assert.equal(set.recordings.length, own.recordings.length);
    set.recordings.forEach((r, i) => {
      const other = own.recordings[i];
      assert.equal(r.subject, other.subject);
      // Each device ends on its own last tick first.
      assert(Math.abs(r.samples - other.samples) <= 2);
      let difference = 0;
      for (let k = 0; k < 1200; k++) difference += Math.abs(r.data[k] - other.data[k]) / 1200;
      assert(difference < 0.1, `${r.id}: ${difference}`);
    });
  },
});
