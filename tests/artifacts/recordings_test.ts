import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { encodeNpy, readNpy } from "../../lib/artifacts/npy.ts";
import {
  readRecordingLabels,
  readRecordingsIndex,
  Recordings,
  writeRecordings,
} from "../../lib/artifacts/recordings.ts";
import { json, withFolder } from "../hailo/sample_bundle.ts";

/** `lengths.length` recordings whose samples tell recording and place. */
function makeSet(lengths: number[], scale?: number[][]): Recordings {
  return {
    rate: 50,
    sensors: ["left", "right"],
    channels: ["x", "y", "z"],
    units: ["g", "g", "g"],
    triads: [[0, 1, 2]],
    labelNames: ["a", "b"],
    origin: "simulated",
    source: { name: "test" },
    recordings: lengths.map((samples, r) => ({
      id: `r${r}`,
      subject: `s${r % 3}`,
      samples,
      data: Float32Array.from({ length: samples * 6 }, (_, i) => {
        const count = (r * 1000 + i) % 60000 - 30000;
        return scale === undefined ? count / 7 : Math.fround(count * scale.flat()[i % 6]);
      }),
      labels: Int32Array.from({ length: samples }, (_, t) => (r + t) % 3 - 1),
      gaps: r === 0 ? [[0, 1]] : [],
      ...(scale === undefined ? {} : { scale }),
    })),
  };
}

async function filesBelow(dir: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(dir)) {
    if (!entry.isDirectory) found.push(entry.name);
    else found.push(...(await filesBelow(join(dir, entry.name))).map((name) => `${entry.name}/${name}`));
  }
  return found.sort();
}

Deno.test("a few recordings have a file each, named in recordings.json", async () => {
  await withFolder(async (dir) => {
    const set = makeSet([5, 0, 7]);
    await Recordings.write(dir, set);
    assert.deepEqual(await Recordings.read(dir), set);
    const { recordings: [first] } = await json(dir, "recordings.json");
    assert.deepEqual([first.file, first.offset, first.dtype], ["r0.npy", 0, "float32"]);
    assert.deepEqual([first.labelsFile, first.labelsOffset], ["r0.labels.npy", 0]);
    assert.deepEqual((await readNpy(join(dir, "r2.npy"), Float32Array)).shape, [7, 2, 3]);
  });
});

Deno.test("thousands of short recordings share few files and come back bit by bit", async () => {
  await withFolder(async (dir) => {
    const set = makeSet(Array.from({ length: 3000 }, (_, i) => 50 + i % 3));
    await Recordings.write(dir, set);
    const files = await filesBelow(dir);
    assert.ok(files.length <= 2 + 2 * Math.ceil(3000 * 52 * 24 / (1 << 23)), files.join());
    assert.deepEqual(await Recordings.read(dir), set);
    // The index is enough for other programs: rows [offset, offset + samples) of the file.
    const index = await readRecordingsIndex(dir);
    const entry = index.recordings[1234];
    const { data, shape } = await readNpy(join(dir, entry.file!), Float32Array);
    assert.deepEqual(shape.slice(1), [2, 3]);
    assert.deepEqual(
      data.slice(entry.offset! * 6, (entry.offset! + entry.samples) * 6),
      set.recordings[1234].data,
    );
    assert.deepEqual(await readRecordingLabels(dir, entry), set.recordings[1234].labels);
  });
});

Deno.test("long recordings keep their own file beside packed short ones, and packs are closed in order", async () => {
  await withFolder(async (dir) => {
    const set = makeSet([3, 100, 4, 5, 100, 6]);
    await writeRecordings(dir, set, { shortBytes: 1000, most: 1, fileBytes: 200 });
    assert.deepEqual(await Recordings.read(dir), set);
    assert.deepEqual(await filesBelow(dir), [
      "artifact.json",
      "packed/0.labels.npy",
      "packed/0.npy",
      "packed/1.labels.npy",
      "packed/1.npy",
      "r1.labels.npy",
      "r1.npy",
      "r4.labels.npy",
      "r4.npy",
      "recordings.json",
    ]);
  });
});

