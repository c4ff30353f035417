import assert from "node:assert/strict";
import { join } from "node:path";
import { preflightFile } from "../../../lib/hailo/compile/preflight_file.ts";
import { deviceOnnx } from "../../../lib/model/export/export_graphs.ts";
import { sampleModel } from "../../model/sample_model.ts";
import { foreignEncoder, outside } from "../../onnx/foreign_encoders.ts";

const main = new URL("../../../lib/cli/main.ts", import.meta.url).pathname;

Deno.test("preflight names what does not compile with node and cure, and ends with 1 then", async () => {
  const dir = await Deno.makeTempDir();
  const preflight = async (name: string, ...more: string[]) => {
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", main, "preflight", join(dir, name), ...more],
      env: { NO_COLOR: "1" },
    }).output();
    return { code, out: new TextDecoder().decode(stdout) };
  };
  try {
    await Deno.writeFile(join(dir, "good.onnx"), deviceOnnx(sampleModel()));
    const good = await preflight("good.onnx", "--json");
    const told = JSON.parse(good.out);
    assert.deepEqual([good.code, told.ok, told.input.shape], [0, true, [1, 6, 2, 40]]);
    await Deno.writeFile(join(dir, "bad.onnx"), foreignEncoder({ layout: "NTC", batch: 1 }));
    const bad = await preflight("bad.onnx");
    assert.equal(bad.code, 1);
    assert.match(bad.out, /error {2}input x has rank 3, not 4\n[^]*\n {2}Feed a rank-4 tensor/);
    assert.match(bad.out, /not ready {2}see above/);
    // Microcontrollers take sequences, whose layout has to be told.
    const untold = await preflight("bad.onnx", "--target", "c");
    assert.equal(untold.code, 2, "a mistake of the call, not of the encoder");
    const c = await preflight("bad.onnx", "--target", "c", "--layout", "NTC", "--sensors", "2");
    assert.equal(c.code, 0, c.out);
    assert.match(c.out, /RAM, computed\s+\d+ bytes/);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("preflightFile() reads weights beside the file, and says what is no ONNX file", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const { file, data } = outside(foreignEncoder({ batch: 1 }), "w.bin");
    await Deno.writeFile(join(dir, "e.onnx"), file);
    await assert.rejects(preflightFile(join(dir, "e.onnx")), /weights lie in w\.bin, which is not there/);
    await Deno.writeFile(join(dir, "w.bin"), data);
    const { parameters, findings } = await preflightFile(join(dir, "e.onnx"));
    assert.equal(parameters, 120);
    assert.ok(!findings.some(({ code }) => code === "PREFLIGHT_UNREADABLE"));
    await Deno.writeTextFile(join(dir, "lfs.onnx"), "version https://git-lfs.github.com/spec/v1\n");
    await assert.rejects(preflightFile(join(dir, "lfs.onnx")), /it is a pointer of Git LFS/);
    await assert.rejects(preflightFile(join(dir, "none.onnx")), /Cannot read file/);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
