import assert from "node:assert/strict";
import { join } from "node:path";
import { Behaviours } from "../../lib/artifacts/behaviours.ts";
import { readBenchmark, readSamples } from "../../lib/artifacts/benchmark.ts";
import { Codes } from "../../lib/artifacts/codes.ts";
import { readCompileReport, readPreflight } from "../../lib/artifacts/hef.ts";
import { Latents } from "../../lib/artifacts/latents.ts";
import { Metrics } from "../../lib/artifacts/metrics.ts";
import { Model } from "../../lib/artifacts/model.ts";
import { Motifs } from "../../lib/artifacts/motifs.ts";
import { encodeNpy, type NpyData } from "../../lib/artifacts/npy.ts";
import { readManifest } from "../../lib/artifacts/package.ts";
import { Recordings } from "../../lib/artifacts/recordings.ts";
import { Split } from "../../lib/artifacts/split.ts";
import { Windows } from "../../lib/artifacts/windows.ts";
import { withFolder } from "../hailo/sample_bundle.ts";
import { writeFixtures } from "../report/fixtures.ts";

type Read = (dir: string) => Promise<unknown>;

const readers: Record<string, Read> = {
  behaviours: Behaviours.read,
  codes: Codes.read,
  device: async (dir) => await readSamples(dir, await readBenchmark(dir)),
  hef: async (dir) => [await readCompileReport(dir), await readPreflight(dir)],
  latents: Latents.read,
  metrics: Metrics.read,
  model: Model.read,
  motifs: Motifs.read,
  package: readManifest,
  "windows/recordings": Recordings.read,
  "split-0": Split.read,
  windows: Windows.read,
};

/** One way to spoil a file, what the message must say of it, and the file it names where that is another one. */
type Damage = [artifact: string, file: string, how: Spoil, says: RegExp, named?: RegExp];
type Spoil =
  | "missing"
  | "cut"
  | { field: (string | number)[]; value: unknown }
  | { npy: NpyData; shape?: number[] };

