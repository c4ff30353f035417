/** What this machine can do: runtime, native libraries and the programs that some steps start. */
import { commandLine } from "../text/program.ts";
import { bestProvider, nodeRuntimeFailure } from "../onnx/runtime.ts";

/** What one check found. */
export interface MachineFinding {
  name: string;
  /** `missing` names something optional that is not here. */
  status: "ok" | "missing" | "problem";
  detail: string;
}

/** All checks, in the order in which they are shown. */
export async function checkMachine(): Promise<MachineFinding[]> {
  return await Promise.all([
    denoFinding(),
    onnxFinding(),
    writeFinding(),
    kernelFinding(),
    program("Hailo Dataflow Compiler", "hailo", ["--version"], "needed to compile for Hailo-8"),
    program("HailoRT", "hailortcli", ["--version"], "needed to run on a Hailo-8 in this machine"),
    program("SSH", "ssh", ["-V"], "needed to measure on a device"),
    program("Slurm", "sbatch", ["--version"], "needed for cluster jobs"),
    program(
      "GPU",
      "nvidia-smi",
      ["--query-gpu=name", "--format=csv,noheader"],
      "not needed: training runs on the CPU",
    ),
  ]);
}

function denoFinding(): MachineFinding {
  const { deno, v8 } = Deno.version;
  const [major, minor] = deno.split(".").map(Number);
  const recent = major > 2 || (major === 2 && minor >= 9);
  return {
    name: "Deno",
    status: recent ? "ok" : "problem",
    detail: `${deno}, V8 ${v8}, ${Deno.build.target}, ${navigator.hardwareConcurrency} CPUs${
      recent ? "" : "; 2.9 or later is needed"
    }`,
  };
}

async function onnxFinding(): Promise<MachineFinding> {
  const name = "ONNX Runtime";
  const provider = await bestProvider();
  if (provider === "onnxruntime-node") return { name, status: "ok", detail: provider };
  const reason = nodeRuntimeFailure()?.split("\n", 1)[0];
  try {
    await import("onnxruntime-web");
    return { name, status: "ok", detail: `${provider}, slower: onnxruntime-node does not load: ${reason}` };
  } catch {
    return {
      name,
      status: "problem",
      detail: `neither onnxruntime-node nor onnxruntime-web loads: ${reason}`,
    };
  }
}

async function writeFinding(): Promise<MachineFinding> {
  const name = "Project folder";
  try {
    const file = await Deno.makeTempFile({ dir: Deno.cwd(), prefix: ".motiflow-doctor-" });
    await Deno.remove(file);
    return { name, status: "ok", detail: `${Deno.cwd()} can be written` };
  } catch {
    return { name, status: "problem", detail: `${Deno.cwd()} cannot be written: results are kept below it` };
  }
}

/** Jupyter's list of kernels; `notebook` and reports bring their own and need none. */
async function kernelFinding(): Promise<MachineFinding> {
  const words = ["kernelspec", "list", "--json"];
  const purpose = "needed to open notebooks in JupyterLab; `notebook` and reports need none";
  const finding = await program("Jupyter kernel", "jupyter", words, purpose, (list) => {
    const { resource_dir } = JSON.parse(list).kernelspecs?.motiflow ?? {};
    return resource_dir === undefined ? undefined : `motiflow in ${resource_dir}`;
  });
  return finding.detail === ""
    ? {
      ...finding,
      status: "missing",
      detail: `jupyter has no kernel motiflow yet: ${commandLine("kernel", ["install"])}; ${purpose}`,
    }
    : finding;
}

async function program(
  name: string,
  command: string,
  args: string[],
  purpose: string,
  tell: (said: string) => string | undefined = (said) => said.split("\n")[0],
): Promise<MachineFinding> {
  try {
    const signal = AbortSignal.timeout(5000);
    const { success, stdout, stderr } = await new Deno.Command(command, { args, signal, stdin: "null" })
      .output();
    const said = new TextDecoder().decode(stdout.length > 0 ? stdout : stderr).trim();
    return {
      name,
      status: success ? "ok" : "missing",
      detail: success ? tell(said) ?? "" : `${command} is here but fails; ${purpose}`,
    };
  } catch {
    return { name, status: "missing", detail: `no ${command} on PATH; ${purpose}` };
  }
}