Deno.test("samples of a 16-bit sensor are stored in 16 bits, and only where they come back exactly", async () => {
  await withFolder(async (dir) => {
    const scale = [[0.00048828125, 1 / 2048, 9.80665 / 16384], [0.1, 0.017453292519943295 / 65.5, 3]];
    const set = makeSet([40, 41], scale);
    set.recordings[1].data[7] = 0.123; // changed since it left the sensor
    await Recordings.write(dir, set);
    const index = await readRecordingsIndex(dir);
    assert.deepEqual(index.recordings.map((r) => r.dtype), ["int16", "float32"]);
    assert.deepEqual((await readNpy(join(dir, "r0.npy"), Int16Array)).shape, [40, 2, 3]);
    const back = await Recordings.read(dir);
    assert.deepEqual(back.recordings.map((r) => r.data), set.recordings.map((r) => r.data));
    assert.deepEqual(back.recordings.map((r) => r.scale), [scale, undefined]);
  });
});

Deno.test("a long recording is stored in 16 bits piece by piece, and as float32 where a late sample does not fit", async () => {
  await withFolder(async (dir) => {
    const set = makeSet([200_000, 200_001], [[1, 1, 1], [1, 1, 1]]);
    for (const { data } of set.recordings) data.forEach((_, i) => data[i] = (i * 7919) % 65_536 - 32_768);
    set.recordings[1].data[1_199_999] = 0.5;
    await Recordings.write(dir, set);
    assert.deepEqual((await readRecordingsIndex(dir)).recordings.map((r) => r.dtype), ["int16", "float32"]);
    const back = await Recordings.read(dir);
    for (const [i, { data }] of back.recordings.entries()) {
      assert.equal(Buffer.compare(Buffer.from(data.buffer), Buffer.from(set.recordings[i].data.buffer)), 0);
    }
  });
});

Deno.test("values that 16 bits cannot hold stay float32", async () => {
  for (const value of [NaN, -0, Infinity, 40000, 0.25]) {
    await withFolder(async (dir) => {
      const set = makeSet([2], [[1, 1, 1], [1, 1, 1]]);
      set.recordings[0].data[3] = value;
      await Recordings.write(dir, set);
      assert.equal((await readRecordingsIndex(dir)).recordings[0].dtype, "float32");
      assert.ok(Object.is((await Recordings.read(dir)).recordings[0].data[3], Math.fround(value)));
    });
  }
});

Deno.test("a recording named like another one's labels overwrites nothing", async () => {
  await withFolder(async (dir) => {
    const set = makeSet([4, 5]);
    set.recordings[0].id = "a";
    set.recordings[1].id = "a.labels";
    await Recordings.write(dir, set);
    assert.deepEqual(await Recordings.read(dir), set);
  });
});

Deno.test("recordings written before files were named are read, with the length that they promise", async () => {
  await withFolder(async (dir) => {
    const set = makeSet([5]);
    await Recordings.write(dir, set);
    const content = await json(dir, "recordings.json");
    for (const name of ["file", "offset", "dtype", "labelsFile", "labelsOffset"]) {
      delete content.recordings[0][name];
    }
    await Deno.writeTextFile(join(dir, "recordings.json"), JSON.stringify(content));
    assert.deepEqual(await Recordings.read(dir), set);
    await Deno.writeFile(join(dir, "r0.npy"), encodeNpy(new Float32Array(36), [6, 2, 3]));
    await assert.rejects(Recordings.read(dir), /r0\.npy: .*5 samples from 0 on, the file has 6/);
  });
});

Deno.test("recordings whose ids differ by case or Unicode form, or are as long as a name may be, have files of their own", async () => {
  await withFolder(async (dir) => {
    const set = makeSet([5, 6, 7, 8, 9, 4]);
    const long = "n".repeat(250);
    const ids = ["A", "a", "\u00fc", "u\u0308", `${long}1`, `${long}2`];
    set.recordings.forEach((recording, i) => recording.id = ids[i]!);
    await Recordings.write(dir, set);
    assert.deepEqual(await Recordings.read(dir), set);
    const files = (await filesBelow(dir)).map((name) => name.normalize("NFC").toLowerCase());
    assert.equal(new Set(files).size, files.length);
  });
});
