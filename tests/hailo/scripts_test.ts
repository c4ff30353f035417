/** The scripts of a package, run by hand as a user would, with the stand-in compiler. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { predictionRate } from "../../lib/device/pace.ts";
import compile from "../../lib/steps/compile_hailo.ts";
import pack from "../../lib/steps/package.ts";
import { compileBundle } from "../../lib/hailo/compile/compile_bundle.ts";
import { installStandIns } from "../standins/install.ts";
import { runOnDirectories } from "../steps/hailo_steps.ts";
import { sampleBundle, withFolder } from "./sample_bundle.ts";
import { skipReason } from "../house/skip.ts";

async function bash(cwd: string, env: Record<string, string>, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args,
    cwd,
    clearEnv: true,
    env: { PYTHONDONTWRITEBYTECODE: "1", ...env },
    stdin: "null",
  }).output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

const system = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: Deno.env.get("HOME") ?? "/" };
const hasBash = await new Deno.Command("bash", {
  args: ["-c", "command -v sha256sum python3"],
  stdout: "null",
})
  .output().then((o) => o.success, () => false);

async function packed(dir: string): Promise<string> {
  const bundle = await sampleBundle();
  const hef = join(dir, "hef");
  await runOnDirectories(compile, { bundle }, { sdk: { program: "no-such-program-hailo" } }, hef);
  await runOnDirectories(pack, { bundle, hef }, {}, join(dir, "package"));
  return join(dir, "package");
}

Deno.test({
  name: "T270 T277 T294 compile_hailo8.sh runs the three stages with options that the compiler takes",
  ignore: skipReason(!hasBash && "no bash with sha256sum and python3"),
  async fn() {
    await withFolder(async (dir) => {
      const tools = await installStandIns(dir, ["hailo"]);
      const out = await packed(dir);
      const calibration = join(dir, "hef/calibration.npy");
      const script = "scripts/compile_hailo8.sh";
      const good = await bash(out, tools.env, script, calibration, join(dir, "build"));
      assert.equal(good.code, 0, good.text);
      assert.match(good.text, /[0-9a-f]{64} {2}motiflow\.hef/);
      assert.ok((await Deno.stat(join(dir, "build/compiler.log"))).size > 0);

      // What was compiled by hand is what the workflow compiles: the same script, and the HEF is taken back.
      await runOnDirectories(compile, { bundle: await sampleBundle() }, {
        sdk: { program: join(tools.bin, "hailo") },
      }, join(dir, "inside"));
      const texts = ["build/model_script.alls", "inside/model_script.alls"].map((path) => join(dir, path));
      const [byHand, inside] = await Promise.all(texts.map((path) => Deno.readTextFile(path)));
      assert.match(inside, /activation_clipping, layers=\[\w+\], mode=manual/);
      assert.equal(byHand, inside);
      const givenHef = join(dir, "build/motiflow.hef");
      const back = await compileBundle({
        ...{
          bundle: await sampleBundle(),
          dir: join(dir, "inside"),
          scratch: join(dir, "scratch"),
          arch: "hailo8",
        },
        ...{ netName: "motiflow", minCalibration: 100, randomCalibration: false, requireLevel: true },
        script: {
          optimizationLevel: 0,
          compressionLevel: 0,
          compilerLevel: "default",
          outputPrecision: "a8_w8",
        },
        ...{ givenHef, givenSidecar: `${givenHef}.json`, onSdkMissing: "skip" },
        sdk: { program: "no-such-program-hailo", minVersion: "3.30.0", maxMajor: 3 },
        timeouts: { parse: 1, optimize: 1, compile: 1 },
      });
      assert.deepEqual([back.source, back.findings.filter((f) => f.severity === "error")], ["given", []]);

      const other = join(dir, "other.npy");
      await Deno.writeTextFile(other, "something else");
      const wrong = await bash(out, tools.env, script, other, join(dir, "build2"));
      assert.deepEqual([wrong.code, /is not the calibration set/.test(wrong.text)], [4, true]);
      for (const [fault, why] of [["v5", /use the 3\.x line/], ["runtime-only", /the runtime's/]] as const) {
        await tools.fault(fault);
        const refused = await bash(out, tools.env, script, calibration);
        assert.deepEqual([refused.code, why.test(refused.text)], [3, true], refused.text);
      }
      await tools.fault("mapping-failed");
      assert.notEqual((await bash(out, tools.env, script, calibration, join(dir, "build3"))).code, 0);
      const absent = await bash(out, system, script, calibration);
      assert.deepEqual([absent.code, /not on PATH/.test(absent.text)], [3, true]);
    });
  },
});

Deno.test({
  name: "T272 T296 test_performance.sh passes on a plain host and fails on a damaged package",
  ignore: skipReason(!hasBash && "no bash with sha256sum and python3"),
  async fn() {
    await withFolder(async (dir) => {
      const out = await packed(dir);
      const plain = await bash(out, system, "scripts/test_performance.sh");
      assert.equal(plain.code, 0, plain.text);
      assert.match(plain.text, /files: all as packed/);
      assert.match(plain.text, /self-test passed/);
      assert.match(plain.text, /not measured: neither|"series"/);
      await Deno.writeTextFile(join(out, "models/model_metadata.json"), "{}");
      assert.notEqual((await bash(out, system, "scripts/test_performance.sh")).code, 0);
    });
  },
});

Deno.test({
  name:
    "bench.py paces at the same rate as benchmark-on-device: sampling rate ÷ hop, where the package says it",
  ignore: skipReason(!hasBash && "no bash with sha256sum and python3"),
  async fn() {
    const cases = [
      { rate: 50, window: { length: 100, hop: 25 } },
      { rate: 50, window: { length: 100, hop: null } },
    ];
    const program =
      `import json,sys; sys.path.insert(0,"hailo/package/scripts"); from bench import prediction_rate
print(json.dumps([prediction_rate(m) for m in json.loads(sys.argv[1])]))`;
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const { text } = await bash(root, system, "-c", 'python3 -c "$0" "$1"', program, JSON.stringify(cases));
    assert.deepEqual(JSON.parse(text), cases.map(predictionRate));
  },
});
