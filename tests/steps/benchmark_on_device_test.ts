import assert from "node:assert/strict";
import { join } from "node:path";
import { nearestRank } from "../../lib/device/latency_summary.ts";
import step from "../../lib/steps/benchmark_on_device.ts";
import { copyOfBundle, json, sampleBundle, withFolder } from "../hailo/sample_bundle.ts";
import { runOnDirectories } from "./hailo_steps.ts";

const quick = {
  iterations: 50,
  warmup: 5,
  launches: 2,
  paced_hz: 500,
  paced_iterations: 20,
  max_seconds: 3,
};

Deno.test("T066 T224 T225 T226 T227 T245 T256 T288 benchmark-on-device measures locally: golden windows first, raw samples kept", async () => {
  await withFolder(async (dir) => {
    const out = join(dir, "benchmark");
    const { meta } = await runOnDirectories(step, { bundle: await sampleBundle() }, quick, out);
    assert.equal(meta.status, "measured");
    assert.equal(meta.kind, "local");
    const report = await json(out, "device_benchmark.json");
    assert.equal(report.origin, "measured");
    assert.equal(report.selftest.passed, true);
    assert.equal(report.selftest.n, 16);
    assert.equal(report.selftest.codeAgreement, 1);
    assert.ok(report.selftest.fullMaxAbsError < 1e-5);
    assert.match(report.device, /onnxruntime/);

    const bytes = await Deno.readFile(join(out, "samples.f64.bin"));
    const samples = new Float64Array(bytes.buffer);
    const rows = report.rawSamples.series.reduce((n: number, s: { n: number }) => n + s.n, 0);
    assert.equal(samples.length, 4 * rows);
    const all = report.endToEnd.find((r: any) => r.launch === 0 && r.mode === "back-to-back");
    assert.equal(all.n, 100);
    // The published percentile is a value that stands in the raw samples.
    const totals: number[] = [];
    let at = 0;
    for (const { mode, n } of report.rawSamples.series) {
      for (let i = 0; i < n; i++, at += 4) if (mode === "back-to-back") totals.push(samples[at + 3]);
    }
    totals.sort((a, b) => a - b);
    assert.equal(all.p95, nearestRank(totals, 0.95) / 1e6);
    const metrics = (await json(out, "metrics.json")).metrics;
    assert.equal(metrics.latency_p95_ms.value, all.p95);
    assert.equal(metrics.latency_p95_ms.n, 100);
    assert.equal(meta.latency_p95_ms, all.p95, "where alerts look");
  });
});

Deno.test("benchmark-on-device paces at the workflow's own prediction rate, under names of its own", async () => {
  await withFolder(async (dir) => {
    const bundle = await copyOfBundle(dir);
    const file = join(bundle, "model_metadata.json");
    const metadata = JSON.parse(await Deno.readTextFile(file));
    metadata.window.hop = metadata.rate / 40;
    await Deno.writeTextFile(file, JSON.stringify(metadata));
    const params = { iterations: 20, warmup: 1, launches: 2, paced_iterations: 30, paced_seconds: 1 };
    await runOnDirectories(step, { bundle }, params, join(dir, "out"));
    const report = await json(dir, "out/device_benchmark.json");
    assert.deepEqual(report.paced, { hz: 40, from: "workflow" });
    const { metrics } = await json(dir, "out/metrics.json");
    assert.deepEqual([metrics.latency_p95_ms.n, metrics.paced_latency_p95_ms.n], [40, 40]); // 1 s at 40 Hz

    metadata.window.hop = null;
    await Deno.writeTextFile(file, JSON.stringify(metadata));
    const { warnings } = await runOnDirectories(step, { bundle }, params, join(dir, "unknown"));
    assert.ok(warnings.some((w) => /no paced loop: .*Set paced_hz/.test(w)), warnings.join());
    assert.ok(!("paced_latency_p95_ms" in (await json(dir, "unknown/metrics.json")).metrics));
  });
});

for (const part of ["device", "full"]) {
  Deno.test(`benchmark-on-device publishes no latency when the ${part} model is wrong`, async () => {
    await withFolder(async (dir) => {
      const bundle = await copyOfBundle(dir);
      const file = join(bundle, `selftest/expected.${part}.f32.bin`);
      const bytes = await Deno.readFile(file);
      new DataView(bytes.buffer).setFloat32(0, 9, true);
      await Deno.writeFile(file, bytes);
      await assert.rejects(
        runOnDirectories(step, { bundle }, quick, join(dir, "out")),
        { code: "SELFTEST_FAILED" },
      );
    });
  });
}

Deno.test("benchmark-on-device compares p95 with a budget", async () => {
  await withFolder(async (dir) => {
    const params = { ...quick, modes: ["back-to-back"], launches: 1, budget_p95_ms: 1e-6 };
    await runOnDirectories(step, { bundle: await sampleBundle() }, params, join(dir, "out"));
    assert.deepEqual((await json(dir, "out/device_benchmark.json")).budget, { p95Ms: 1e-6, met: false });
  });
});

Deno.test("benchmark-on-device keeps the machine in its key", async () => {
  const { machine } = await step.environment!(step.params.parse({})) as { machine: Record<string, unknown> };
  assert.deepEqual(Object.keys(machine), ["cpu", "cores", "arch", "os"]);
});

Deno.test("T096 benchmark-on-device names every bad field of a target", () => {
  const target = {
    host: "-oProxyCommand=touch x",
    user: "Pi; rm",
    port: 99999,
    identity_file: "my key",
    known_hosts_file: "/dev/null",
  };
  const problems = step.check!(step.params.parse({ target }));
  assert.deepEqual(problems.map((p) => p.path.join(".")), [
    "target.host",
    "target.user",
    "target.port",
    "target.identity_file",
    "target.known_hosts_file",
  ]);
});

Deno.test("benchmark-on-device without a device or a HEF says why nothing was measured", async () => {
  await withFolder(async (dir) => {
    const bundle = await sampleBundle();
    const none = await runOnDirectories(step, { bundle }, { target: "none" }, join(dir, "none"));
    assert.deepEqual([none.meta.status, none.meta.reason], ["skipped-no-device", "NO_TARGET_CONFIGURED"]);
    assert.match(none.warnings[0], /not measured: NO_TARGET_CONFIGURED/);
    assert.deepEqual((await json(dir, "none/metrics.json")).metrics, {});
    const target = { host: "device", user: "pi", identity_file: "/k", known_hosts_file: "/h" };
    const noHef = await runOnDirectories(step, { bundle }, { target }, join(dir, "hefless"));
    assert.deepEqual([noHef.meta.status, noHef.meta.reason], ["skipped-no-hef", "NO_HEF"]);
    const fail = { target, on_device_missing: "fail" };
    await assert.rejects(runOnDirectories(step, { bundle }, fail, join(dir, "fail")), { code: "NO_HEF" });
  });
});
