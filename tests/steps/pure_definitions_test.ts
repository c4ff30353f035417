import assert from "node:assert/strict";
import { examples } from "../../lib/steps/examples.ts";

Deno.test("what a step of the program says of its parameters follows from them alone, since plans are remembered", async () => {
  const worker = new Worker(new URL("./pure_definitions_worker.ts", import.meta.url), { type: "module" });
  try {
    const said = await new Promise<Record<string, { ok: boolean; asked: boolean }>>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    assert.deepEqual(Object.keys(said).sort(), [...Object.keys(examples), "a file"].sort());
    const { "a file": control, ...steps } = said;
    assert.equal(control!.asked, true, "the watching works");
    for (const [uses, { ok, asked }] of Object.entries(steps)) {
      assert.ok(ok, `${uses} takes its example`);
      assert.equal(asked, false, `${uses} asks for nothing`);
    }
  } finally {
    worker.terminate();
  }
});
