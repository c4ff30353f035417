/** The stand-in compiler and device for packages. */
import { join } from "node:path";
import { compileBundle } from "../../lib/hailo/compile/compile_bundle.ts";
import { installStandIns } from "../standins/install.ts";
import { fromFileUrl } from "../standins/paths.ts";
import { assertNoWarning } from "./python_warnings.ts";

/** Compiles a bundle with the stand-in compiler below `dir`; gives the folder of the HEF. */
export async function compileWithStandIn(dir: string, bundle: string): Promise<string> {
  const tools = await installStandIns(dir, ["hailo"]);
  const hef = join(dir, "hef");
  await Deno.mkdir(hef);
  await compileBundle({
    ...{ bundle, dir: hef, scratch: join(dir, "scratch"), arch: "hailo8", netName: "motiflow" },
    ...{ minCalibration: 10, randomCalibration: false, requireLevel: true, onSdkMissing: "fail" },
    script: { optimizationLevel: 0, compressionLevel: 0, compilerLevel: "default", outputPrecision: "a8_w8" },
    sdk: { program: join(tools.bin, "hailo"), minVersion: "3.30.0", maxMajor: 3 },
    timeouts: { parse: 60, optimize: 60, compile: 60 },
    env: tools.env,
  });
  return hef;
}

/** Runs a script of the package in `dir` with the stand-in device on Python's path; warnings are errors. */
export async function pythonOnDevice(dir: string, ...args: string[]) {
  const env = { PYTHONDONTWRITEBYTECODE: "1", PYTHONPATH: fromFileUrl("./python") };
  const { code, stdout, stderr } = await new Deno.Command("python3", {
    args: ["-W", "error", ...args],
    cwd: dir,
    env,
    stdin: "null",
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertNoWarning(err);
  return { code, out, err };
}
