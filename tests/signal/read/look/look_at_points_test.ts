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

const rows = (names: string[], line: (t: number) => (number | string)[]) =>
  [...names, ...Array.from({ length: 200 }, (_, t) => line(t).join(","))].join("\n") + "\n";

Deno.test("a look at tables of pose trackers names their source, the animals, and from where to see the points", async () => {
  const mouse = (seed: number) =>
    rows(
      [
        "scorer,net,net,net,net,net,net",
        "bodyparts,nose,nose,nose,tailbase,tailbase,tailbase",
        "coords,x,y,likelihood,x,y,likelihood",
      ],
      (t) => [t, 100 + (t * seed) % 7, 50, 0.99, 90 + t % 9, 40 + t % 7, t === 3 ? 0.1 : 0.98],
    );
  const seen = await lookAt({
    "mouse1DLC_resnet50_cageOct30shuffle1_1000.csv": mouse(3),
    "mouse2DLC_resnet50_cageOct30shuffle1_1000.csv": mouse(5),
    "mouse1_events.csv": "Behavior,Start (s),Stop (s)\nrearing,0,1\n",
  });
  assert.deepEqual(seen.params, {
    source: "deeplabcut",
    rate: 50,
    rate_assumed: true,
    min_likelihood: 0.6,
    subject: { from: "filename", pattern: "mouse(\\d+)" },
    egocentric: { center: ["tailbase"], front: "nose" },
  });
  assert.equal(seen.data?.subjects, 2);
  assert.deepEqual(seen.open[1], {
    what: "label intervals such as mouse1_events.csv wait for the true rate",
    write: 'label: { from: intervals, files: "_events(?=\\\\.[a-z]+$)" }',
  });
  // Where the body stands still in its own coordinates is no finding.
  assert.doesNotMatch(seen.facts.join(), /never change|Clipped/);
  const cage = await lookAt({
    "cage.csv": rows(
      ["track,frame_idx,instance.score,head.x,head.y,head.score,wing.x,wing.y,wing.score"],
      (t) => [
        t < 100 ? "a" : "b",
        t % 100,
        0.9,
        t % 7,
        t % 5,
        0.9,
        t % 3,
        t % 11,
        0.8,
      ],
    ),
  });
  assert.deepEqual(cage.params, { source: "sleap", rate: 50, rate_assumed: true });
  assert.equal(cage.data?.subjects, 2);
});
