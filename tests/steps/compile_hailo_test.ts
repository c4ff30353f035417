import assert from "node:assert/strict";
import { join } from "node:path";
import { encodeNpy, readNpy } from "../../lib/artifacts/npy.ts";
import step from "../../lib/steps/compile_hailo.ts";
import { copyOfBundle, json, sampleBundle, withFolder } from "../hailo/sample_bundle.ts";
import { runOnDirectories } from "./hailo_steps.ts";

const absent = { sdk: { program: "no-such-program-hailo" } };

Deno.test("T095 compile-hailo without the compiler ends as skipped-no-sdk, visibly", async () => {
  await withFolder(async (dir) => {
    const { meta, warnings } = await runOnDirectories(
      step,
      { bundle: await sampleBundle() },
      absent,
      join(dir, "hef"),
    );
    assert.deepEqual(meta, { status: "skipped-no-sdk", origin: null, publishable: false, arch: "hailo8" });
    assert.ok(warnings.some((w) => w.startsWith("SDK_MISSING")), warnings.join());
    assert.ok(warnings.some((w) => /no HEF was compiled/.test(w)));
    const report = await json(dir, "hef/compile_report.json");
    assert.equal(report.hef, null);
    assert.equal(report.calibration.n, 120);
    assert.deepEqual(report.endNodes, ["fsq.bounded"]);
    assert.equal((await json(dir, "hef/preflight.json")).ok, true);
    const calibration = await readNpy(join(dir, "hef/calibration.npy"), Float32Array);
    assert.deepEqual(calibration.shape, [120, 2, 40, 6]);
    assert.match(await Deno.readTextFile(join(dir, "hef/model_script.alls")), /calibset_size=120/);
  });
});

Deno.test("compile-hailo says how many calibration windows are too few", async () => {
  await withFolder(async (dir) => {
    const { warnings } = await runOnDirectories(
      step,
      { bundle: await sampleBundle() },
      absent,
      join(dir, "hef"),
    );
    assert.ok(warnings.some((w) => /CALIB_TOO_FEW: 120 windows are fewer than 1024/.test(w)));
  });
});

Deno.test("compile-hailo fails when the compiler is required and absent", async () => {
  await withFolder(async (dir) => {
    const params = { ...absent, on_sdk_missing: "fail" };
    await assert.rejects(
      runOnDirectories(step, { bundle: await sampleBundle() }, params, join(dir, "hef")),
      { name: "HailoError", code: "SDK_MISSING" },
    );
  });
});

Deno.test("compile-hailo refuses broken bundles, each with its own code", async () => {
  const spoil: [code: string, (bundle: string) => Promise<void>][] = [
    ["PREFLIGHT_UNREADABLE", async (b) => {
      const file = join(b, "model.device.onnx");
      await Deno.writeFile(file, (await Deno.readFile(file)).subarray(0, 500));
    }],
    [
      "PREFLIGHT_UNSUPPORTED_OP",
      (b) => Deno.copyFile(join(b, "model.full.onnx"), join(b, "model.device.onnx")),
    ],
    [
      "PREFLIGHT_UNSUPPORTED_OP",
      (b) => Deno.copyFile(join(b, "model.qdq.onnx"), join(b, "model.device.onnx")),
    ],
    ["CALIB_SHAPE", (b) => writeCalibration(b, [20, 6, 2, 40])],
    ["CALIB_NOT_FINITE", (b) => writeCalibration(b, [20, 2, 40, 6], NaN)],
    ["CALIB_TOO_FEW", (b) => writeCalibration(b, [0, 2, 40, 6])],
  ];
  for (const [code, change] of spoil) {
    await withFolder(async (dir) => {
      const bundle = await copyOfBundle(dir);
      await change(bundle);
      await assert.rejects(runOnDirectories(step, { bundle }, absent, join(dir, "hef")), { code }, code);
    });
  }
});

Deno.test("compile-hailo refuses end nodes that the graph does not end at", async () => {
  await withFolder(async (dir) => {
    const params = { ...absent, end_nodes: ["bounded"] }; // the tensor's name, not the node's
    await assert.rejects(
      runOnDirectories(step, { bundle: await sampleBundle() }, params, join(dir, "hef")),
      { code: "PREFLIGHT_ENDNODE_UNKNOWN" },
    );
  });
});

Deno.test("compile-hailo puts the probe's answer into its key", async () => {
  assert.deepEqual(await step.environment!(step.params.parse(absent)), { dataflow_compiler: "SDK_MISSING" });
});

async function writeCalibration(bundle: string, shape: number[], spoiled?: number): Promise<void> {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  data.forEach((_, i) => data[i] = Math.sin(i));
  if (spoiled !== undefined) data[7] = spoiled;
  await Deno.writeFile(join(bundle, "calibration.npy"), encodeNpy(data, shape));
}
