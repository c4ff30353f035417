import assert from "node:assert/strict";
import fc from "fast-check";
import { layerOf, readHar } from "../../lib/hailo/compile/har.ts";
import { readTar, writeTar } from "../../lib/hailo/tar.ts";

const text = (value: string) => new TextEncoder().encode(value);

Deno.test("writeTar() and readTar() keep every file, and equal files give equal bytes", () => {
  const file = fc.record({
    path: fc.stringMatching(/^[a-z]{1,8}\/[a-z]{1,8}\.bin$/),
    bytes: fc.uint8Array(),
  });
  fc.assert(
    fc.property(fc.uniqueArray(file, { selector: (f) => f.path, maxLength: 5 }), (files) => {
      const read = readTar(writeTar(files));
      assert.deepEqual([...read.keys()], files.map((f) => f.path));
      for (const { path, bytes } of files) assert.deepEqual(Array.from(read.get(path)!), Array.from(bytes));
      assert.deepEqual(writeTar(files), writeTar(files));
    }),
    { seed: 2, numRuns: 50 },
  );
});

Deno.test("writeTar() makes what tar takes", async () => {
  let program: Deno.ChildProcess;
  try {
    program = new Deno.Command("tar", { args: ["-t", "-v", "-f", "-"], stdin: "piped", stdout: "piped" })
      .spawn();
  } catch {
    return console.log("tar is not on PATH: not compared with it");
  }
  const writer = program.stdin.getWriter();
  await writer.write(writeTar([{ path: "a/b.txt", bytes: text("hello") }]));
  await writer.close();
  const { code, stdout } = await program.output();
  assert.equal(code, 0);
  assert.match(new TextDecoder().decode(stdout), /^-rw-r--r-- 0\/0 +5 1970-01-01 .* a\/b\.txt$/m);
});

Deno.test("writeTar() refuses paths that do not fit, readTar() archives that are cut", () => {
  assert.throws(() => writeTar([{ path: "x".repeat(101), bytes: text("") }]), RangeError);
  assert.throws(
    () => readTar(writeTar([{ path: "a", bytes: new Uint8Array(2000) }]).subarray(0, 1500)),
    RangeError,
  );
});

Deno.test("readHar() finds the layer behind an end node", () => {
  const hn = {
    layers: {
      "net/input_layer1": { type: "input_layer", original_names: ["window"] },
      "net/conv4": { type: "conv", original_names: ["projection", "fsq.bounded"] },
      "net/output_layer1": { type: "output_layer", original_names: ["fsq.bounded"] },
    },
    net_params: { output_layers_order: ["net/output_layer1"] },
  };
  const har = readHar(writeTar([{ path: "net.hn", bytes: text(JSON.stringify(hn)) }]))!;
  assert.equal(layerOf(har, "fsq.bounded"), "conv4");
  assert.equal(layerOf(har, "other"), undefined);
  assert.deepEqual(har.outputs, ["output_layer1"]);
});

Deno.test("readHar() gives null for a layout that it does not know", () => {
  assert.equal(readHar(new Uint8Array(0)), null);
  assert.equal(readHar(writeTar([{ path: "net.hn", bytes: text("{") }])), null);
  assert.equal(readHar(text("no tar at all, but long enough ".repeat(40))), null);
});
