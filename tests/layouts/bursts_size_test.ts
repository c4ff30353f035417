import assert from "node:assert/strict";
import { join } from "node:path";
import { Recordings } from "../../lib/artifacts/recordings.ts";
import { channelsOf, lines } from "./layout.ts";
import { loadFiles } from "./load.ts";

Deno.test("twenty thousand bursts of a second are few files of hardly more than their samples", async () => {
  const [bursts, samples] = [20_000, 20];
  const table = lines("", bursts, (k) => [
    ...Array.from({ length: samples }, (_, i) => channelsOf(k * samples + i)).flat(),
    k % 2 === 0 ? "graze" : "walk",
  ]);
  const { recordings } = await loadFiles({ "a.csv": table }, {
    source: "csv",
    rate: 20,
    bursts: { order: "sample" },
    label: 61,
  });
  assert.equal(recordings.recordings.length, bursts);
  const dir = await Deno.makeTempDir();
  try {
    await Recordings.write(dir, recordings);
    let [files, bytes] = [0, 0];
    const walk = (folder: string): void => {
      for (const entry of Deno.readDirSync(folder)) {
        if (entry.isDirectory) walk(join(folder, entry.name));
        else [files, bytes] = [files + 1, bytes + Deno.statSync(join(folder, entry.name)).size];
      }
    };
    walk(dir);
    // float32 samples and int32 labels are 6.4 MB.
    assert(files < 20, `${files} files`);
    assert(bytes < 16e6, `${bytes} bytes`);
    const back = await Recordings.read(dir);
    assert.deepEqual(back.recordings[12_345].data, recordings.recordings[12_345].data);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
