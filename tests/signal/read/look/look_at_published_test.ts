import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { lookAtFiles } from "../../../../lib/signal/read/look/look_at_folder.ts";

/** A look at files of these contents. */
async function lookAt(contents: Record<string, string>) {
  const dir = await Deno.makeTempDir();
  try {
    const paths = Object.keys(contents).map((name) => join(dir, name)).sort();
    for (const path of paths) {
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, contents[path.slice(dir.length + 1)]);
    }
    return await lookAtFiles(paths);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const rows = (n: number) =>
  Array.from({ length: n }, (_, t) => `${Math.sin(t / 9).toFixed(4)} 0.1 0.9`).join("\n") + "\n";

/** HAPT's raw files of one person, with the labels of two stretches. */
const hapt = {
  "RawData/acc_exp01_user03.txt": rows(400),
  "RawData/gyro_exp01_user03.txt": rows(400),
  "RawData/labels.txt": "1 3 1 1 200\n1 3 4 201 380\n",
  "README.txt": "raw data of phones\n",
};

Deno.test("a public data set is known by its files, with its authors, and read by its name", async () => {
  const seen = await lookAt(hapt);
  assert.deepEqual(seen.params, { source: "hapt", gravity: true, keep_labels: "basic" });
  assert.match(seen.facts[0], /HAPT.*cite Reyes-Ortiz.*licence: authors/);
  assert.deepEqual(seen.data, { rate: 50, subjects: 1, labeled: 1, classes: 6, shortest: 400 });
});

Deno.test("files with a public data set's names that are not as it is published are looked at like any others", async () => {
  const { "RawData/labels.txt": _, ...rest } = hapt;
  const seen = await lookAt(rest);
  assert.equal(seen.params.source, "csv");
});
