import assert from "node:assert/strict";
import { join } from "node:path";
import { Metrics } from "../../lib/artifacts/metrics.ts";
import { judgeAlerts } from "../../lib/schedule/judge_alerts.ts";
import { measuredValues } from "../../lib/schedule/measured_values.ts";
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
    const loops = [{ n: 10, p50: 1, p95: 5, p99: 9 }, { n: 10, p50: 2, p95: 30, p99: 31 }];
    await Deno.writeTextFile(
      join(root, "device_benchmark.json"),
      JSON.stringify({ device: "d", origin: "measured", endToEnd: loops }),
    );
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
