/** The whole way to a device: export, compile, deploy over a real sshd, benchmark, package; vendor's tools as stand-ins. */
import assert from "node:assert/strict";
import { join } from "node:path";
import benchmark from "../../lib/steps/benchmark_on_device.ts";
import compile from "../../lib/steps/compile_hailo.ts";
import pack from "../../lib/steps/package.ts";
import { hasNumpy } from "../hailo/device_fixture.ts";
import { json, sampleBundle, withFolder } from "../hailo/sample_bundle.ts";
import { installStandIns } from "../standins/install.ts";
import { type Sshd, sshdMissing, startSshd } from "../standins/sshd.ts";
import { runOnDirectories } from "../steps/hailo_steps.ts";
import { skipReason } from "../house/skip.ts";

const missing = sshdMissing() ?? (hasNumpy ? undefined : "python3 with numpy is not there");

const quick = {
  iterations: 20,
  warmup: 2,
  launches: 1,
  paced_iterations: 20,
  paced_hz: 200,
  core_seconds: 1,
  max_abs_error: 0.5,
  min_code_agreement: 0.6,
};

async function withSshd(use: (dir: string, sshd: Sshd, bin: string) => Promise<void>): Promise<void> {
  await withFolder(async (dir) => {
    const { bin } = await installStandIns(dir, ["hailo", "hailortcli", "vcgencmd", "modinfo", "lspci"]);
    const sshd = await startSshd(dir, bin);
    try {
      await use(dir, sshd, bin);
    } finally {
      await sshd.stop();
    }
  });
}

Deno.test({
  name: "T278 a bundle goes from export over compiler and sshd to a measured device and into a package",
  ignore: skipReason(missing && `no sshd: ${missing}`),
  async fn() {
    await withSshd(async (dir, sshd, bin) => {
      const bundle = await sampleBundle();
      const hef = join(dir, "hef");
      const compiled = await runOnDirectories(
        compile,
        { bundle },
        { sdk: { program: join(bin, "hailo") }, min_calibration: 100 },
        hef,
      );
      assert.match(compiled.meta.status as string, /^compiled/);
      assert.equal(compiled.meta.origin, "simulated");

      const measured = await runOnDirectories(
        benchmark,
        { bundle, hef },
        { ...quick, target: sshd.target, budget_p95_ms: 15 },
        join(dir, "benchmark"),
      );
      assert.equal(measured.meta.status, "measured");
      assert.equal(measured.meta.origin, "simulated");
      assert.equal(measured.meta.latency_p95_ms, undefined, "no alert may judge a stand-in");
      assert.ok(measured.warnings.some((w) => /SIMULATED – no Hailo hardware/.test(w)));
      const report = await json(dir, "benchmark/device_benchmark.json");
      assert.equal(report.budget, undefined);
      assert.equal(report.endToEnd.find((r: any) => r.launch === 0 && r.mode === "paced").n, 20);
      assert.deepEqual([...Deno.readDirSync(join(sshd.home, ".cache/motiflow/runs"))], []);
      const key = await benchmark.environment!(benchmark.params.parse({ target: sshd.target }));
      assert.equal((key.device as Record<string, string>).hailort, "4.23.0");

      const out = join(dir, "package");
      await runOnDirectories(pack, { bundle, hef, benchmark: join(dir, "benchmark") }, {}, out);
      const { status, verdict } = await json(out, "MANIFEST.json");
      assert.equal(status.hef, "stand-in");
      assert.equal(status.latency, "simulated");
      assert.equal(verdict, "not-recommended");
      assert.match(await Deno.readTextFile(join(out, "README.md")), /SIMULATED – no Hailo hardware/);
      await deployByHand(out, sshd);
    });
  },
});

/** The package's own script, as a user runs it. */
async function deployByHand(out: string, sshd: Sshd): Promise<void> {
  const { host, user, port, identity_file, known_hosts_file } = sshd.target;
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["scripts/deploy_to_pi.sh"],
    cwd: out,
    stdin: "null",
    env: {
      PI_HOST: host,
      PI_USER: user,
      PI_PORT: String(port),
      PI_KEY: identity_file,
      PI_KNOWN_HOSTS: known_hosts_file,
    },
  }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.equal(code, 0, text);
  assert.match(text, /self-test passed/);
  const current = await Deno.readLink(join(sshd.home, ".local/share/motiflow/current"));
  assert.equal(current, (await json(out, "MANIFEST.json")).id.slice(0, 12));
}

Deno.test({
  name: "a real ssh refuses unknown and changed host keys, strangers and closed ports, each by its own name",
  ignore: skipReason(missing && `no sshd: ${missing}`),
  async fn() {
    await withSshd(async (dir, sshd, bin) => {
      const bundle = await sampleBundle();
      const hef = join(dir, "hef");
      await runOnDirectories(compile, { bundle }, { sdk: { program: join(bin, "hailo") } }, hef);
      let attempt = 0;
      const run = (changes: Partial<typeof sshd.target>, policy: "skip" | "fail" = "skip") =>
        runOnDirectories(
          benchmark,
          { bundle, hef },
          { ...quick, target: { ...sshd.target, ...changes }, on_device_missing: policy },
          join(dir, `out${attempt++}`),
        );
      const reason = async (changes: Partial<typeof sshd.target>) => (await run(changes)).meta.reason;
      assert.equal(await reason({ known_hosts_file: join(sshd.keys, "no_hosts") }), "HOST_KEY_UNKNOWN");
      assert.equal(await reason({ identity_file: join(sshd.keys, "stranger") }), "AUTH_FAILED");
      await assert.rejects(run({ identity_file: join(sshd.keys, "stranger") }, "fail"), {
        code: "AUTH_FAILED",
      });
      // A changed key fails even where an absent device is skipped.
      await assert.rejects(run({ known_hosts_file: join(sshd.keys, "other_hosts") }), {
        code: "HOST_KEY_CHANGED",
      });
      await sshd.stop();
      assert.equal(await reason({}), "HOST_UNREACHABLE");
    });
  },
});
