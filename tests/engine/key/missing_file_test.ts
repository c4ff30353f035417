import assert from "node:assert/strict";
import { join } from "node:path";
import { findFiles } from "../../../lib/engine/key/find_files.ts";
import loadStep from "../../../lib/steps/load.ts";

Deno.test("what is not there is told with what may be meant, and a public data set with where to get it", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "motiflow-missing-" }));
  try {
    await Deno.mkdir(join(root, "data/raw"), { recursive: true });
    await Deno.writeTextFile(join(root, "data/raw/walk_01.csv"), "");
    const told = async (pattern: string, more = {}) => {
      try {
        await findFiles(root, { name: "path", pattern, ...more });
      } catch (error) {
        return (error as Error).message;
      }
      return "found";
    };
    const home = Deno.env.get("HOME");
    assert.equal(
      await told("~/data/*.csv"),
      `~/data/*.csv: Cannot find files: the folder ${root}/~/data does not exist\n  ~ is only known to a shell: write ${home}/data/*.csv`,
    );
    assert.equal(
      await told("dat/raw/*.csv"),
      `dat/raw/*.csv: Cannot find files: the folder ${root}/dat/raw does not exist\n  did you mean "data" in ${root}?`,
    );
    assert.equal(
      await told("data/raw/walk_1.csv"),
      `data/raw/walk_1.csv: Cannot find file: nothing is there\n  did you mean "walk_01.csv" in ${root}/data/raw?`,
    );
    assert.match(await told("data/raw/session.npz"), /raw has walk_01\.csv$/);
    assert.match(
      await told("data\\raw\\walk_01.csv"),
      /folders are separated by \/: data\/raw\/walk_01\.csv$/,
    );
    assert.match(await told("C:\\me\\walk_01.csv"), /this is a path of Windows, and this machine is none$/);
    for (
      const [source, place, cite] of [
        ["hapt", "archive.ics.uci.edu/dataset/341", "Reyes-Ortiz"],
        ["sp-sw-har", "doi.org/10.5281/zenodo.8398688", "Matey-Sanz"],
        ["umafall", "webpersonal.uma.es/de/ECASILARI", "Casilari"],
      ] as const
    ) {
      const [request] = loadStep.files!(loadStep.params.parse({ source, path: "sets/zipped.zip" }));
      const message = await told(request!.pattern, request);
      assert.match(message, new RegExp(`get it from https?://${place}[^]*cite ${cite}.*; licence: `));
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
