import assert from "node:assert/strict";
import { join } from "node:path";
import { Metrics } from "../../lib/artifacts/metrics.ts";
import { judgeAlerts } from "../../lib/schedule/judge_alerts.ts";
import { headline } from "../../lib/artifacts/benchmark.ts";
import { notMeasured, writeBenchmark } from "../../lib/device/benchmark_report.ts";
import { benchmarkLatencies, measuredValues } from "../../lib/schedule/numbers/measured_values.ts";
import type { TaskResult } from "../../lib/engine/mod.ts";

function task(id: string, type: string, dir: string, cell: TaskResult["cell"] = {}): TaskResult {
  return {
    id,
    step: id,
    uses: "",
    cell,
    outcome: "ran",
    seconds: 0,
    attempts: 1,
    reason: "",
    key: null,
    warnings: [],
    outputs: { x: { type, id: "", dir } },
  };
}

/** A measurement of two launches back to back and a paced one, which is the slowest. */
const loop = (mode: "back-to-back" | "paced", launch: number, n: number, ms: number) => ({
  mode,
  launch,
  n,
  warmup: 5,
  samples: Float64Array.from({ length: 4 * n }, (_, i) => (i % 4 === 3 ? ms : ms * 0.3) * 1e6),
});
const series = [loop("back-to-back", 1, 100, 1), loop("back-to-back", 2, 100, 30), loop("paced", 1, 50, 90)];
const draft = (origin: "measured" | "simulated") => ({
  ...notMeasured("local", "failed", "NO_HEF", "x"),
  reason: undefined,
  status: "measured" as const,
  device: "d",
  origin,
});

Deno.test("measuredValues() takes latency from the benchmark's metrics: each window counts once", async () => {
  const root = await Deno.makeTempDir();
  try {
    const report = await writeBenchmark(root, draft("measured"), series);
    const tasks = [task("device", "Benchmark", root)];
    const values = new Map((await measuredValues(tasks)).map((v) => [v.metric, v]));
    const row = headline(report)!;
    for (const [name, value] of [["p50", row.p50], ["p95", row.p95], ["p99", row.p99]] as const) {
      assert.equal(values.get(`latency_${name}_ms`)!.value, value);
      assert.equal(values.get(`latency_${name}_ms`)!.n, 200);
    }
    assert.equal(values.get("latency_p50_ms")!.value, 1);
    assert.equal(values.get("paced_latency_p95_ms")!.value, 90);
    const [{ metrics, device }] = await benchmarkLatencies(tasks);
    assert.equal(device, "d");
    assert.equal(metrics.latency_p95_ms.value, row.p95);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("judgeAlerts() judges no times of a simulated device and says so, but scores on simulated recordings", async () => {
  const root = await Deno.makeTempDir();
  try {
    await writeBenchmark(root, draft("simulated"), series);
    const values = await measuredValues([task("device", "Benchmark", root)]);
    const number = { n: 10, of: "windows", origin: "simulated" as const };
    // `validate` judges the times of a connected benchmark under its own name.
    const more = [
      { task: "judge", metric: "latency_p95_ms", value: 40, ...number },
      { task: "judge", metric: "ece", value: 0.3, ...number },
    ];
    const alerts = [{ metric: "latency_p95_ms", above: 20 }, { metric: "throughput_fps", below: 1e9 }, {
      metric: "ece",
      above: 0.05,
    }];
    const { tripped, unjudged } = judgeAlerts(alerts, [...values, ...more]);
    assert.deepEqual(tripped.map((t) => t.metric), ["ece"]);
    assert.deepEqual(
      unjudged,
      ["latency_p95_ms", "throughput_fps"].map((metric) => ({
        metric,
        reason: "simulated device: not judged",
      })),
    );
    const real = {
      task: "board",
      metric: "latency_p95_ms",
      value: 40,
      ...number,
      origin: "measured" as const,
    };
    const mixed = judgeAlerts(alerts.slice(0, 1), [...values, real]);
    assert.deepEqual(mixed.tripped.map((t) => t.task), ["board"]);
    assert.equal(mixed.unjudged.length, 1);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("judgeAlerts() judges gathered metrics and latency, and names what was not measured", async () => {
  const root = await Deno.makeTempDir();
  try {
    const metrics = async (name: string, value: number | null) => {
      const dir = join(root, name);
      await Deno.mkdir(dir);
      const ece = { value, n: 10, of: "windows", origin: "measured" as const };
      await Metrics.write(dir, { metrics: { ece }, tables: {}, details: {} });
      return dir;
    };
    await writeBenchmark(root, draft("measured"), series);
    const tasks = [
      task("cell[fold=0]", "Metrics", await metrics("cell", 0.9), { fold: 0 }),
      task("summary", "Metrics", await metrics("summary", 0.06)),
      task("device", "Benchmark", root),
    ];
    const alerts = [
      { metric: "ece", above: 0.05 },
      { metric: "ece", below: 0.01 },
      { metric: "latency_p95_ms", above: 20 },
      { metric: "latency_p50_ms", above: 20 },
      { metric: "unknown", below: 1 },
    ];
    const { tripped, unjudged } = judgeAlerts(alerts, await measuredValues(tasks));
    assert.deepEqual(tripped.map((t) => t.message), [
      "ece of summary is 0.06, above 0.05",
      "latency_p95_ms of device is 30, above 20",
    ]);
    assert.deepEqual(unjudged, [{ metric: "unknown", reason: "was not measured" }]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("T111 T114 T115 T118 judgeAlerts() keeps direction, limit and n, and judges nothing below the least n", () => {
  const value = (metric: string, value: number, n: number) => ({
    task: "drift",
    metric,
    value,
    n,
    of: "windows",
    origin: "measured" as const,
  });
  const alerts = [
    { metric: "codebook_utilization", below: 0.2, min_n: 500, cool_down: "7d" },
    { metric: "ece", above: 0.05 },
    { metric: "latency_p95_ms", above: 20 },
  ];
  const few = [
    value("codebook_utilization", 0.1, 499),
    value("ece", 0.05, 10),
    value("latency_p95_ms", 21, 10),
  ];
  const { tripped, unjudged } = judgeAlerts(alerts, few);
  assert.deepEqual(tripped.map((t) => [t.metric, t.direction, t.threshold, t.value, t.n]), [
    ["latency_p95_ms", "above", 20, 21, 10],
  ]);
  assert.deepEqual(unjudged, [{
    metric: "codebook_utilization",
    reason: "rests on 499 only, 500 are needed",
  }]);
  const enough = judgeAlerts(alerts, [value("codebook_utilization", 0.1, 500), value("ece", 0.06, 10)]);
  assert.deepEqual(enough.tripped.map((t) => [t.metric, t.direction, t.coolDown]), [
    ["codebook_utilization", "below", 604800],
    ["ece", "above", 0],
  ]);
});
