/**
 * Gives TensorFlow.js its gradients, which its core leaves out: they lie beside it as modules without endings, so that
 * they are bundled before they are imported.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build, stop } from "esbuild";

const core = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-core"));
const { outputFiles } = await build({
  entryPoints: [join(core, "register_all_gradients.js")],
  bundle: true,
  format: "esm",
  packages: "external",
  write: false,
});
await stop();
const url = URL.createObjectURL(new Blob([outputFiles[0].text], { type: "text/javascript" }));
await import(url);
URL.revokeObjectURL(url);
