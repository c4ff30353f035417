import assert from "node:assert/strict";
import { join } from "node:path";
import { writeBenchmark } from "../../../lib/device/benchmark_report.ts";
import { benchmarkOverSsh, type DeviceOptions } from "../../../lib/hailo/device/benchmark_over_ssh.ts";
import { skippedBenchmark } from "../../../lib/device/benchmark_skipped.ts";
import { HailoError } from "../../../lib/hailo/error.ts";
import { sshArguments } from "../../../lib/hailo/device/ssh.ts";
import { installStandIns, type StandIns } from "../../standins/install.ts";
import { compiledHef, deviceScripts, deviceTools, hasNumpy, readAgent } from "../device_fixture.ts";
import { sampleBundle, withFolder } from "../sample_bundle.ts";
import { skipReason } from "../../house/skip.ts";

async function options(
  dir: string,
  tools: StandIns,
  changes: Partial<DeviceOptions> = {},
): Promise<DeviceOptions> {
  const key = join(dir, "key");
  await Deno.writeTextFile(key, "no real key\n", { mode: 0o600 });
  const hosts = join(dir, "known_hosts");
  await Deno.writeTextFile(hosts, "device ssh-ed25519 AAAA\n");
  return {
    ssh: {
      target: { host: "device", user: "pi", port: 22, identity_file: key, known_hosts_file: hosts },
      agent: await readAgent(),
      timeout: 60,
      env: tools.env,
      programs: { ssh: join(tools.bin, "ssh"), keygen: join(tools.bin, "ssh-keygen") },
    },
    bundle: await sampleBundle(),
    hef: await compiledHef(),
    scripts: await deviceScripts(),
    runName: "run-1",
    expectArch: "HAILO8",
    modes: ["back-to-back", "paced"],
    iterations: 20,
    warmup: 2,
    warmupSeconds: 0,
    launches: 1,
    pacedHz: 200,
    pacedIterations: 20,
    coreSeconds: 1,
    tolerance: { maxAbs: 0.5, codeAgreement: 0.6 },
    measurePower: true,
    keepRemote: false,
    ...changes,
  };
}

const withDevice = (use: (dir: string, tools: StandIns) => Promise<void>) =>
  withFolder(async (dir) => use(dir, await installStandIns(dir, deviceTools)));

Deno.test({
  name:
    "T097 benchmarkOverSsh() probes, checks golden windows, measures, and marks all of a stand-in as simulated",
  ignore: skipReason(!hasNumpy && "no numpy"),
  async fn() {
    await withDevice(async (dir, tools) => {
      const { report, series } = await benchmarkOverSsh(await options(dir, tools, { launches: 2 }));
      assert.equal(report.status, "measured");
      assert.equal(report.origin, "simulated");
      assert.match(report.warnings[0], /SIMULATED – no Hailo hardware/);
      assert.equal(report.target.arch, "HAILO8");
      assert.ok(!JSON.stringify(report.target).includes('"device"'), "the host's name must not appear");
      assert.equal(report.selftest!.n, 16);
      assert.ok(report.selftest!.maxAbsError > 0 && report.selftest!.maxAbsError < 0.5);
      assert.deepEqual(report.power, { meanW: 1.43733, maxW: 1.48117 });
      assert.ok(Math.abs(report.core!.hwLatencyMeanMs as number - 0.147) < 1e-9);
      assert.equal(report.thermal!.throttled, false);
      assert.equal(report.thermal!.hailoAfter, 51.5);
      assert.deepEqual(series.map((s) => [s.mode, s.launch, s.n]), [
        ["back-to-back", 1, 20],
        ["paced", 1, 20],
        ["back-to-back", 2, 20],
        ["paced", 2, 20],
      ]);
      const out = join(dir, "out");
      await Deno.mkdir(out);
      const written = await writeBenchmark(out, report, series, 1e-9);
      assert.equal(written.budget, undefined, "a stand-in's time meets and misses no budget");
      const left = [...Deno.readDirSync(join(dir, "home/.cache/motiflow/runs"))];
      assert.deepEqual(left, [], "the run's folder is removed");
    });
  },
});

const failures: [fault: string, code: string][] = [
  ["key-unknown", "HOST_KEY_UNKNOWN"],
  ["key-changed", "HOST_KEY_CHANGED"],
  ["auth", "AUTH_FAILED"],
  ["unreachable", "HOST_UNREACHABLE"],
  ["broken", "TRANSPORT_FAILED"],
  ["no-python", "PYTHON_MISSING"],
  ["garbage", "OUTPUT_UNPARSABLE"],
  ["half-answer", "OUTPUT_UNPARSABLE"],
  ["huge", "OUTPUT_UNPARSABLE"],
  ["driver-mismatch", "DRIVER_MISMATCH"],
  ["no-pyhailort", "PYHAILORT_MISSING"],
];

const onDevice: [fault: string, code: string][] = [
  ["wrong-output", "SELFTEST_FAILED"],
  ["busy", "DEVICE_BUSY"],
];

