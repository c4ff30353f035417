/**
 * Runs before npm's install scripts. That of onnxruntime-node would fetch 300 MB of CUDA libraries from another server
 * on Linux, and fail the installation where that server is out of reach; Motiflow computes on the CPU. The script looks
 * whether its files are there, so empty ones let it be. Whoever asks for CUDA by its own setting gets it.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "./home.mjs";

const { npm_config_onnxruntime_node_install, ONNXRUNTIME_NODE_INSTALL } = process.env;
const asked = npm_config_onnxruntime_node_install ?? ONNXRUNTIME_NODE_INSTALL;
const runtime = packageFolder("onnxruntime-node");
const binaries = runtime && join(runtime, "bin/napi-v6/linux/x64");
if (asked === undefined && binaries && process.platform === "linux" && process.arch === "x64") {
  for (const provider of ["cuda", "shared", "tensorrt"]) {
    const library = join(binaries, `libonnxruntime_providers_${provider}.so`);
    if (!existsSync(library)) writeFileSync(library, "");
  }
}
