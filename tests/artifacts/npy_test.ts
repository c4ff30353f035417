import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { encodeNpy, writeNpy } from "../../lib/artifacts/npy.ts";

Deno.test("writeNpy() writes an array of many pieces as the bytes of encodeNpy()", async () => {
  const path = await Deno.makeTempFile();
  try {
    const data = Int16Array.from({ length: 3 * 1_500_000 }, (_, i) => i * 31);
    await writeNpy(path, data, [1_500_000, 3]);
    assert.equal(Buffer.compare(await Deno.readFile(path), encodeNpy(data, [1_500_000, 3])), 0);
    await assert.rejects(writeNpy(path, data, [7, 3]), /shape \[7,3\] needs 21 values/);
  } finally {
    await Deno.remove(path);
  }
});
