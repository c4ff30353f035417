/** What tests of the device benchmark share: a compiled HEF, the scripts, whether Python has numpy. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileBundle } from "../../lib/hailo/compile/compile_bundle.ts";
import { installStandIns } from "../standins/install.ts";
import { sampleBundle } from "./sample_bundle.ts";

export const deviceTools = ["ssh", "ssh-keygen", "hailortcli", "vcgencmd", "modinfo", "lspci"];

const folder = fileURLToPath(new URL("../../hailo", import.meta.url));

/** The stand-in of pyHailoRT computes with numpy, as the real one does. */
export const hasNumpy = await (async () => {
  try {
    const env = { PATH: "/usr/local/bin:/usr/bin:/bin" };
    const python = new Deno.Command("python3", {
      args: ["-c", "import numpy"],
      stderr: "null",
      clearEnv: true,
      env,
    });
    return (await python.output()).success;
  } catch {
    return false;
  }
})();

export const readAgent = () => Deno.readTextFile(join(folder, "agent.py"));

/** The Python files of the package's `scripts/`. */
export async function deviceScripts(): Promise<{ path: string; source: string }[]> {
  const scripts: { path: string; source: string }[] = [];
  for await (const { name } of Deno.readDir(join(folder, "package/scripts"))) {
    if (!name.endsWith(".py")) continue;
    scripts.push({ path: `scripts/${name}`, source: join(folder, "package/scripts", name) });
  }
  return scripts;
}

let hef: string | undefined;

/** A Hef directory made by the stand-in compiler; shared and read only. */
export async function compiledHef(): Promise<string> {
  if (hef !== undefined) return hef;
  const dir = await Deno.makeTempDir({ prefix: "hailo-hef-" });
  const tools = await installStandIns(dir, ["hailo"]);
  const out = join(dir, "hef");
  await Deno.mkdir(out);
  await compileBundle({
    bundle: await sampleBundle(),
    dir: out,
    scratch: join(dir, "scratch"),
    arch: "hailo8",
    netName: "motiflow",
    script: { optimizationLevel: 0, compressionLevel: 0, compilerLevel: "default", outputPrecision: "a8_w8" },
    minCalibration: 100,
    randomCalibration: false,
    requireLevel: true,
    onSdkMissing: "fail",
    sdk: { program: join(tools.bin, "hailo"), minVersion: "3.30.0", maxMajor: 3 },
    timeouts: { parse: 60, optimize: 60, compile: 60 },
    env: tools.env,
  });
  globalThis.addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
  return hef = out;
}
