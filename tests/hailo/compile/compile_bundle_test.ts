import assert from "node:assert/strict";
import { join } from "node:path";
import { type BundleCompilation, compileBundle } from "../../../lib/hailo/compile/compile_bundle.ts";
import { compileHef } from "../../../lib/hailo/compile/run_compiler.ts";
import { decodeHef } from "../../../lib/hailo/compile/decode_hef.ts";
import { installStandIns, type StandIns } from "../../standins/install.ts";
import { json, sampleBundle, withFolder } from "../sample_bundle.ts";

async function task(
  dir: string,
  tools: StandIns,
  changes: Partial<BundleCompilation> = {},
): Promise<BundleCompilation> {
  const out = join(dir, "hef");
  await Deno.remove(out, { recursive: true }).catch(() => {});
  await Deno.mkdir(out);
  const scratch = join(dir, "scratch");
  await Deno.remove(scratch, { recursive: true }).catch(() => {});
  return {
    bundle: await sampleBundle(),
    dir: out,
    scratch,
    arch: "hailo8",
    netName: "motiflow",
    script: { optimizationLevel: 0, compressionLevel: 0, compilerLevel: "default", outputPrecision: "a8_w8" },
    minCalibration: 100,
    randomCalibration: false,
    requireLevel: true,
    onSdkMissing: "skip",
    sdk: { program: join(tools.bin, "hailo"), minVersion: "3.30.0", maxMajor: 3 },
    timeouts: { parse: 60, optimize: 60, compile: 60 },
    env: tools.env,
    ...changes,
  };
}

const withTools = (use: (dir: string, tools: StandIns) => Promise<void>) =>
  withFolder(async (dir) => use(dir, await installStandIns(dir, ["hailo"])));

Deno.test("T090 compileBundle() runs the three stages and judges the HEF by its content", async () => {
  await withTools(async (dir, tools) => {
    const report = await compileBundle(await task(dir, tools));
    assert.match(report.status, /^compiled/);
    assert.equal(report.origin, "simulated");
    assert.equal(report.publishable, false); // a stand-in never is
    assert.equal(report.sdk, "3.33.0-standin");
    assert.deepEqual(report.stages.map((s) => s.stage), ["parse", "optimize", "compile"]);
    const argv = report.stages.flatMap((s) => s.argv as string[]);
    assert.ok(!argv.includes("-y"));
    assert.ok(!argv.some((a) => a.includes(dir) && !a.endsWith("/hailo")), argv.join(" "));
    assert.equal(report.facts!.calibrationUsed, 120);
    assert.deepEqual(report.facts!.snr, { "motiflow/output_layer1": 41.5 });
    const hef = decodeHef(await Deno.readFile(join(dir, "hef/model.hef")));
    assert.deepEqual(hef.streams[0].shape, [2, 40, 6]);
    const script = await Deno.readTextFile(join(dir, "hef/model_script.alls"));
    assert.match(
      script,
      /activation_clipping, layers=\[normalization1\].*clipping_values=\[-4.0035, 3.0035\]/,
    );
    assert.match(await Deno.readTextFile(join(dir, "hef/compiler.log")), /Successful Compilation/);
    const estimate = await json(dir, "hef/int8_estimate_hef.json"); // with the scales that the HEF names
    assert.deepEqual([estimate.origin, estimate.n, estimate.levels_reachable], ["simulated", 120, true]);
    assert.ok(estimate.snr_db > 10 && estimate.input_clipped < 0.01, JSON.stringify(estimate));
    assert.equal((await json(dir, "hef/compile_report.json")).hef.sha256, report.hef!.sha256);
  });
});

const failures: [fault: string, code: string, message: RegExp][] = [
  ["v5", "SDK_WRONG_LINE", /5\.1\.0/],
  ["old", "SDK_TOO_OLD", /3\.20\.0/],
  ["prompt", "PARSER_UNSUPPORTED", /conv0/],
  ["misspell", "PARSER_NODE_NAME", /Misspell/],
  ["index-error", "PARSER_FAILED", /IndexError/],
  ["optimize-failed", "OPTIMIZE_FAILED", /NaN/],
  ["not-quantized", "COMPILE_NOT_QUANTIZED", /forget to quantize/],
  ["mapping-failed", "COMPILE_MAPPING_FAILED", /partition/],
  ["compile-failed", "COMPILE_FAILED", /something else/],
  ["no-hef", "HEF_MISSING", /0 HEF files/],
  ["corrupt-hef", "HEF_CORRUPT", /its header says/],
  ["arch-8l", "HEF_MISMATCH", /HAILO8L, not HAILO8/],
  ["input-shape", "HEF_MISMATCH", /NHWC/],
  ["moved-cut", "HEF_MISMATCH", /the cut was moved/],
  ["features", "HEF_MISMATCH", /is 1×1×4, not 1×1×3/],
  ["input-range", "HEF_RANGE", /calibration data/],
  ["output-range", "HEF_RANGE", /all codes/],
];