const damages: Damage[] = [
  ...([
    ["behaviours", "behaviours.json"],
    ["codes", "codebook.json"],
    ["device", "device_benchmark.json"],
    ["hef", "compile_report.json"],
    ["metrics", "metrics.json"],
    ["model", "model.json"],
    ["motifs", "motifs.json"],
    ["windows/recordings", "recordings.json"],
    ["split-0", "split.json"],
  ].flatMap(([artifact, file]): Damage[] => [
    [artifact, file, "cut", /cut off or no JSON/],
    [artifact, file, "missing", /the file is missing/],
  ])),
  ["latents", "artifact.json", "cut", /no valid artifact\.json/],
  ["package", "MANIFEST.json", "cut", /cut off or no JSON/],
  [
    "package",
    "MANIFEST.json",
    { field: ["files", 1, "role"], value: "toy" },
    /field files\[1\]\.role .*"model"/,
  ],
  ["hef", "preflight.json", "cut", /cut off or no JSON/],
  ["hef", "preflight.json", { field: ["operators", "Conv"], value: "3" }, /field operators\.Conv .*number/],
  [
    "behaviours",
    "behaviours.json",
    { field: ["bouts", 1, "start"], value: "0" },
    /field bouts\[1\]\.start .*number/,
  ],
  ["behaviours", "behaviours.json", { field: ["predictionRate"], value: undefined }, /field predictionRate /],
  [
    "behaviours",
    "behaviours.json",
    { field: ["minDwellPredictions"], value: "3" },
    /minDwellPredictions .*number/,
  ],
  ["behaviours", "behaviours.json", { field: ["hsmm"], value: { durations: [] } }, /field hsmm\.record /],
  ["motifs", "motifs.json", { field: ["stability"], value: { n: 5 } }, /field stability\.ari .*array/],
  [
    "latents",
    "artifact.json",
    { field: ["meta", "origin"], value: "guessed" },
    /field meta\.origin .*"measured"/,
  ],
  ["behaviours", "labels.npy", { npy: new Float32Array(3) }, /expected int32 \[any\], got float32 \[3\]/],
  ["behaviours", "labels.npy", "missing", /the file is missing/],
  ["codes", "codebook.json", { field: ["levels"], value: "8,6,5" }, /field levels .*array/],
  ["codes", "codes.npy", { npy: new Int32Array(3) }, /expected uint32 \[any\], got int32 \[3\]/],
  ["codes", "codes.npy", "cut", /needs \d+ bytes, \d+ are there/],
  [
    "device",
    "device_benchmark.json",
    { field: ["endToEnd", 0, "p95"], value: null },
    /field endToEnd\[0\]\.p95 /,
  ],
  ["device", "device_benchmark.json", { field: ["origin"], value: "guessed" }, /field origin .*"measured"/],
  ["device", "samples.f64.bin", "cut", /2000 rows need 64000 bytes/],
  ["device", "samples.f64.bin", "missing", /the file is missing/],
  [
    "hef",
    "compile_report.json",
    { field: ["findings", 0, "severity"], value: "bad" },
    /field findings\[0\]\.severity /,
  ],
  [
    "latents",
    "artifact.json",
    { field: ["meta", "dimensions"], value: "2" },
    /field meta\.dimensions .*number/,
  ],
  ["latents", "artifact.json", { field: ["meta"], value: [] }, /field meta/],
  [
    "latents",
    "latents.npy",
    { npy: new Float64Array(6), shape: [3, 2] },
    /expected float32 \[any, 2\], got float64 \[3, 2\]/,
  ],
  [
    "latents",
    "latents.npy",
    { npy: new Float32Array(6), shape: [2, 3] },
    /expected float32 \[any, 2\], got float32 \[2, 3\]/,
  ],
  [
    "latents",
    "logits.npy",
    { npy: new Float32Array(3), shape: [3, 1] },
    /expected float32 \[3, 2\], got float32 \[3, 1\]/,
  ],
  ["latents", "logits.npy", "missing", /the file is missing/],
  [
    "metrics",
    "metrics.json",
    { field: ["metrics", "accuracy", "value"], value: "0.9" },
    /field metrics\.accuracy\.value /,
  ],
  [
    "metrics",
    "metrics.json",
    { field: ["metrics", "accuracy", "origin"], value: 1 },
    /field metrics\.accuracy\.origin /,
  ],
  ["metrics", "metrics.json", { field: ["cells"], value: [3] }, /field cells\[0\] .*record/],
  ["metrics", "metrics.json", { field: ["judgedOn"], value: { rule: 5 } }, /field judgedOn\.rule .*string/],
  ["metrics", "metrics.json", { field: ["heldOut"], value: { leaks: 0 } }, /field heldOut\.leaks .*boolean/],
  [
    "metrics",
    "metrics.json",
    { field: ["readiness"], value: { verdict: "yes" } },
    /readiness\.verdict .*"READY"/,
  ],
  ["metrics", "metrics.json", { field: ["verdict"], value: { winner: "C" } }, /field verdict\.winner .*"A"/],
  ["metrics", "metrics.json", { field: ["monitored"], value: {} }, /field monitored\.reference .*string/],
  ["metrics", "metrics.json", { field: ["groupDesign"], value: { groups: "sex" } }, /groupDesign\.design /],
  ["metrics", "metrics.json", { field: ["levelsChoice"], value: { levels: "8" } }, /levelsChoice\.levels /],
  // Layouts of earlier versions kept some of this among the details: they are refused, never misread.
  ["metrics", "artifact.json", { field: ["version"], value: 1 }, /layout 1 of Metrics, this program knows 2/],
  ["motifs", "artifact.json", { field: ["version"], value: 1 }, /layout 1 of Motifs, this program knows 2/],
  ["split-0", "artifact.json", { field: ["version"], value: 1 }, /layout 1 of Split, this program knows 2/],
  ["split-0", "split.json", { field: ["sharesSubjects"], value: "no" }, /field sharesSubjects .*boolean/],
  ["motifs", "motifs.json", { field: ["clustered"], value: { scale: "m" } }, /field clustered\.scale /],
  ["metrics", "metrics.json", { field: ["tables"], value: undefined }, /field tables .*undefined/],
  ["model", "model.json", { field: ["architecture", "input"], value: [9, 2] }, /field architecture\.input/],
  [
    "model",
    "model.json",
    { field: ["scaler", "center"], value: ["x"] },
    /field scaler\.center\[0\] .*array/,
  ],
  ["model", "model.json", { field: [], value: {} }, /field architecture .*\(and \d+ more\)/],
  ["model", "weights.npz", "cut", /cut off or no \.npz/],
  ["model", "weights.npz", "missing", /the file is missing/],
  ["model", "model.onnx", "missing", /the file is missing/],
  ["motifs", "motifs.json", { field: ["k"], value: 2.5 }, /field k .*int/],
  ["motifs", "points.npy", { npy: new Uint32Array(1) }, /expected uint32 \[\d+\], got uint32 \[1\]/],
  [
    "motifs",
    "posterior.npy",
    { npy: new Float64Array(4), shape: [2, 2] },
    /expected float32 .*got float64 \[2, 2\]/,
  ],
  ["motifs", "centroids.npy", "missing", /the file is missing/],
  ["split-0", "split.json", { field: ["groups", "test"], value: "s1" }, /field groups\.test .*array/],
  ["split-0", "split.npy", { npy: new Uint8Array([0, 1, 7]) }, /value 7 of window 2 is no part/],
  ["split-0", "split.npy", { npy: new Int32Array(3) }, /expected uint8 \[any\], got int32 \[3\]/],
  ["windows", "artifact.json", { field: ["meta", "length"], value: null }, /field meta\.length /],
  [
    "windows",
    "windows.npy",
    { npy: new Int32Array(4), shape: [2, 2] },
    /expected int64 \[\d+, 2\], got int32 \[2, 2\]/,
  ],
  ["windows", "purity.npy", { npy: new Float32Array(1) }, /expected float32 \[\d+\], got float32 \[1\]/],
  [
    "windows",
    "recordings/recordings.json",
    { field: ["recordings", 0, "samples"], value: 10 },
    /window 0 .* lies outside the recordings/,
    /windows\.npy: /,
  ],
  ["windows/recordings", "recordings.json", { field: ["rate"], value: 0 }, /field rate /],
  [
    "windows/recordings",
    "recordings.json",
    { field: ["recordings", 0, "file"], value: "../x.npy" },
    /field recordings\[0\]\.file .*inside/,
  ],
  [
    "windows/recordings",
    "recordings.json",
    { field: ["recordings", 0, "offset"], value: 1 },
    /samples from 1 on, the file has/,
    /\.npy: /,
  ],
  [
    "windows/recordings",
    "recordings.json",
    { field: ["recordings", 0, "dtype"], value: "int16" },
    /field scale of recording/,
  ],
];

