import assert from "node:assert/strict";
import { join } from "node:path";
import { headline, readBenchmark, readBenchmarkMetrics } from "../../lib/artifacts/benchmark.ts";
import { notMeasured, type Series, writeBenchmark } from "../../lib/device/benchmark_report.ts";
import { targetNamed } from "../../lib/device/targets.ts";
import { buildPackage } from "../../lib/hailo/package/build.ts";
import { json, sampleBundle, withFolder } from "../hailo/sample_bundle.ts";

/** `n` windows of `ms` milliseconds each, end to end. */
function series(mode: Series["mode"], launch: number, n: number, ms: number): Series {
  const samples = Float64Array.from({ length: 4 * n }, (_, i) => (i % 4 === 3 ? ms : ms * 0.3) * 1e6);
  return { mode, launch, warmup: 5, n, samples };
}

/** Two launches back to back and a slow paced loop: 250 windows, of which 200 make the headline. */
const loops = [
  series("back-to-back", 1, 100, 1),
  series("back-to-back", 2, 100, 3),
  series("paced", 1, 50, 9),
];

const draft = (origin: "measured" | "simulated", kind = "local") => ({
  ...notMeasured(kind, "failed", "NO_HEF", "x"),
  reason: undefined,
  status: "measured" as const,
  device: "board",
  origin,
  core: { hwOnlyFps: 300 },
  power: { meanW: 1, maxW: 2 },
  paced: { hz: 1, from: "workflow" as const },
});

Deno.test("the latency is one number: report, metrics.json, budget and package tell the same p95 with the same n", async () => {
  await withFolder(async (dir) => {
    const written = await writeBenchmark(dir, draft("measured"), loops, 2);
    const row = headline(written)!;
    assert.deepEqual([row.p50, row.p95, row.p99, row.n], [1, 3, 3, 200]);
    assert.deepEqual(written.budget, { p95Ms: 2, met: false });
    assert.deepEqual(headline(await readBenchmark(dir)), row);

    const { metrics } = await readBenchmarkMetrics(dir);
    assert.deepEqual([metrics.latency_p95_ms.value, metrics.latency_p95_ms.n], [3, 200]);
    assert.deepEqual([metrics.paced_latency_p95_ms.value, metrics.paced_latency_p95_ms.n], [9, 50]);
    assert.match(metrics.paced_latency_p95_ms.note!, /paced at 1 Hz/);
    assert.ok(!Object.keys(metrics).some((name) => name.startsWith("latency_paced")));

    const sources = {
      name: "p",
      version: "0.1.0",
      license: "MIT",
      bundle: await sampleBundle(),
      targetNamed,
    };
    const out = join(dir, "package");
    await buildPackage(out, { ...sources, benchmark: dir }, []);
    const { latency } = await json(out, "deployment_results.json");
    assert.deepEqual([latency.p95, latency.n, latency.origin], [3, 200, "measured"]);
    const readme = await Deno.readTextFile(join(out, "README.md"));
    assert.match(readme, /p95 3\.000 ms, .*n = 200, back-to-back, measured/);
  });
});

Deno.test("paced loops alone give no headline: they meet no budget and stand under their own names only", async () => {
  await withFolder(async (dir) => {
    const written = await writeBenchmark(dir, draft("measured"), [series("paced", 1, 50, 9)], 20);
    assert.equal(headline(written), undefined);
    assert.equal(written.budget, undefined);
    const names = Object.keys((await readBenchmarkMetrics(dir)).metrics);
    assert.deepEqual(names, ["mean", "p50", "p95", "p99"].map((q) => `paced_latency_${q}_ms`));
    const out = join(dir, "package");
    const sources = {
      name: "p",
      version: "0.1.0",
      license: "MIT",
      bundle: await sampleBundle(),
      targetNamed,
    };
    const { facts } = await buildPackage(out, { ...sources, benchmark: dir }, []);
    assert.deepEqual(
      [facts.status.latency, facts.status.latencyReason],
      ["not-measured", "no windows were timed back to back"],
    );
  });
});

Deno.test("every number of a stand-in says that it is simulated, in the Benchmark and in the package", async () => {
  await withFolder(async (dir) => {
    const written = await writeBenchmark(dir, draft("simulated", "hailo"), loops, 20);
    assert.equal(written.budget, undefined, "times of a stand-in meet no budget");
    const report = await readBenchmark(dir);
    assert.deepEqual(new Set(report.endToEnd.map(({ origin }) => origin)), new Set(["simulated"]));
    assert.deepEqual([report.core!.origin, report.power!.origin], ["simulated", "simulated"]);
    const { metrics } = await readBenchmarkMetrics(dir);
    assert.ok(Object.keys(metrics).length > 8);
    assert.deepEqual(Object.values(metrics).filter(({ origin }) => origin !== "simulated"), []);
    const out = join(dir, "package");
    const sources = {
      name: "p",
      version: "0.1.0",
      license: "MIT",
      bundle: await sampleBundle(),
      targetNamed,
    };
    await buildPackage(out, { ...sources, benchmark: dir }, []);
    const results = await json(out, "deployment_results.json");
    assert.equal(results.latency.origin, "simulated");
    assert.equal(results.status.latency, "simulated");
  });
});

Deno.test("a package of a benchmark whose target this program does not know claims no device", async () => {
  await withFolder(async (dir) => {
    await writeBenchmark(dir, draft("measured", "future-chip"), loops);
    const sources = {
      name: "p",
      version: "0.1.0",
      license: "MIT",
      bundle: await sampleBundle(),
      targetNamed,
    };
    const { facts, ready } = await buildPackage(join(dir, "package"), { ...sources, benchmark: dir }, []);
    assert.match(facts.status.latencyReason!, /does not know/);
    const box = ready.checklist.find(({ item }) => /Latency measured/.test(item))!;
    assert.notEqual(box.done, true);
  });
});

Deno.test("T256 throughput is that of one window in flight: 1000 by the mean in ms, with n and origin", async () => {
  await withFolder(async (dir) => {
    const written = await writeBenchmark(dir, draft("measured"), loops);
    const { throughput_fps } = (await readBenchmarkMetrics(dir)).metrics;
    assert.equal(headline(written)!.mean, 2);
    const { value, n, unit, origin } = throughput_fps;
    assert.deepEqual([value, n, unit, origin], [500, 200, "1/s", "measured"]);
  });
});