for (const [fault, code, message] of failures) {
  Deno.test(`compileBundle() fails with ${code} when the compiler shows ${fault}`, async () => {
    await withTools(async (dir, tools) => {
      await tools.fault(fault);
      await assert.rejects(compileBundle(await task(dir, tools)), (error: any) => {
        assert.equal(error.code, code, error.message);
        assert.match(error.message, message);
        return true;
      });
    });
  });
}

Deno.test("compileBundle() skips when `hailo` is only the runtime's, or says nothing", async () => {
  await withTools(async (dir, tools) => {
    for (const fault of ["runtime-only", "no-version"]) {
      await tools.fault(fault);
      const report = await compileBundle(await task(dir, tools));
      assert.equal(report.status, "skipped-no-sdk");
      assert.equal(report.findings.at(-1)!.code, "SDK_MISSING");
    }
  });
});

Deno.test("compileBundle() warns where the compiler ended well but did less than asked", async () => {
  await withTools(async (dir, tools) => {
    const warned = async (fault: string, changes: Partial<BundleCompilation> = {}) => {
      await tools.fault(fault);
      const report = await compileBundle(await task(dir, tools, changes));
      assert.match(report.status, /^compiled/);
      return report.findings.map((f) => f.code);
    };
    const level2 = {
      optimizationLevel: 2,
      compressionLevel: 0,
      compilerLevel: "max",
      outputPrecision: "a16_w16",
    };
    const reduced = await warned("", { script: level2 as BundleCompilation["script"] });
    assert.ok(reduced.includes("OPTIMIZE_LEVEL_REDUCED"));
    assert.match(
      await Deno.readTextFile(join(dir, "hef/model_script.alls")),
      /output_layer1, precision_mode=a16_w16/,
    );
    assert.ok((await warned("contexts")).includes("HEF_MISMATCH"));
  });
});

Deno.test("compileBundle() never publishes a HEF from random calibration", async () => {
  await withTools(async (dir, tools) => {
    const report = await compileBundle(await task(dir, tools, { randomCalibration: true }));
    const codes = report.findings.map((f) => f.code);
    assert.ok(codes.includes("CALIB_RANDOM") && codes.includes("HEF_RANGE"), codes.join());
    assert.equal(report.publishable, false);
    assert.deepEqual(
      Array.from(Deno.readDirSync(join(dir, "hef")), (e) => e.name).filter((n) => n.endsWith(".hef")),
      ["model.random-calib.hef"],
    );
  });
});

