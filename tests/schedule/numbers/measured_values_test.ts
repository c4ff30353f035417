import assert from "node:assert/strict";
import { join } from "node:path";
import { Metrics } from "../../../lib/artifacts/metrics.ts";
import { readableHeadlines } from "../../../lib/schedule/numbers/measured_values.ts";

Deno.test("readableHeadlines() reads the numbers of runs from before a change of the layout, and leaves out what is gone", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Metrics.write(dir, {
      metrics: { accuracy: { value: 0.9, n: 10, of: "windows", origin: "measured" } },
      tables: {},
      details: {},
    } as never);
    const header = join(dir, "artifact.json");
    const { version, ...rest } = JSON.parse(await Deno.readTextFile(header));
    await Deno.writeTextFile(header, JSON.stringify({ ...rest, version: version - 1 }));
    const task = (id: string, folder: string) => ({
      id,
      cell: {},
      outputs: { metrics: { type: "Metrics", dir: folder } },
    });
    const read = await readableHeadlines([task("old", dir), task("gone", join(dir, "none"))] as never);
    assert.deepEqual(read.map((r) => [r.task, r.metrics.accuracy.value]), [["old", 0.9]]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
