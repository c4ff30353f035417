import assert from "node:assert/strict";
import { join } from "node:path";
import type { StepContext } from "../../lib/workflow/step.ts";
import { encodeNpy } from "../../lib/artifacts/npy.ts";
import { DataType, encodeModel, type Graph } from "../../lib/onnx/encode.ts";
import step from "../../lib/steps/import.ts";
import {
  expectedLatents,
  foreignEncoder,
  latentsOf,
  outside,
  someWindows,
} from "../onnx/foreign_encoders.ts";
import { stepType, withChosenOutput } from "../../lib/workflow/step_type.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Runs the step on one file. */
async function run(
  name: string,
  content: Uint8Array,
  params: Record<string, unknown>,
  windows?: number,
  external?: { name: string; data: Uint8Array },
) {
  const dir = await Deno.makeTempDir();
  const path = join(dir, name);
  await Deno.writeFile(path, content);
  if (external !== undefined) await Deno.writeFile(join(dir, external.name), external.data);
  const warnings: string[] = [];
  const context = {
    inputs: {
      windows: windows === undefined ? undefined : {
        start: new Int32Array(windows),
        length: 3,
        recordings: { sensors: ["hip"], channels: ["a", "b"], units: ["g", "g"] },
      },
    },
    params: step.params.parse({ path: name, ...params }),
    files: { path: [path], external: [external === undefined ? path : join(dir, external.name)] },
    warn: (message: string) => warnings.push(message),
  } as unknown as StepContext<any, any>;
  try {
    return { made: await step.run(context), warnings };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** An encoder of `[N, 2, 1, 3]` that means over time, with strange tensor names, which `names` can replace. */
function encoder(names: Record<string, string> = {}): Uint8Array {
  const { x = "x", mean = "mean", z = "z" } = names;
  const graph: Graph = {
    name: "g",
    nodes: [
      {
        name: "m",
        op: "ReduceMean",
        inputs: [x],
        outputs: [mean],
        attributes: { axes: [2, 3], keepdims: 0 },
      },
      { name: "i", op: "Identity", inputs: [mean], outputs: [z], attributes: {} },
    ],
    initializers: [],
    inputs: [{ name: x, type: "float32", shape: ["N", 2, 1, 3] }],
    outputs: [{ name: z, type: "float32", shape: ["N", 2] }],
    values: [],
  };
  assert(DataType.float32 === 1);
  return encodeModel(graph, { opset: 13, irVersion: 8, producer: "test", metadata: {} });
}

Deno.test("import makes the one output that its type names", () => {
  const outputs = (written: any) => withChosenOutput(stepType(step), written).outputs;
  assert.deepEqual(outputs({ type: "latents" }), { latents: "Latents" });
  assert.deepEqual(outputs({ type: "labels" }), { labels: "Motifs" });
  assert.deepEqual(outputs({ type: "latent" }), {});
});

Deno.test("import finds weights that lie beside a model, under the usual name or the one that is given", async () => {
  const requests = (params: object) =>
    step.files!(step.params.parse({ type: "model", path: "m/e.onnx", ...params }));
  assert.deepEqual(requests({})[1], { name: "external", pattern: "m/e.onnx.data", otherwise: "m/e.onnx" });
  assert.deepEqual(requests({ external_data: "w.bin" })[1], { name: "external", pattern: "w.bin" });
  const { file, data } = outside(foreignEncoder({ layout: "NTC" }), "w.bin");
  const params = { type: "model", layout: "NTC", external_data: "w.bin", channels: ["x", "y", "z"] };
  const { made } = await run("e.onnx", file, params, undefined, { name: "w.bin", data });
  const windows = someWindows(2);
  const [have, want] = [await latentsOf(made.model.onnx, windows), expectedLatents(windows)];
  assert.ok(want.every((x, i) => Math.abs(x - have[i]) < 1e-4));
  await assert.rejects(
    run("e.onnx", file, { type: "model", layout: "NTC" }),
    /weights lie in w\.bin, which is not there/,
  );
});

Deno.test("import of latents keeps the matrix, from npy and from a table alike", async () => {
  const values = new Float32Array([0.5, -1, 2, 0.25, 3, -4]);
  const npy = await run("z.npy", encodeNpy(values, [3, 2]), { type: "latents" });
  assert.deepEqual(npy.made.latents.latents, values);
  assert.equal(npy.made.latents.dimensions, 2);
  const csv = await run("z.csv", bytes("a,b\n0.5,-1\n2,0.25\n3,-4\n"), { type: "latents" }, 3);
  assert.deepEqual(csv.made.latents.latents, values);
});

Deno.test("import of codes counts them and refuses those beyond the codebook", async () => {
  const { made } = await run("c.npy", encodeNpy(new Uint32Array([0, 63, 63, 5])), {
    type: "codes",
    levels: [4, 4, 4],
  });
  assert.deepEqual(made.codes.counts, [[0, 1], [5, 1], [63, 2]]);
  assert.equal(made.codes.codebookSize, 64);
  await assert.rejects(
    run("c.csv", bytes("code\n3\n64\n"), { type: "codes", levels: [4, 4, 4] }),
    /c\.csv:2: Cannot import codes: 64 is no code of levels \[4,4,4\], which are 0 to 63/,
  );
});

Deno.test("import of labels reports names that differ by case or spaces only", async () => {
  const { warnings } = await run("l.csv", bytes("label\nWalk\nwalk \nsit down\nsit_down\neat\n"), {
    type: "labels",
  });
  assert.equal(warnings.length, 2, warnings.join());
  assert.match(warnings[0], /"Walk" and "walk" differ by case or spaces only|"sit down" and "sit_down"/);
});

Deno.test("import of labels makes motifs ordered by support, empty cells as noise", async () => {
  const { made } = await run("l.csv", bytes("window,label\n0,walk\n1,\n2,sit\n3,walk\n"), { type: "labels" });
  assert.deepEqual([...made.labels.labels], [0, -1, 1, 0]);
  assert.deepEqual(made.labels.names, ["walk", "sit"]);
  assert.deepEqual([...made.labels.posterior], [1, 0, 0, 1, 0.5, 0.5]);
});

Deno.test("import of a model renames its tensors, runs it and takes names from the windows", async () => {
  const { made } = await run("e.onnx", encoder(), { type: "model", levels: [5, 5] }, 7);
  const { model } = made;
  assert.deepEqual(model.architecture.input, [2, 1, 3]);
  assert.equal(model.architecture.latent, 2);
  assert.deepEqual([model.sensors, model.channels, model.imported], [["hip"], ["a", "b"], true]);
  const { openSession } = await import("../../lib/onnx/runtime.ts");
  const session = await openSession(model.onnx);
  const data = new Float32Array([1, 2, 3, 4, 5, 9]);
  const out = await session.run({ window: { data, shape: [1, 2, 1, 3] } });
  assert.deepEqual([...out.latent.data], [2, 6]);
  await session.release();
});

for (
  const [what, names] of [
    ["names that are wanted for others", { x: "latent", mean: "window", z: "out" }],
    ["an inner tensor named latent", { mean: "latent", z: "out" }],
    ["names that every object has", { x: "__proto__", mean: "constructor", z: "toString" }],
  ] as const
) {
  Deno.test(`import of a model renames ${what}`, async () => {
    const { made } = await run("e.onnx", encoder(names), { type: "model", levels: [5, 5] }, 7);
    const { openSession } = await import("../../lib/onnx/runtime.ts");
    const session = await openSession(made.model.onnx);
    const out = await session.run({
      window: { data: new Float32Array([1, 2, 3, 4, 5, 9]), shape: [1, 2, 1, 3] },
    });
    await session.release();
    assert.deepEqual([...out.latent.data], [2, 6]);
  });
}

Deno.test("import of a model.json asks for the weights beside it, and for no file elsewhere", () => {
  const asked = (path: string) => step.files!(step.params.parse({ type: "model", path }));
  assert.deepEqual(asked("models/a/model.json").map(({ pattern }) => pattern), [
    "models/a/model.json",
    "models/a/*.bin",
  ]);
  assert.deepEqual(asked("model.json").map(({ pattern }) => pattern), ["model.json", "*.bin"]);
  const far = step.params.parse({ type: "model", path: "https://example.org/model.json" });
  assert.deepEqual(step.check!(far).map(({ message }) => message), [
    "a model.json must lie in the project, with its weights beside it",
  ]);
  const turned = step.params.parse({ type: "model", path: "model.json", layout: "NTC" });
  assert.deepEqual(step.check!(turned).map(({ path }) => path), [["layout"]]);
});

const mistakes: [string, string, Uint8Array, Record<string, unknown>, RegExp][] = [
  [
    "NaN among latents",
    "z.npy",
    encodeNpy(new Float32Array([1, NaN]), [2, 1]),
    { type: "latents" },
    /z\.npy:2: .*NaN/,
  ],
  [
    "rows that do not fit the windows",
    "z.npy",
    encodeNpy(new Float32Array(4), [2, 2]),
    { type: "latents" },
    /2 rows, the windows are 5/,
  ],
  [
    "an array of three dimensions",
    "z.npy",
    encodeNpy(new Float32Array(4), [1, 2, 2]),
    { type: "latents" },
    /shape \[1,2,2\]/,
  ],
  [
    "labels that are no whole numbers",
    "l.npy",
    encodeNpy(new Float32Array([0, 0.5])),
    { type: "labels" },
    /l\.npy:2: .*0\.5/,
  ],
  ["a file of another kind", "z.bin", bytes("x"), { type: "latents" }, /expected \.npy, \.csv/],
  ["a model that is none", "e.onnx", bytes("not onnx"), { type: "model" }, /e\.onnx/],
  [
    "levels that do not fit the latent",
    "e.onnx",
    encoder(),
    { type: "model", levels: [5, 5, 5] },
    /2 dimensions, levels \[5,5,5\] have 3/,
  ],
  ["labels without a head", "e.onnx", encoder(), { type: "model", labels: ["a"] }, /0 classes, 1 labels/],
  [
    "one output as latent and as logits",
    "e.onnx",
    encoder(),
    { type: "model", latent: "z", logits: "z", labels: ["a", "b"] },
    /z is named as latent and as logits/,
  ],
  [
    "a model of logits alone",
    "e.onnx",
    encoder(),
    { type: "model", logits: "z", labels: ["a", "b"] },
    /no output beside its logits z/,
  ],
  [
    "an output that is not there",
    "e.onnx",
    encoder(),
    { type: "model", latent: "zz" },
    /no output "zz"\n\s+did you mean "z"/,
  ],
];
for (const [what, name, content, params, message] of mistakes) {
  Deno.test(`import refuses ${what}`, async () => {
    await assert.rejects(run(name, content, params, 5), (error: Error) => {
      assert.equal(error.name, "InputError");
      assert.match(error.message, message);
      return true;
    });
  });
}
