/** The C form of a model: equal to its reference bit by bit, and to the runtime's 8-bit graph in its codes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Architecture } from "../../../../lib/artifacts/model.ts";
import type { EncoderGraph, Sides } from "../../../../lib/artifacts/encoder_graph.ts";
import { bundleFiles } from "../../../../lib/artifacts/onnx_bundle.ts";
import { InputError } from "../../../../lib/errors.ts";
import { answersOf } from "../../../../lib/hailo/package/c/answers.ts";
import { requireKnown } from "../../../../lib/hailo/package/c/known_layers.ts";
import { lowerQdq } from "../../../../lib/hailo/package/c/lower.ts";
import type { Extent } from "../../../../lib/hailo/package/c/program.ts";
import { IntegerEncoder } from "../../../../lib/hailo/package/c/reference.ts";
import { expectedLines, writeC } from "../../../../lib/hailo/package/c/write_c.ts";
import { HostHead } from "../../../../lib/hailo/host_head.ts";
import { type DeviceBundle, readBundle } from "../../../../lib/hailo/bundle.ts";
import { qdqOnnx } from "../../../../lib/model/export/int8_graph.ts";
import { activationRanges } from "../../../../lib/model/export/int8_ranges.ts";
import { Random } from "../../../../lib/random.ts";
import { skipReason } from "../../../house/skip.ts";
import { sampleModel } from "../../../model/sample_model.ts";
import { mapsGraph, sequenceGraph } from "../../recorded_graphs.ts";
import { gravityRecordings, packBehaviours } from "../../behaviour_package.ts";
import { json, sampleBundle, withFolder, writeSampleBundle } from "../../sample_bundle.ts";

const kernels = new URL("../../../../hailo/package/c/", import.meta.url).pathname;

async function run(program: string, args: string[], cwd: string) {
  const { code, stdout, stderr } = await new Deno.Command(program, { args, cwd, stdin: "null" }).output()
    .catch(() => ({ code: -1, stdout: new Uint8Array(), stderr: new Uint8Array() }));
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

const sanitizers = "-fsanitize=address,undefined";
const compiler = (await run("cc", [sanitizers, "-x", "c", "-fsyntax-only", "/dev/null"], "/")).code === 0;

const none: Sides = [0, 0, 0, 0];
const activation = (kind: string, from: number, alpha = 0) => ({
  op: "activation",
  kind,
  alpha,
  inputs: [from],
});
/** Every operation that has an integer form, for windows of two sensors and 40 samples. */
const wholeNumberGraph = [
  { op: "input", layout: "grid", inputs: [] },
  { op: "pad", pads: [0, 1, 0, 2], inputs: [0] },
  {
    ...{ op: "conv", kernel: [1, 5], strides: [1, 2], dilations: [1, 1], pads: none },
    ...{ filters: 6, bias: true, inputs: [1] },
  },
  activation("gelu", 2),
  {
    ...{ op: "depthwise", kernel: [2, 3], strides: [1, 1], dilations: [1, 2], pads: [0, 2, 1, 2] },
    ...{ multiplier: 2, bias: true, inputs: [3] },
  },
  activation("leakyRelu", 4, 0.2),
  { op: "batchNorm", epsilon: 1e-3, scale: true, center: false, inputs: [5] },
  { op: "maxPool", kernel: [1, 3], strides: [1, 2], pads: [0, 0, 0, 1], inputs: [6] },
  { op: "averagePool", kernel: [1, 3], strides: [1, 1], pads: none, inputs: [7] },
  { op: "crop", pads: [0, 1, 0, 1], inputs: [7] },
  { op: "dense", units: 12, bias: true, inputs: [8] },
  activation("hardSigmoid", 10),
  { op: "multiply", inputs: [9, 11] },
  { op: "add", inputs: [12, 8] },
  activation("relu", 13),
  { op: "concat", axis: 2, inputs: [14, 9] },
  { op: "concat", axis: 1, inputs: [15, 15] },
  { op: "permute", order: [1, 0, 2], inputs: [16] },
  activation("swish", 17),
  { op: "globalMax", inputs: [18] },
  { op: "globalAverage", inputs: [18] },
  { op: "multiply", inputs: [18, 18] },
  { op: "globalAverage", inputs: [21] },
  { op: "dropout", rate: 0.2, shared: false, inputs: [19] },
  { op: "concat", axis: 2, inputs: [23, 22] },
  activation("elu", 24, 1),
  { op: "reshape", shape: [2, 4, 6], inputs: [25] },
  activation("relu6", 26),
  { op: "reshape", shape: [1, 1, 48], inputs: [27] },
].map((layer, i) => ({ name: `${layer.op}${i}`, ...layer })) as unknown as EncoderGraph;

