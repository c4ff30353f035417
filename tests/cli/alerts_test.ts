import assert from "node:assert/strict";
import { join } from "node:path";
import { Metrics } from "../../lib/artifacts/metrics.ts";
import { judgeAlerts } from "../../lib/cli/alerts.ts";
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
    const { tripped, unjudged } = await judgeAlerts(alerts, tasks);
    assert.deepEqual(tripped.map((t) => t.message), [
      "ece of summary is 0.06, above 0.05",
      "latency_p95_ms of device is 30, above 20",
    ]);
    assert.deepEqual(unjudged, ["unknown"]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
