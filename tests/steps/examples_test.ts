import assert from "node:assert/strict";
import { examples } from "../../lib/steps/examples.ts";
import { registry } from "../../lib/steps/registry.ts";
import { remarksOn } from "./usual_pipeline.ts";

Deno.test("every step has an example, and nothing else has", () => {
  assert.deepEqual(Object.keys(examples).sort(), [...registry.names].sort());
});

Deno.test("every example is a step of its kind that the checker takes without a word", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "motiflow-examples-" });
  try {
    for (const [uses, example] of Object.entries(examples)) {
      await t.step(uses, async () => {
        assert.match(example, new RegExp(`uses: ${uses}\\b`));
        assert.deepEqual(await remarksOn(example, folder), []);
      });
    }
    assert.deepEqual(
      (await remarksOn("windows: { uses: window, from: recordings, with: { size: 2 } }", folder)).length,
      1,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
