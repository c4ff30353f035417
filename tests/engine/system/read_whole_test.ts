import assert from "node:assert/strict";
import { readWhole } from "../../../lib/engine/system/read_whole.ts";

Deno.test("readWhole() gives the bytes of a file, none of an empty one, and throws where there is none", async () => {
  const path = await Deno.makeTempFile();
  try {
    assert.deepEqual(readWhole(path), new Uint8Array());
    const bytes = crypto.getRandomValues(new Uint8Array(50_000));
    await Deno.writeFile(path, bytes);
    assert.deepEqual(readWhole(path), bytes);
  } finally {
    await Deno.remove(path);
  }
  assert.throws(() => readWhole(path), Deno.errors.NotFound);
});