Deno.test("compileBundle() checks a HEF that was compiled elsewhere instead of compiling", async () => {
  await withTools(async (dir, tools) => {
    const made = await compileBundle(await task(dir, tools));
    const given = join(dir, "given.hef");
    await Deno.rename(join(dir, "hef/model.hef"), given);
    const none = { sdk: { program: "no-such-program-hailo", minVersion: "3.30.0", maxMajor: 3 } };
    const beside = {
      ...{ schema: 1, hef: { sha256: made.hef!.sha256 }, arch: "hailo8", compiler: "3.33.0-standin" },
      ...{ device_onnx: made.deviceOnnx, calibration: { sha256: made.calibration.sha256 } },
      ...{ end_nodes: made.endNodes, script: "script\n" },
      logs: { parse: "", optimize: "", compile: "compiled by hand\n" },
    };
    const givenSidecar = `${given}.json`;
    const withSidecar = async (changes: object, more = {}) => {
      await Deno.writeTextFile(givenSidecar, JSON.stringify({ ...beside, ...changes }));
      return await compileBundle(await task(dir, tools, { ...none, givenHef: given, givenSidecar, ...more }));
    };
    const report = await withSidecar({});
    assert.deepEqual([report.source, report.sdk, report.origin], ["given", "3.33.0-standin", "simulated"]);
    assert.deepEqual(report.stages, []);
    assert.ok((await Deno.stat(join(dir, "hef/model.hef"))).size > 0);
    assert.equal(await Deno.readTextFile(join(dir, "hef/compiler.log")), "compiled by hand\n");
    assert.equal(await Deno.readTextFile(join(dir, "hef/model_script.alls")), "script\n");
    const other = { sha256: "0".repeat(64) };
    const wrong: [object, object, string, RegExp][] = [
      [{ device_onnx: other }, {}, "HEF_MISMATCH", /its device graph is 0{64}, this bundle's [0-9a-f]{64}/],
      [{ calibration: other }, {}, "HEF_MISMATCH", /its calibration set is 0/],
      [{ hef: other }, {}, "HEF_MISMATCH", /its HEF is 0/],
      [{ end_nodes: ["elsewhere"] }, {}, "HEF_MISMATCH", /its end nodes is elsewhere/],
      [{ logs: null }, {}, "HEF_UNPROVEN", /field logs does not fit/],
      [{}, { givenSidecar: undefined }, "HEF_UNPROVEN", /no file beside the HEF/],
      [{}, { givenSidecar: join(dir, "absent") }, "HEF_UNPROVEN", /cannot be read/],
      [{}, { arch: "hailo8l" }, "HEF_MISMATCH", /compiled for HAILO8/],
    ];
    for (const [changes, more, code, message] of wrong) {
      await assert.rejects(withSidecar(changes, more), (error: any) => {
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      });
    }
    await Deno.writeTextFile(given, "not a HEF at all");
    await assert.rejects(withSidecar({}), { code: "HEF_CORRUPT" });
  });
});

Deno.test("compileBundle() kills a stage that runs too long, and on cancel", async () => {
  await withTools(async (dir, tools) => {
    await tools.fault("sleep-optimize");
    const short = { timeouts: { parse: 60, optimize: 1, compile: 60 } };
    await assert.rejects(compileBundle(await task(dir, tools, short)), { code: "TIMEOUT" });
    await tools.fault("sleep-parser");
    const stop = new AbortController();
    const cancelled = compileBundle(await task(dir, tools, { signal: stop.signal }));
    setTimeout(() => stop.abort(), 300);
    await assert.rejects(cancelled, { code: "CANCELLED" });
  });
});

Deno.test("compileBundle() survives 10 MB of output that is no UTF-8", async () => {
  await withTools(async (dir, tools) => {
    await tools.fault("huge-output");
    const report = await compileBundle(await task(dir, tools));
    assert.match(report.status, /^compiled/);
    const log = await Deno.stat(join(dir, "hef/parser.log"));
    assert.ok(log.size <= 9 << 20 && log.size > 1 << 20, String(log.size));
  });
});

Deno.test("compileHef() fails with TOOL_FAILED when the program cannot be started", async () => {
  await withTools(async (dir, tools) => {
    const options = await task(dir, tools);
    await Deno.mkdir(options.scratch);
    const expected = { arch: "hailo8", input: [1, 6, 2, 40], outputs: [], calibration: null, bounds: null };
    await assert.rejects(
      compileHef({
        ...options,
        program: join(dir, "missing"),
        deviceOnnx: "x",
        calibration: "y",
        inputName: "window",
        endNodes: ["n"],
        expected,
        script: { ...options.script, calibsetSize: 1 },
      }),
      { code: "TOOL_FAILED" },
    );
  });
});

Deno.test("the stand-in refuses the options of the guides, as the real tools do", async () => {
  await withTools(async (_, tools) => {
    for (
      const [args, named] of [
        [["parser", "onnx", "m.onnx", "--output-har-path", "x"], "--output-har-path"],
        [["compiler", "m.har", "--batch-size", "1"], "--batch-size"],
        [["optimize", "m.har", "--quantization-precision", "int8"], "--quantization-precision"],
      ] as const
    ) {
      const command = new Deno.Command(join(tools.bin, "hailo"), {
        args: [...args],
        clearEnv: true,
        env: tools.env,
      });
      const { code, stderr } = await command.output();
      assert.equal(code, 2);
      assert.match(new TextDecoder().decode(stderr), new RegExp(`unrecognized arguments: ${named}`));
    }
  });
});
