import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { decodeNpy, encodeNpy, readNpy, writeNpy } from "../../lib/artifacts/npy.ts";
import { withFolder } from "../hailo/sample_bundle.ts";

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

Deno.test("decodeNpy() refuses a shape that is no list of lengths, and reads flags and lengths of Python 2", () => {
  const bytes = (from: string, to: string) => {
    const text = String.fromCharCode(...encodeNpy(Uint8Array.of(1, 0, 1, 1, 0, 1), [2, 3]));
    return Uint8Array.from(text.replace(from, to), (c) => c.charCodeAt(0));
  };
  assert.deepEqual(decodeNpy(bytes("(2, 3), ", "(2L, 3L)")).shape, [2, 3]);
  assert.deepEqual([...decodeNpy(bytes("|u1", "|b1")).data], [1, 0, 1, 1, 0, 1]);
  for (const shape of ["(2, x)", "(2,-3)", "(2,.5)", "(2,3e)"]) {
    assert.throws(
      () => decodeNpy(bytes("(2, 3)", shape), "a.npy"),
      /a\.npy: .*its shape \(2, ?[^)]+\) is no list/,
    );
  }
});

Deno.test("readNpy() takes values of its file where they lie, decodeNpy() copies those of its caller", async () => {
  const values = Float64Array.of(1, 2.5, -3);
  const bytes = encodeNpy(values);
  const copied = decodeNpy(bytes).data;
  bytes.fill(0);
  assert.deepEqual(copied, values);
  await withFolder(async (dir) => {
    await writeNpy(`${dir}/a.npy`, values);
    const { data } = await readNpy(`${dir}/a.npy`, Float64Array, [3]);
    assert.deepEqual(data, values);
    assert.equal(data.buffer.byteLength, Deno.statSync(`${dir}/a.npy`).size, "no second copy of the values");
  });
});
