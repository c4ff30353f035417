/** The latency on its way to people: what is timed once is told as one number everywhere. */
import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { headline, readBenchmarkMetrics } from "../../lib/artifacts/benchmark.ts";
import { printSummary } from "../../lib/cli/terminal/summary.ts";
import { notMeasured, type Series, writeBenchmark } from "../../lib/device/benchmark_report.ts";
import type { RunResult, TaskResult } from "../../lib/engine/mod.ts";
import { measuredValues } from "../../lib/schedule/numbers/measured_values.ts";
import type { Workplan } from "../../lib/workflow/workplan.ts";
import { withFolder } from "../hailo/sample_bundle.ts";

const loop = (mode: Series["mode"], launch: number, n: number, ms: number): Series => ({
  mode,
  launch,
  n,
  warmup: 5,
  samples: Float64Array.from({ length: 4 * n }, (_, i) => (i % 4 === 3 ? ms : ms * 0.3) * 1e6),
});

Deno.test("terminal, history and metrics.json tell the same latency with the same n", async () => {
  await withFolder(async (dir) => {
    const report = await writeBenchmark(dir, {
      ...notMeasured("local", "failed", "NO_HEF", "x"),
      status: "measured",
      device: "board",
    }, [loop("back-to-back", 1, 100, 1), loop("back-to-back", 2, 100, 3), loop("paced", 1, 50, 9)]);
    const { p95, n } = headline(report)!;
    assert.deepEqual([p95, n], [3, 200]);
    const { latency_p95_ms } = (await readBenchmarkMetrics(dir)).metrics;
    assert.deepEqual([latency_p95_ms.value, latency_p95_ms.n], [p95, n]);

    const outputs = { benchmark: { type: "Benchmark", id: "x", dir } };
    const task = { id: "device", cell: {}, outcome: "ran", outputs, warnings: [] } as unknown as TaskResult;
    const history = await measuredValues([task]);
    const kept = (name: string) => history.filter(({ metric }) => metric === name).map((v) => [v.value, v.n]);
    assert.deepEqual(kept("latency_p95_ms"), [[p95, n]]);
    assert.deepEqual(kept("paced_latency_p95_ms"), [[9, 50]]);

    let printed = "";
    const write = Deno.stdout.writeSync;
    Deno.stdout.writeSync = (bytes) => {
      printed += new TextDecoder().decode(bytes);
      return bytes.length;
    };
    try {
      const result = { id: "r", status: "succeeded", seconds: 1, tasks: [task], storeWarnings: [] };
      const plan = { name: "w", tasks: [] };
      await printSummary(plan as unknown as Workplan, result as unknown as RunResult);
    } finally {
      Deno.stdout.writeSync = write;
    }
    const shown = stripVTControlCharacters(printed).split("\n").find((line) =>
      /^\s*latency, p95\s/.test(line)
    )!;
    assert.match(shown, /^\s*latency, p95\s+3 ms\s+n = 200 windows/);
  });
});
