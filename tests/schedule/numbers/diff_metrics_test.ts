import assert from "node:assert/strict";
import { join } from "node:path";
import { Metrics } from "../../../lib/artifacts/metrics.ts";
import type { TaskResult } from "../../../lib/engine/mod.ts";
import { diffMetrics } from "../../../lib/schedule/numbers/diff_metrics.ts";

Deno.test("diffMetrics() pairs by task and name, and leaves out what is gone from the store", async () => {
  const root = await Deno.makeTempDir();
  const task = async (id: string, values: Record<string, number>, kept = true): Promise<TaskResult> => {
    const dir = await Deno.makeTempDir({ dir: root });
    const number = (value: number) => ({ value, n: 3, of: "windows", origin: "measured" as const });
    const metrics = Object.fromEntries(Object.entries(values).map(([name, v]) => [name, number(v)]));
    await Metrics.write(dir, { metrics, tables: {}, details: {} });
    if (!kept) await Deno.remove(join(dir, "metrics.json"));
    const outputs = { metrics: { type: "Metrics", id, dir } };
    const rest = {
      uses: "validate",
      cell: {},
      outcome: "ran",
      seconds: 1,
      attempts: 1,
      reason: "",
      key: null,
    };
    return { id, step: id, ...rest, warnings: [], outputs } as TaskResult;
  };
  try {
    const before = [await task("a", { accuracy: 0.5, ece: 0.1 }), await task("b", { accuracy: 0.6 }, false)];
    const after = [await task("a", { accuracy: 0.7 }), await task("b", { accuracy: 0.8 })];
    assert.deepEqual(await diffMetrics(before, after), [
      { task: "a", name: "accuracy", before: 0.5, after: 0.7 },
      { task: "a", name: "ece", before: 0.1, after: null },
      { task: "b", name: "accuracy", before: null, after: 0.8 },
    ]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
