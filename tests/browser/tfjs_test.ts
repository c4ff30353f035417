/** The encoder that an export writes for TensorFlow.js, loaded by a page with the WebAssembly backend. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { writeSavedModel } from "../../lib/model/tfjs/write_model.ts";
import { openSession } from "../../lib/onnx/runtime.ts";
import { sampleModel } from "../model/sample_model.ts";
import { forTfjs, windows } from "../model/graph/tfjs_model.ts";
import { skipReason } from "../house/skip.ts";
import { views, withBrowser, withoutChromium, withPage } from "./browser.ts";

const require = createRequire(import.meta.url);
const wasm = dirname(require.resolve("@tensorflow/tfjs-backend-wasm"));

/** What the page may ask for: the library, its backend and the model. */
const files: Record<string, string> = {
  "core.js": require.resolve("@tensorflow/tfjs-core/dist/tf-core.min.js"),
  "layers.js": require.resolve("@tensorflow/tfjs-layers/dist/tf-layers.min.js"),
  "wasm.js": join(wasm, "tf-backend-wasm.min.js"),
  ...Object.fromEntries(
    ["", "-simd", "-threaded-simd"].map((kind) => {
      const name = `tfjs-backend-wasm${kind}.wasm`;
      return [name, join(wasm, name)];
    }),
  ),
};

/** Serves these files and `made` on loopback, and notes what else was asked for. */
function serve(made: Record<string, Uint8Array<ArrayBuffer>>) {
  const unknown: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const name = new URL(request.url).pathname.slice(1);
    const content = Object.hasOwn(made, name)
      ? made[name]
      : Object.hasOwn(files, name)
      ? await Deno.readFile(files[name])
      : undefined;
    if (content === undefined) {
      if (name !== "favicon.ico") unknown.push(name);
      return new Response(null, { status: 404 });
    }
    const type = name.endsWith(".wasm") ? "application/wasm" : name.endsWith(".html") ? "text/html" : "";
    return new Response(content, type === "" ? {} : { headers: { "content-type": type } });
  });
  return { server, unknown, url: `http://127.0.0.1:${server.addr.port}/` };
}

Deno.test({
  name: "a page loads the exported encoder in TensorFlow.js on WebAssembly, and gets the latents of ONNX",
  ignore: skipReason(withoutChromium),
  async fn() {
    const model = sampleModel({ neck: [7] });
    const { input, latent: width } = model.architecture;
    const n = 5;
    const x = windows(n, input);
    const session = await openSession(model.onnx);
    const { latent } = await session.run({ window: { data: x, shape: [n, ...input] } }, ["latent"]);
    await session.release();
    const { file, weights } = writeSavedModel(model, "weights.bin");
    const text = (value: string) => new TextEncoder().encode(value);
    const { server, unknown, url } = serve({
      "page.html": text(
        ["core", "layers", "wasm"].map((name) => `<script src="${name}.js"></script>`).join(""),
      ),
      "model.json": text(JSON.stringify(file)),
      "weights.bin": weights,
    });
    const given = forTfjs(x, input, "grid");
    try {
      await withBrowser((browser) =>
        withPage(browser, `${url}page.html`, views[0], async (page) => {
          const abroad: string[] = [];
          page.on("request", (request) => {
            if (!request.url().startsWith(url)) abroad.push(request.url());
          });
          const answer: { backend: string; shape: number[]; values: number[] } = await page.evaluate(
            `(async () => {
              tf.wasm.setWasmPaths("/");
              await tf.setBackend("wasm");
              const model = await tf.loadLayersModel("/model.json");
              const out = model.predict(tf.tensor(${JSON.stringify([...given.dataSync()])}, ${
              JSON.stringify(given.shape)
            }));
              return { backend: tf.getBackend(), shape: out.shape, values: [...await out.data()] };
            })()`,
          );
          assert.equal(answer.backend, "wasm");
          assert.deepEqual(answer.shape, [n, width]);
          (latent.data as Float32Array).forEach((z, i) =>
            assert.ok(
              Math.abs(z - answer.values[i]) < 1e-5 * Math.max(1, Math.abs(z)),
              `${z} ${answer.values[i]}`,
            )
          );
          assert.deepEqual([abroad, unknown], [[], []]);
        })
      );
    } finally {
      await server.shutdown();
    }
  },
});
