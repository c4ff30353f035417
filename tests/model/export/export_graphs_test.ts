import { cutOf } from "../../../lib/model/cut.ts";
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Architecture } from "../../../lib/artifacts/model.ts";
import { deviceOnnx, fullOnnx, hostOnnx } from "../../../lib/model/export/export_graphs.ts";
import { qdqOnnx } from "../../../lib/model/export/int8_graph.ts";
import { activationRanges } from "../../../lib/model/export/int8_ranges.ts";
import { decodeModel } from "../../../lib/onnx/decode.ts";
import { openSession, type Provider } from "../../../lib/onnx/runtime.ts";
import { gatherWindows } from "../../../lib/signal/window/batch.ts";
import { sampleModel, sampleWindows } from "../sample_model.ts";
import { skipReason } from "../../house/skip.ts";

const variants: [string, Partial<Architecture>][] = [
  ["max", {}],
  ["std", { pooling: ["mean", "std"] }],
  ["neck", { neck: [10] }],
  ["twin", { levels: null, latent: 5 }],
  ["headless", { classes: 0, head: [] }],
];

/** All files of a model, by name. */
async function filesOf(changes: Partial<Architecture>): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  const model = sampleModel(changes);
  const windows = sampleWindows(model, 4);
  const data = new Float32Array(4 * 6 * 2 * 40);
  gatherWindows(windows, [0, 1, 2, 3], model.scaler, data);
  const ranges = await activationRanges(model, data);
  return {
    encoder: model.onnx as Uint8Array<ArrayBuffer>,
    full: fullOnnx(model),
    device: deviceOnnx(model),
    host: hostOnnx(model),
    qdq: qdqOnnx(model, ranges, { perChannel: true }),
  };
}

async function pythonOnnx(): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("/usr/bin/python3", {
      args: ["-c", "import onnx; print(onnx.__version__)"],
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}

const python = await pythonOnnx();

Deno.test({
  name: "exported files pass onnx.checker with full shape inference",
  ignore: skipReason(python === undefined && "no python3-onnx"),
  async fn() {
    const dir = await Deno.makeTempDir();
    try {
      const paths: string[] = [];
      for (const [variant, changes] of variants) {
        for (const [name, bytes] of Object.entries(await filesOf(changes))) {
          paths.push(join(dir, `${variant}.${name}.onnx`));
          await Deno.writeFile(paths.at(-1)!, bytes);
        }
      }
      const script = "import onnx, sys\n" +
        "for path in sys.argv[1:]:\n" +
        "    model = onnx.load(path)\n" +
        "    onnx.checker.check_model(model, full_check=True)\n" +
        "    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)\n";
      const { success, stderr } = await new Deno.Command("/usr/bin/python3", {
        args: ["-c", script, ...paths],
      })
        .output();
      assert.ok(success, new TextDecoder().decode(stderr));
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
});

Deno.test("T297 exported files open in both runtimes", async () => {
  const files = await filesOf({});
  for (const provider of ["onnxruntime-node", "onnxruntime-web"] as Provider[]) {
    for (const bytes of Object.values(files)) {
      const session = await openSession(bytes, { provider });
      await session.release();
    }
  }
});

Deno.test("T091 T265 deviceOnnx() holds only static float32 shapes, named nodes and no operator of the host", async () => {
  for (const [, changes] of variants) {
    const { graph, irVersion, opsets } = decodeModel((await filesOf(changes)).device);
    assert.deepEqual([irVersion, opsets], [8, { "": 13 }]);
    assert.deepEqual(graph.inputs.map((v) => [v.name, v.shape]), [["window", [1, 6, 2, 40]]]);
    assert.deepEqual(graph.outputs.map((v) => v.name), [cutOf(sampleModel(changes).architecture)]);
    for (const value of [...graph.values, ...graph.outputs]) {
      assert.equal(value.type, "float32");
      assert.ok(value.shape!.every((n) => typeof n === "number"), value.name);
    }
    const names = graph.nodes.map((n) => n.name);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.every((name) => /^[A-Za-z0-9_./-]+$/.test(name)));
    const host = ["Round", "Transpose", "Softmax", "Cast", "BatchNormalization", "Identity", "ReduceMean"];
    assert.ok(graph.nodes.every(({ op }) => !host.includes(op)));
    for (const conv of graph.nodes.filter(({ op }) => op === "Conv")) {
      assert.deepEqual(Object.keys(conv.attributes).sort(), [
        "dilations",
        "group",
        "kernel_shape",
        "pads",
        "strides",
      ]);
    }
  }
});

Deno.test("the guide's network exports with exactly 58 063 parameters", () => {
  const conv = (channels: number) => ({ channels, kernel: [1, 5] as [number, number], pool: 1 });
  const model = sampleModel({
    input: [9, 2, 100],
    blocks: [conv(32), conv(64), conv(128)],
    pooling: ["mean"],
    levels: [8, 6, 5, 5, 4],
    latent: 5,
    head: [256],
    classes: 10,
  });
  assert.equal(model.parameters, 58_063);
  const { graph } = decodeModel(deviceOnnx(model));
  assert.deepEqual(graph.inputs[0].shape, [1, 9, 2, 100]);
  assert.deepEqual(graph.outputs[0].shape, [1, 5]);
});

Deno.test("exported graphs state shapes of inner tensors: each made by a node, none an output, none twice", async () => {
  for (const [variant, changes] of variants) {
    for (const [file, bytes] of Object.entries(await filesOf(changes))) {
      const { nodes, outputs, values } = decodeModel(bytes).graph;
      const names = values.map(({ name }) => name);
      const made = new Set(nodes.flatMap((node) => node.outputs));
      const results = new Set(outputs.map(({ name }) => name));
      const wrong = names.filter((name, i) =>
        !made.has(name) || results.has(name) || names.indexOf(name) !== i
      );
      assert.deepEqual(wrong, [], `${variant} ${file}`);
      if (file === "full") assert.ok(names.length > 0, variant);
    }
  }
});