const variants: [name: string, changes: Partial<Architecture>][] = [
  ["mean and maximum", {}],
  ["standard deviations and a neck", { pooling: ["std", "mean"], neck: [7] }],
  ["segments and no quantiser", { segments: 3, pooling: ["max", "std"], levels: null }],
  ["codes alone", { classes: 0, head: [], levels: [5, 4], latent: 2, pooling: ["max"] }],
  ["an encoder of maps, written with TensorFlow.js", { blocks: [], pooling: [], graph: wholeNumberGraph }],
];

/** Raw windows around the scaler, some far out of range, one not finite. */
function randomWindows({ metadata, input }: DeviceBundle, n: number): Float32Array<ArrayBuffer> {
  const rng = new Random(11);
  const [, channels, sensors, length] = input;
  const { center, scale } = metadata.scaler;
  const size = channels * sensors * length;
  const windows = Float32Array.from({ length: n * size }, (_, i) => {
    const row = Math.floor(i % size / length);
    const [s, c] = [row % sensors, Math.floor(row / sensors)];
    return center[s][c] + rng.normal() * [0.3, 1, 3, 40][Math.floor(i / size) % 4] / scale[s][c];
  });
  windows[size + 3] = NaN;
  return windows;
}

for (const [name, changes] of variants) {
  Deno.test({
    name: `the compiled C gives the numbers of its reference, bit by bit: ${name}`,
    ignore: skipReason(!compiler && "no cc with sanitizers"),
    async fn() {
      await withFolder(async (dir) => {
        await writeSampleBundle(dir, changes);
        const bundle = await readBundle(dir);
        const { files, facts } = await writeC(dir, bundle.golden.inputs, undefined, 128);
        for (const { path, bytes } of files) {
          if (path.startsWith("c/")) await Deno.writeFile(join(dir, path.slice(2)), bytes);
        }
        const program = join(dir, "example");
        const flags = [
          "-std=c99",
          "-pedantic",
          "-Wall",
          "-Wextra",
          "-Werror",
          sanitizers,
          "-I",
          dir,
          "-I",
          kernels,
        ];
        const sources = [
          join(kernels, "example.c"),
          join(kernels, "motiflow.c"),
          join(dir, "motiflow_model.c"),
        ];
        const built = await run("cc", [...flags, "-o", program, ...sources], dir);
        assert.deepEqual([built.code, built.err], [0, ""]);
        const golden = await run(program, [join(dir, bundleFiles.selftest.inputs)], dir);
        assert.deepEqual(golden, {
          code: 0,
          err: "",
          out: await Deno.readTextFile(join(dir, "expected.txt")),
        });

        const encoder = new IntegerEncoder(
          lowerQdq(await Deno.readFile(join(dir, facts.graph)), bundle.input.slice(1) as Extent),
        );
        const answers = answersOf(bundle.head, encoder.program.output);
        const windows = randomWindows(bundle, 60);
        const file = join(dir, "random.f32.bin");
        await Deno.writeFile(file, new Uint8Array(windows.buffer));
        const expected = expectedLines(encoder, answers, bundle, windows);
        assert.equal(expected.trimEnd().split("\n").length, 59);
        assert.deepEqual(await run(program, [file], dir), {
          ...{ code: 1, err: "window 1: a number is not finite\n", out: expected },
        });

        const { calibration } = facts.agreement;
        assert.equal(calibration.n, 120);
        // An untrained network, whose latents lie anywhere; float32 sums of the runtime decide a few numbers otherwise.
        assert.ok(calibration.numbers_equal > 0.97, JSON.stringify(calibration));
        assert.ok((calibration.code_agreement ?? 1) > 0.98, JSON.stringify(calibration));
      });
    },
  });
}

Deno.test("a label and its confidence are those of the host part for every code", async () => {
  const { head } = await readBundle(await sampleBundle());
  const { digits, basis, label, confidence } = answersOf(head, {
    ...{ scale: 1 / 32, zero: 128, size: [3, 1, 1], buffer: { bytes: 3 }, at: 0 },
  });
  for (const bounded of [[-4, -3, -2], [0, 0.5, 1.5], [3, 2, 2], [-0.5, 2.5, -1.03125]]) {
    const want = head.run(bounded);
    const code = bounded.reduce((sum, b, i) => sum + digits[i][b * 32 + 128] * basis[i], 0);
    assert.equal(code, want.code);
    assert.equal(label[code], want.label);
    assert.equal(confidence[code], Math.round(65535 * want.confidence));
  }
  assert.equal(label.length, 240);
  const output = { scale: 1, zero: 128, size: [2, 1, 1] as Extent, buffer: { bytes: 2 }, at: 0 };
  const many = new HostHead({
    ...head.facts,
    levels: [300, 3],
    half_width: [150, 1],
    basis: [1, 300],
    layers: [],
  });
  const { codes, digits: none, missing } = answersOf(many, output);
  assert.deepEqual([codes, none, missing], [
    0,
    [],
    "Levels [300,3] are too many for 8 bits: the C code gives the latent, and no code or label",
  ]);
});

