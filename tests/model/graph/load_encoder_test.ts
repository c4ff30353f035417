import assert from "node:assert/strict";
import { join } from "node:path";
import { loadEncoder } from "../../../lib/model/graph/load_encoder.ts";
import { readFiles } from "../../house/files.ts";

const shape = { length: 20, channels: 3, sensors: 1, features: 8 };

Deno.test("no module of the program imports TensorFlow.js: a step that names no encoder file loads none of it", () => {
  const names =
    /(?:from|import|import\(|require\()\s*"(?:(?:npm:)?@tensorflow\/|[./]*(?:tfjs\/)?library\.ts)/;
  assert.ok(names.test('import * as tf from "@tensorflow/tfjs";'));
  const files = readFiles("lib");
  assert.ok(files.some(({ path }) => path === "lib/model/graph/encoder_worker.ts"));
  assert.deepEqual(files.filter(({ text }) => names.test(text)).map(({ path }) => path), [
    "lib/model/tfjs/library.ts",
    "lib/model/tfjs/tensor_methods.ts",
  ]);
});

Deno.test("loadEncoder() passes on what the file says, and says once how to spare slow initial weights", async () => {
  const path = join(await Deno.makeTempDir(), "encoder.ts");
  await Deno.writeTextFile(
    path,
    `import * as tf from "@tensorflow/tfjs";
    export default function ({ length, channels }: { length: number; channels: number }) {
      console.log("width", channels);
      const cell = { units: 23, returnSequences: true };
      return tf.sequential({ layers: [
        tf.layers.lstm({ inputShape: [length, channels], ...cell }), tf.layers.lstm(cell),
        tf.layers.globalAveragePooling1d() ] });
    }`,
  );
  const said: string[] = [];
  const { graph } = await loadEncoder(path, shape, { log: (text) => said.push(text) });
  assert.deepEqual(graph.map(({ op }) => op), ["input", "lstm", "lstm", "globalAverage"]);
  assert.equal(said.length, 2);
  assert.equal(said[0], "width 3");
  assert.match(said[1], /^Initial weights are drawn by the step: recurrentInitializer: "zeros" spares/);
});

Deno.test("loadEncoder() ends a file that never ends when the step is stopped", async () => {
  const path = join(await Deno.makeTempDir(), "encoder.ts");
  await Deno.writeTextFile(path, "export default () => { while (true); };");
  const stopped = loadEncoder(path, shape, { log: () => {}, signal: AbortSignal.timeout(300) });
  await assert.rejects(stopped, (error: Error) => error.name === "TimeoutError");
});

Deno.test("loadEncoder() names the file whose error nobody in it waits for", async () => {
  const path = join(await Deno.makeTempDir(), "encoder.ts");
  await Deno.writeTextFile(
    path,
    `setTimeout(() => { throw new RangeError("too late"); });
    await new Promise((resolve) => setTimeout(resolve, 5000));
    export default () => null;`,
  );
  await assert.rejects(loadEncoder(path, shape, { log: () => {} }), (error: Error & { file?: string }) => {
    assert.match(error.message, /^encoder.ts: Cannot run encoder: .*too late/);
    assert.equal(error.file, "encoder.ts");
    return true;
  });
});

Deno.test("loadEncoder() says by which name TensorFlow.js is there, and not what the runtime advises", async () => {
  const path = join(await Deno.makeTempDir(), "encoder.ts");
  for (const name of ["@tensorflow/tfjs-data", "@tensorflow/tfjs-node"]) {
    await Deno.writeTextFile(path, `import * as tf from "${name}"; export default () => tf.sequential();`);
    await assert.rejects(loadEncoder(path, shape, { log: () => {} }), (error: Error) => {
      assert.match(
        error.message,
        new RegExp(`Cannot run encoder: it imports ${name}, which the program does not have`),
      );
      assert.match(error.message, /by the name "@tensorflow\/tfjs"/);
      return true;
    });
  }
});

Deno.test("loadEncoder() refuses layers that compute something of the file's own under the name of one that is known", async () => {
  const path = join(await Deno.makeTempDir(), "encoder.ts");
  const forms = {
    call: `const odd = tf.layers.activation({ activation: "linear", name: "odd" });
      odd.call = (x) => tf.abs(Array.isArray(x) ? x[0] : x);`,
    class: `const Dense = tf.layers.dense({ units: 1 }).constructor;
      class Doubled extends Dense { call(x, k) { return tf.mul(super.call(x, k), 2); } }
      const odd = new Doubled({ units: 4, name: "odd" });`,
    named: `const Dense = tf.layers.dense({ units: 1 }).constructor;
      class Doubled extends Dense { static className = "Dense"; call(x, k) { return tf.mul(super.call(x, k), 2); } }
      tf.serialization.registerClass(Doubled);
      const odd = new Doubled({ units: 4, name: "odd" });`,
    inside: `const deep = tf.layers.reLU({ inputShape: [length, channels], name: "odd" });
      deep.call = (x) => x; const odd = tf.sequential({ layers: [deep] });`,
  };
  for (const [form, made] of Object.entries(forms)) {
    await Deno.writeTextFile(
      path,
      `import * as tf from "@tensorflow/tfjs";
      export default ({ length, channels }) => { ${made}
        return tf.sequential({ layers: [tf.layers.reshape({ inputShape: [length, channels], targetShape: [length, channels] }),
          odd, tf.layers.flatten()] }); };`,
    );
    await assert.rejects(
      loadEncoder(path, shape, { log: () => {} }),
      /layer odd computes something of the file's own, which is not recorded/,
      form,
    );
  }
});
