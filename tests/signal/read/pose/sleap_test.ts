/** Files as SLEAP's analysis export lays them out, written here by the HDF5 library. */
import assert from "node:assert/strict";
import { File as Hdf5, ready } from "h5wasm";
import { join } from "node:path";
import load from "../../../../lib/steps/load.ts";
import { runStep } from "../../../steps/run_step.ts";
import { analysisFile, x, y } from "./analysis_file.ts";

async function read(files: Record<string, Uint8Array>, more: Record<string, unknown> = {}) {
  const dir = await Deno.makeTempDir();
  try {
    const paths = [];
    for (const [name, bytes] of Object.entries(files)) {
      paths.push(join(dir, name));
      await Deno.writeFile(join(dir, name), bytes);
    }
    const params = { source: "sleap", path: dir, rate: 30, ...more };
    const { outputs, warnings } = await runStep(load, {}, params, { files: { path: paths } });
    return { set: outputs.recordings, warnings };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("each track of SLEAP's analysis file is a recording of its own animal, from where it is first seen to the last", async () => {
  // The second animal comes in the second frame and is gone in the last.
  const file = await analysisFile(["female", "male"], (a, _, t) => a === 1 && (t < 1 || t > 4));
  const { set } = await read({ "cage1.h5": file }, { max_gap: 1 });
  assert.deepEqual(set.channels, ["nose_x", "nose_y", "tail_x", "tail_y"]);
  assert.deepEqual(
    set.recordings.map(({ id, subject, samples }: any) => [id, subject, samples]),
    [["cage1_female", "cage1 female", 6], ["cage1_male", "cage1 male", 4]],
  );
  const [female, male] = set.recordings.map(({ data }: any) => [...data]);
  assert.deepEqual(female.slice(0, 8), [0, -0, 10, -10, 1, -1, 11, -11]);
  assert.deepEqual(male.slice(0, 4), [x(1, 0, 1), y(1, 0, 1), x(1, 1, 1), y(1, 1, 1)]);
});

const text = (lines: string[]) => new TextEncoder().encode(lines.join("\n") + "\n");
const columns = "track,frame_idx,instance.score,nose.x,nose.y,nose.score,tail.x,tail.y,tail.score";

/** The same as {@linkcode analysisFile} as a table: a row for each animal in each frame. */
function tableFile(tracks: string[], lost: (a: number, p: number, t: number) => boolean): Uint8Array {
  const points = (a: number, t: number) =>
    [0, 1].flatMap((p) =>
      lost(a, p, t)
        ? ["", "", ""]
        : [x(a, p, t), Object.is(y(a, p, t), -0) ? "-0" : y(a, p, t), p === 1 && t === 2 ? 0.2 : 0.9]
    );
  const rows = tracks.flatMap((name, a) =>
    [0, 1, 2, 3, 4, 5].filter((t) => !lost(a, 0, t) || !lost(a, 1, t)).map((
      t,
    ) => [name, t, 0.9, ...points(a, t)])
  );
  return text([columns, ...rows.map((cells) => cells.join(","))]);
}

Deno.test("tables of SLEAP are read as the analysis files of the same", async () => {
  const cases: [string[], (a: number, p: number, t: number) => boolean][] = [
    [["female", "male"], (a, _, t) => a === 1 && (t < 1 || t > 4)],
    [["one"], (_, p, t) => p === 1 && t === 3],
    [["female", "male"], (a, _, t) => a === 0 && t === 2],
  ];
  for (const [tracks, lost] of cases) {
    for (const more of [{ max_gap: 0.01 }, { max_gap: 0.01, min_score: 0.6 }]) {
      const array = await read({ "cage1.h5": await analysisFile(tracks, lost) }, more);
      const table = await read({ "cage1.csv": tableFile(tracks, lost) }, more);
      assert.deepEqual(table.set.recordings, array.set.recordings);
      assert.deepEqual([table.set.channels, table.set.units], [array.set.channels, array.set.units]);
    }
  }
});

Deno.test("animals of SLEAP's table without tracks are one where they are one a frame, and refused where they are more", async () => {
  const row = (track: string, t: number) => `${track},${t},0.9,${t},1,0.9,${t},2,0.9`;
  const { set } = await read({ "m.csv": text([columns, row("", 0), row("", 1), row("", 2)]) });
  assert.deepEqual(set.recordings.map(({ id, subject, samples }: any) => [id, subject, samples]), [[
    "m",
    "m",
    3,
  ]]);
  await assert.rejects(
    read({ "m.csv": text([columns, row("", 0), row("", 1), row("", 1)]) }),
    /m\.csv:4: Cannot use frame 1: it stands there twice\n.*track them before/,
  );
  await assert.rejects(
    read({ "m.csv": text([columns, row("a", 0), row("a", 0), row("b", 1)]) }),
    /m\.csv:3: Cannot use frame 0: a stands there twice/,
  );
  const { warnings } = await read({
    "m.csv": text([columns, row("a", 0), row("", 0), row("a", 1), row("b", 1)]),
  });
  assert.match(warnings.join(), /belong to no track: 1 rows of m\.csv/);
  await assert.rejects(
    read({ "m.csv": text(["track,frame_idx,nose.x,nose.y", "a,0,1,2", "a,1,1,2"]) }, { min_score: 0.5 }),
    /Cannot use min_score: nose has no score/,
  );
  for (const frame of [-1, 0.5, 1e12]) {
    const odd = text([columns, row("a", 0), row("a", 1).replace("a,1", `a,${frame}`)]);
    await assert.rejects(
      read({ "m.csv": odd }),
      new RegExp(`m\\.csv:3: Cannot use frame_idx ${frame}: frames are`),
    );
  }
  await assert.rejects(
    read({ "m.csv": text([columns, row("a", 0)]) }, { label: { from: "intervals", files: "(" } }),
    /files must be a regular expression|regular expression/,
  );
  await assert.rejects(read({ "m.csv": text(["a,b", "1,2"]) }), /there is no column frame_idx/);
});

Deno.test("points of a low score are missing: filled where that is short, a gap where it is long", async () => {
  const file = await analysisFile(["one"], () => false);
  // The tail jumps in the frame in which nothing is sure of it.
  const jump = await analysisFile(["one"], () => false, (h5) => {
    (h5.get("tracks") as any).write_slice([[0, 1], [0, 1], [1, 2], [2, 3]], new Float64Array([999]));
  });
  const short = await read({ "m1.h5": jump }, { min_score: 0.6, max_gap: 1 });
  assert.deepEqual([...short.set.recordings[0].data], [
    ...(await read({ "m1.h5": file })).set.recordings[0].data,
  ]);
  assert.match(short.warnings.join(), /low score/);
  assert.equal((await read({ "m1.h5": jump })).set.recordings[0].data[4 * 2 + 2], 999);
  const long = await read({ "m1.h5": jump }, { min_score: 0.95 }).catch((error) => error);
  assert.match(long.message, /no point was seen in any file/);
  const subject = { from: "filename", pattern: "m(\\d)" };
  assert.deepEqual(
    (await read({ "m1.h5": file, "m2.h5": file }, { subject })).set.recordings.map((r: any) => r.subject),
    ["1", "2"],
  );
});

Deno.test("a file that is none of SLEAP's is refused by what it lacks", async () => {
  const { FS } = await ready;
  const file = new Hdf5("other", "w");
  file.create_group("df_with_missing");
  (file.get("df_with_missing") as any).create_dataset({ name: "values", data: new Float64Array([1, 2]) });
  file.close();
  const bytes = (FS.readFile("other") as Uint8Array).slice();
  await assert.rejects(read({ "a.h5": bytes }), /there is no array node_names/);
});
