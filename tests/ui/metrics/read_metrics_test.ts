import assert from "node:assert/strict";
import { notMeasured, writeBenchmark } from "../../../lib/device/benchmark_report.ts";
import type { RunRecord } from "../../../lib/engine/mod.ts";
import { readMetrics } from "../../../lib/ui/metrics/read_metrics.ts";
import type { Project } from "../../../lib/ui/project.ts";
import { RunNumbers } from "../../../lib/ui/runs/numbers.ts";

Deno.test("readMetrics() shows the latency of a benchmark as its own metrics give it", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const samples = Float64Array.from({ length: 40 }, (_, i) => (i % 4 === 3 ? 2e6 : 0));
    const draft = { ...notMeasured("local", "failed", "NO_HEF", "x"), status: "measured" as const };
    await writeBenchmark(dir, draft, [{ mode: "back-to-back", launch: 1, n: 10, warmup: 0, samples }]);
    const outputs = { benchmark: { type: "Benchmark", id: "x", dir } };
    const run = { workflow: "w", tasks: [{ id: "device", outputs }] } as unknown as RunRecord;
    const [{ task, metrics }] = await readMetrics(
      [run],
      new RunNumbers({ folderOf: () => dir } as unknown as Project),
    );
    assert.deepEqual([task, metrics.latency_p95_ms.value, metrics.latency_p95_ms.n], ["device", 2, 10]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
