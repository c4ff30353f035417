import assert from "node:assert/strict";
import { gunzipSync } from "fflate";
import { join } from "node:path";
import { lookAtFiles } from "../../../../lib/signal/read/look/look_at_folder.ts";
import reference from "../../../reference/deeplabcut.json" with { type: "json" };
import { analysisFile } from "../pose/analysis_file.ts";

const files = reference.files as Record<string, { file: string }>;
const bytesOf = (name: string) => gunzipSync(Uint8Array.fromBase64(files[name].file));

async function lookAt(contents: Record<string, Uint8Array | string>) {
  const dir = await Deno.makeTempDir();
  try {
    const paths = Object.keys(contents).map((name) => join(dir, name)).sort();
    for (const path of paths) {
      const content = contents[path.slice(dir.length + 1)];
      await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    }
    return await lookAtFiles(paths);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a look at DeepLabCut's folder finds its HDF5 files, though tables of the same stand beside them", async () => {
  const seen = await lookAt({
    "m1_day1.h5": bytesOf("table"),
    "m2_day1.h5": bytesOf("other"),
    "m1_day1.csv": "scorer,net,net,net\nbodyparts,nose,nose,nose\ncoords,x,y,likelihood\n0,1,2,0.9\n",
  });
  assert.deepEqual([seen.uses, seen.params.source, seen.params.min_likelihood], ["load", "deeplabcut", 0.6]);
  assert.equal(seen.params.rate_assumed, true);
  assert.match(seen.facts[0], /2 files of DeepLabCut: nose_x, nose_y, tail_base_x, tail_base_y/);
});

Deno.test("a look at files without likelihoods asks for none", async () => {
  const { params, data } = await lookAt({ "a.h5": bytesOf("three") });
  assert.deepEqual([params.source, params.min_likelihood, data?.classes], ["deeplabcut", undefined, 0]);
});

Deno.test("a look at SLEAP's analysis files names their source, and arrays of others stay arrays", async () => {
  const { params, data } = await lookAt({ "cage.h5": await analysisFile(["one", "two"], () => false) });
  assert.deepEqual([params.source, data?.subjects], ["sleap", 2]);
  assert.equal(
    (await lookAt({ "a.h5": bytesOf("plain") }).catch((error) => error)).params?.source ?? "none",
    "npy",
  );
});
