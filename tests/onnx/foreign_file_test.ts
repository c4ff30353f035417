import assert from "node:assert/strict";
import { withExternalData } from "../../lib/onnx/foreign_file.ts";
import { fields, text } from "../../lib/onnx/wire.ts";
import { foreignEncoder, outside } from "./foreign_encoders.ts";

const bytes = (content: string) => Uint8Array.from(content, (c) => c.charCodeAt(0));

/** The values of all initializers, by name. */
function initializers(file: Uint8Array): Record<string, number[]> {
  const [graph] = [...fields(file)].filter((field) => field.number === 7);
  const tensors = [...fields(graph.bytes)].filter((field) => field.number === 5).map((
    field,
  ) => [...fields(field.bytes)]);
  return Object.fromEntries(tensors.map((parts) => [
    text(parts.find((part) => part.number === 8)!),
    [...parts.find((part) => part.number === 9)!.bytes],
  ]));
}

Deno.test("withExternalData() puts weights from beside into the file, and changes nothing else", async () => {
  const whole = foreignEncoder();
  const { file, data } = outside(whole, "weights.bin");
  const asked: string[] = [];
  const read = (name: string) => {
    asked.push(name);
    return Promise.resolve(data);
  };
  assert.deepEqual(initializers(await withExternalData(file, "e.onnx", read)), initializers(whole));
  assert.deepEqual(asked, ["weights.bin"]);
  assert.equal(await withExternalData(whole, "e.onnx", read), whole);
});

Deno.test("withExternalData() names the file that is missing or cut short", async () => {
  const { file, data } = outside(foreignEncoder(), "e.onnx.data");
  await assert.rejects(
    withExternalData(file, "e.onnx", () => Promise.resolve(undefined)),
    /its weights lie in e\.onnx\.data, which is not there\n.*external_data/,
  );
  await assert.rejects(
    withExternalData(file, "e.onnx", () => Promise.resolve(data.subarray(0, 80))),
    /e\.onnx\.data has 80 bytes, .* ends at byte/,
  );
});

for (
  const [what, content] of [
    ["a pointer of Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:00"],
    ["a PyTorch file or an archive", "PK\x03\x04...."],
    ["a TensorFlow Lite file", "\x1c\0\0\0TFL3"],
    ["a Keras file (HDF5)", "\x89HDF\r\n"],
    ["a web page", "<!doctype html>"],
  ]
) {
  Deno.test(`withExternalData() says that a file is ${what}`, async () => {
    const made = withExternalData(bytes(content), "e.onnx", () => Promise.resolve(undefined));
    await assert.rejects(made, new RegExp(`it is ${what.replace(/[()]/g, "\\$&")}, no ONNX file`));
  });
}