for (const [list, needsNumpy] of [[failures, false], [onDevice, true]] as const) {
  for (const [fault, code] of list) {
    Deno.test({
      name: `benchmarkOverSsh() fails with ${code} when the device shows ${fault}`,
      // The probe itself imports numpy on the device, as pyHailoRT does.
      ignore: skipReason(needsNumpy && !hasNumpy && "no numpy"),
      async fn() {
        await withDevice(async (dir, tools) => {
          await tools.fault(fault);
          await assert.rejects(benchmarkOverSsh(await options(dir, tools)), (error: any) => {
            assert.equal(error.code, code, error.message);
            return true;
          });
        });
      },
    });
  }
}

Deno.test({
  name: "T289 benchmarkOverSsh() goes on without power sensor, and records throttling",
  ignore: skipReason(!hasNumpy && "no numpy"),
  async fn() {
    await withDevice(async (dir, tools) => {
      await tools.fault("no-power and throttle");
      const { report } = await benchmarkOverSsh(await options(dir, tools));
      assert.equal(report.power, null);
      assert.equal(report.powerReason, "the board has no power sensor");
      assert.equal(report.thermal!.throttled, true);
      assert.ok(report.warnings.some((w) => /throttled/.test(w)));
    });
  },
});

Deno.test("benchmarkOverSsh() needs HailoRT on the device", async () => {
  await withFolder(async (dir) => {
    const tools = await installStandIns(dir, ["ssh", "ssh-keygen"]);
    await assert.rejects(benchmarkOverSsh(await options(dir, tools)), { code: "HAILORT_MISSING" });
  });
});

Deno.test("benchmarkOverSsh() stops waiting for a device that does not answer, and on cancel", async () => {
  await withDevice(async (dir, tools) => {
    await tools.fault("hang");
    const task = await options(dir, tools);
    const late = { ...task, ssh: { ...task.ssh, timeout: -9 } }; // the wait is ten seconds longer than the timeout
    await assert.rejects(benchmarkOverSsh(late), { code: "TIMEOUT" });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    await assert.rejects(benchmarkOverSsh({ ...task, ssh: { ...task.ssh, signal: stop.signal } }), {
      code: "CANCELLED",
    });
  });
});

Deno.test("benchmarkOverSsh() checks key file and known hosts before it connects", async () => {
  await withDevice(async (dir, tools) => {
    const task = await options(dir, tools);
    const { target } = task.ssh;
    const rejects = (changes: Partial<typeof target>, code: string) =>
      assert.rejects(benchmarkOverSsh({ ...task, ssh: { ...task.ssh, target: { ...target, ...changes } } }), {
        code,
      });
    await rejects({ identity_file: join(dir, "absent") }, "TARGET_INVALID");
    await rejects({ identity_file: dir }, "TARGET_INVALID");
    await rejects({ host: "other" }, "HOST_KEY_UNKNOWN");
    await rejects({ port: 2222 }, "HOST_KEY_UNKNOWN");
    await Deno.chmod(target.identity_file, 0o644);
    await rejects({}, "TARGET_INVALID");
  });
});

Deno.test("benchmarkOverSsh() needs a HEF of the expected architecture", async () => {
  await withDevice(async (dir, tools) => {
    const empty = join(dir, "nothing");
    await Deno.mkdir(empty);
    await assert.rejects(benchmarkOverSsh(await options(dir, tools, { hef: empty })), { code: "NO_HEF" });
    const other = await options(dir, tools, { expectArch: "HAILO8L" });
    await assert.rejects(benchmarkOverSsh(other), { code: "ARCH_MISMATCH" });
  });
});

Deno.test("benchmarkOverSsh() does not write where another run is", {
  ignore: skipReason(!hasNumpy && "no numpy"),
}, async () => {
  await withDevice(async (dir, tools) => {
    await Deno.mkdir(join(dir, "home/.cache/motiflow/runs/run-1"), { recursive: true });
    await assert.rejects(benchmarkOverSsh(await options(dir, tools)), { code: "UPLOAD_FAILED" });
  });
});

Deno.test("skippedBenchmark() skips an absent device but never a changed key or a wrong model", () => {
  const report = skippedBenchmark(new HailoError("HOST_UNREACHABLE", "no answer"), "skip", "hailo");
  assert.equal(report.status, "skipped-no-device");
  assert.deepEqual([report.reason!.code, report.reason!.message], ["HOST_UNREACHABLE", "no answer"]);
  assert.equal(skippedBenchmark(new HailoError("NO_HEF", "none"), "skip", "hailo").status, "skipped-no-hef");
  for (const code of ["HOST_KEY_CHANGED", "SELFTEST_FAILED", "TARGET_INVALID"] as const) {
    assert.throws(() => skippedBenchmark(new HailoError(code, "x"), "skip", "hailo"), { code });
  }
  assert.throws(() => skippedBenchmark(new HailoError("HOST_UNREACHABLE", "x"), "fail", "hailo"), {
    code: "HOST_UNREACHABLE",
  });
  assert.throws(() => skippedBenchmark(new TypeError("bug"), "skip", "hailo"), TypeError);
});

Deno.test("sshArguments() hold one constant command and no shell text of the user", () => {
  const target = { host: "a", user: "b", port: 23, identity_file: "/k", known_hosts_file: "/h" };
  const one = sshArguments(target);
  const other = sshArguments({ ...target, host: "c", user: "d", port: 9, identity_file: "/x" });
  assert.equal(one.at(-1), other.at(-1));
  assert.deepEqual(one.slice(-3, -1), ["--", "b@a"]);
});
