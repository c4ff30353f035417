import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { HostProcess } from "./host_process.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

Deno.test("a case that waits without using the processor is given up, one that works is not", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "waits_test.ts");
  await Deno.writeTextFile(
    path,
    `Deno.test("adds", () => { if (1 + 1 !== 2) throw new Error("wrong"); });
     Deno.test("waits", () => new Promise(() => setInterval(() => {}, 1000)));`,
  );
  const host = new HostProcess(root, [relative(root, path)], undefined, 3);
  try {
    assert.deepEqual((await host.ask(undefined, 120))?.names, ["adds", "waits"]);
    const added = await host.ask({ record: 0 }, 120);
    assert.deepEqual([added?.failed, added?.switches], [undefined, []]);
    assert.equal(await host.ask({ record: 1 }, 120), undefined);
  } finally {
    await host.end();
    await Deno.remove(folder, { recursive: true });
  }
});