Deno.test("a layer without an integer form is refused by its name", async () => {
  const refusal = (why: RegExp) => (error: unknown) => {
    assert.ok(error instanceof InputError);
    assert.match(error.message, why);
    assert.match(error.hint!, /Leave c out of the targets/);
    return true;
  };
  assert.throws(() => requireKnown(mapsGraph), refusal(/layer averagePool9 averages over padded places/));
  assert.throws(() => requireKnown(sequenceGraph), refusal(/layer lstm3 is recurrent \(lstm\)/));
  requireKnown(wholeNumberGraph);
  // What no list of layers tells is refused by the node.
  const model = sampleModel({ input: [6, 2, 80], blocks: [], pooling: [], graph: mapsGraph });
  const ranges = await activationRanges(model, Float32Array.from({ length: 960 }, (_, i) => Math.sin(i)));
  const qdq = qdqOnnx(model, ranges.set("window", [-1, 1]), { perChannel: true });
  const why = /layer layer\d+\.AveragePool is an average over padded places/;
  assert.throws(() => lowerQdq(qdq, [6, 2, 80]), refusal(why));
});

Deno.test({
  name:
    "a package for c compiles by its own words in an empty folder, and states what it takes and how far it agrees",
  ignore: skipReason(!compiler && "no cc with sanitizers"),
  async fn() {
    await withFolder(async (dir) => {
      const { dir: root } = await packBehaviours(dir, gravityRecordings().whole, {}, true, {
        targets: ["c"],
      });
      const guide = await Deno.readTextFile(join(root, "docs/deployment_guide.md"));
      const readme = await Deno.readTextFile(join(root, "README.md"));
      const line = "cc -std=c99 -O2 -o example c/example.c c/motiflow.c c/motiflow_model.c";
      for (const text of [guide, readme]) assert.ok(text.includes(`    ${line}\n`));
      const [compile, ...words] = line.split(" ");
      assert.deepEqual(await run(compile, words, root), { code: 0, out: "", err: "" });
      let same = 0;
      const { code, out } = await run(join(root, "example"), ["selftest/inputs.f32.bin"], root);
      assert.deepEqual([code, out], [0, await Deno.readTextFile(join(root, "c/expected.txt"))]);

      const { motifs, head } = {
        ...await json(root, "pipeline.json"),
        head: await json(root, "models/host_head.json"),
      };
      const lines = out.trimEnd().split("\n");
      for (const [i, code] of (await json(root, "selftest/selftest.json")).codes.entries()) {
        const [own, label, , ...rest] = lines[i].split(" ");
        const motif = motifs.seen.includes(Number(own)) ? motifs.names[motifs.codes[own]] : "-";
        assert.equal(rest.slice(0, -head.levels.length).join(" "), motif);
        assert.ok(head.labels.includes(label));
        same += Number(code === Number(own));
      }
      assert.ok(same > 0.6 * lines.length, `${same} of ${lines.length} codes as in float`);

      const { footprint, agreement } = await json(root, "results/c_target.json");
      assert.ok(guide.includes(`one static block | ${footprint.ram_bytes} | computed |`));
      assert.ok(guide.includes(`calibration windows (n = ${agreement.calibration.n}): the same code on `));
      assert.deepEqual([agreement.golden.n, agreement.origin, footprint.origin], [
        out.trim().split("\n").length,
        "measured",
        "computed",
      ]);
      const source = await Deno.readTextFile(join(root, "c/motiflow_model.c"));
      const block = Number(source.match(/static uint8_t memory\[(\d+)\]/)![1]);
      assert.ok(footprint.ram_bytes >= block && footprint.ram_bytes <= block + 32);
      const listed = (await json(root, "MANIFEST.json")).files.map(({ path }: { path: string }) => path);
      for (
        const file of ["motiflow.c", "motiflow.h", "motiflow_kernels.h", "motiflow_model.h", "example.c"]
      ) {
        assert.ok(listed.includes(`c/${file}`));
      }
      assert.ok(!listed.some((path: string) => /^(service|web)\/|compile_hailo8/.test(path)));
    });
  },
});
