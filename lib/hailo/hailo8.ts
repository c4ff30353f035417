/**
 * Device target `hailo`: a Hailo-8 or 8L on another machine, reached over SSH.
 *
 * The walk: `compile/` checks the device graph and makes a HEF of it; `device/` asks the device what it is, uploads the
 * HEF, compares golden windows, reads the vendor's counters, runs the timed loops and cleans up. Both are loaded when
 * they are used: a plan only needs what stands here.
 */
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Json } from "../artifacts/artifact.ts";
import type { BenchTask, DeviceTarget, UploadTask } from "../device/target.ts";
import type { DecodedModel } from "../onnx/decode.ts";
import type { BundleCompilation } from "./compile/compile_bundle.ts";
import { addressProblems, type SshAddress } from "./device/ssh_address.ts";
import { HailoError } from "./error.ts";

/** The program that answers on a device, and the scripts that it runs there. */
const folder = fileURLToPath(new URL("../../hailo", import.meta.url));
const templates = join(folder, "package");

/** Only these variables reach ssh; no agent, no display, no language. */
const environmentNames = ["PATH", "HOME"];

const address = z.strictObject({
  host: z.string().describe("Host name or address of the device."),
  user: z.string().describe("User on the device; needs no root."),
  port: z.int().default(22).describe("SSH port."),
  identity_file: z.string().describe("Private key, readable by its owner only."),
  known_hosts_file: z.string().describe("File that holds the device's host key."),
  ssh_config_file: z.string().optional().describe("Configuration file for ssh; none is read without it."),
});

/** How to reach the device, with the program that answers there. */
async function ssh(target: SshAddress) {
  const { toolEnvironment } = await import("./process.ts");
  const agent = await Deno.readTextFile(join(folder, "agent.py"));
  return { target, agent, env: toolEnvironment(environmentNames) };
}

/** The Python scripts that run on the device. */
function deviceScripts(programs: readonly string[]): { path: string; source: string }[] {
  return programs.map((source) => ({ path: relative(templates, source).replaceAll("\\", "/"), source }))
    .filter(({ path }) => path.startsWith("scripts/") && path.endsWith(".py"));
}

function compiledDirectory(compiled: string | undefined): string {
  if (compiled === undefined) throw new HailoError("NO_HEF", "no hef is connected to this step");
  return compiled;
}

export const hailo8 = {
  name: "hailo",
  usage: "an SSH target with a Hailo-8",
  deployment: true,
  caveat: null,
  address,
  programs: () => folder,
  templates,
  permissions: (target: SshAddress) => ({
    run: ["ssh", "ssh-keygen"],
    env: environmentNames,
    read: [
      folder,
      target.identity_file,
      target.known_hosts_file,
      ...(target.ssh_config_file === undefined ? [] : [target.ssh_config_file]),
    ],
  }),
  addressProblems,
  async preflight(graph: DecodedModel) {
    const { preflight } = await import("./compile/preflight.ts");
    return preflight(graph).findings;
  },
  async compile(task: BundleCompilation) {
    const { compileBundle } = await import("./compile/compile_bundle.ts");
    return await compileBundle(task);
  },
  async probe(target: SshAddress, architecture: string): Promise<Record<string, Json>> {
    const { deviceIdentity } = await import("./device/benchmark_over_ssh.ts");
    try {
      const options = { ...await ssh(target), timeout: 30, connectTimeout: 5 };
      return { device: await deviceIdentity(options, architecture) };
    } catch (error) {
      if (error instanceof HailoError) return { device: error.code };
      throw error;
    }
  },
  async upload({ bundle, compiled, programs, architecture }: UploadTask) {
    const { readHef } = await import("./device/benchmark_over_ssh.ts");
    const { uploadArchive } = await import("./device/upload_archive.ts");
    const { bytes } = await readHef(compiledDirectory(compiled), architecture);
    return await uploadArchive(bundle, bytes, deviceScripts(programs));
  },
  async bench(target: SshAddress, task: BenchTask) {
    const hef = compiledDirectory(task.compiled);
    const { benchmarkOverSsh } = await import("./device/benchmark_over_ssh.ts");
    const { quantizedTolerance } = await import("./device/quantized_tolerance.ts");
    return await benchmarkOverSsh({
      ssh: { ...await ssh(target), timeout: task.timeout, signal: task.signal },
      bundle: task.bundle,
      hef,
      scripts: deviceScripts(task.programs),
      // Two runs at once must not share a folder; the name appears in no result.
      runName: `run-${crypto.randomUUID()}`,
      expectArch: task.architecture,
      modes: task.modes,
      iterations: task.iterations,
      warmup: task.warmup,
      warmupSeconds: 1,
      launches: task.launches,
      pacedHz: task.pacedHz,
      pacedIterations: task.pacedWindows,
      coreSeconds: task.coreSeconds,
      tolerance: await quantizedTolerance(task),
      measurePower: task.measurePower,
      keepRemote: task.keepRemote,
      progress: task.progress,
    });
  },
} satisfies DeviceTarget<SshAddress, BundleCompilation>;
