import assert from "node:assert/strict";
import { join } from "node:path";
import { Metrics } from "../../../lib/artifacts/metrics.ts";
import { runNumbers } from "../../../lib/schedule/numbers/run_numbers.ts";

Deno.test("runNumbers() reads results once a run, and again where they are others or what it kept is damaged", async () => {
  const root = await Deno.makeTempDir();
  try {
    const kept = join(root, ".motiflow/runs/r1/numbers.json");
    await Deno.mkdir(join(root, ".motiflow/runs/r1"), { recursive: true });
    const task = async (id: string, value: number) => {
      const dir = await Deno.makeTempDir({ dir: root });
      const accuracy = { value, n: 10, of: "windows", origin: "measured" as const };
      await Metrics.write(dir, { metrics: { accuracy }, tables: {}, details: {} });
      return { id, cell: {}, outputs: { metrics: { type: "Metrics", id: `${id}${value}`, dir } } };
    };
    const values = async (...tasks: Awaited<ReturnType<typeof task>>[]) =>
      (await runNumbers(root, "r1", tasks as never)).values.map(({ task, metric, value }) =>
        `${task} ${metric} ${value}`
      );
    const [a, b] = [await task("a", 0.9), await task("b", 0.8)];
    assert.deepEqual(await values(a, b), ["a accuracy 0.9", "b accuracy 0.8"]);
    await Deno.remove(a.outputs.metrics.dir, { recursive: true });
    assert.deepEqual(await values(a, b), ["a accuracy 0.9", "b accuracy 0.8"]);
    assert.deepEqual(await values(await task("a", 0.7), b), ["a accuracy 0.7", "b accuracy 0.8"]);
    assert.deepEqual(await values(b), ["b accuracy 0.8"]);
    const bytes = await Deno.readFile(kept);
    bytes[bytes.length >> 1]! ^= 1;
    await Deno.writeFile(kept, bytes);
    assert.deepEqual(await values(b), ["b accuracy 0.8"]);
    await Deno.remove(join(root, ".motiflow"), { recursive: true });
    assert.deepEqual(await values(b), ["b accuracy 0.8"]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