async function spoil(path: string, how: Spoil): Promise<void> {
  if (how === "missing") return await Deno.remove(path);
  if (how === "cut") {
    const bytes = await Deno.readFile(path);
    return await Deno.writeFile(path, bytes.subarray(0, bytes.length - 3));
  }
  if ("npy" in how) return await Deno.writeFile(path, encodeNpy(how.npy, how.shape));
  let content = JSON.parse(await Deno.readTextFile(path));
  if (how.field.length === 0) content = how.value;
  else {
    const place = how.field.slice(0, -1).reduce((value, key) => value[key], content);
    place[how.field.at(-1)!] = how.value;
  }
  await Deno.writeTextFile(path, JSON.stringify(content));
}

Deno.test("a damaged file of an artifact is one clear message with the file, and the field where there is one", async () => {
  await withFolder(async (root) => {
    await writeFixtures(root);
    await Deno.mkdir(join(root, "latents"));
    await Latents.write(join(root, "latents"), {
      latents: new Float32Array(6),
      dimensions: 2,
      logits: new Float32Array(6),
      classes: ["a", "b"],
      details: {},
    });
    for (const [artifact, read] of Object.entries(readers)) await read(join(root, artifact));
    for (const [artifact, file, how, says, named] of damages) {
      const path = join(root, artifact, file);
      const kept = await Deno.readFile(path);
      await spoil(path, how);
      await assert.rejects(readers[artifact](join(root, artifact)), (error: Error) => {
        const what = `${artifact}/${file} ${JSON.stringify(how)}: ${error.stack}`;
        assert.equal(error.name, "InputError", what);
        assert.ok(named?.test(error.message) ?? error.message.startsWith(`${path}: `), what);
        assert.match(error.message.split("\n")[0], says, what);
        return true;
      });
      await Deno.writeFile(path, kept);
    }
  });
});
