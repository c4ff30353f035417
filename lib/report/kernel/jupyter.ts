/**
 * The kernel that Jupyter starts for notebooks of a project: Deno's, where `motiflow` and the project's packages resolve as
 * in `notebook`. Deno's kernel can be told neither, so it is started in a folder of its own that says so, told where the
 * notebook lies, and only then reached by Jupyter: what comes in at Jupyter's ports is handed on byte by byte.
 */
import { join } from "node:path";
import { InputError } from "../../errors.ts";
import { Kernel, type KernelPorts } from "./kernel.ts";

/** How Jupyter calls the kernel. */
export const kernelName = "motiflow";

/** Where Jupyter keeps what belongs to a user: https://docs.jupyter.org/en/stable/use/jupyter-directories.html. */
export function jupyterFolder(
  env: (name: string) => string | undefined,
  os: typeof Deno.build.os,
): string {
  const home = env("HOME") ?? env("USERPROFILE") ?? ".";
  const own = env("JUPYTER_DATA_DIR");
  if (own) return own;
  if (os === "darwin") return join(home, "Library/Jupyter");
  if (os === "windows") return join(env("APPDATA") ?? home, "jupyter");
  return join(env("XDG_DATA_HOME") || join(home, ".local/share"), "jupyter");
}

/**
 * Lets Jupyter offer the kernel.
 *
 * @param words That start this program.
 * @param jupyter Where Jupyter looks.
 * @returns The folder that was written.
 */
export async function installKernel(words: readonly string[], jupyter: string): Promise<string> {
  const folder = join(jupyter, "kernels", kernelName);
  await Deno.mkdir(folder, { recursive: true });
  const spec = {
    argv: [...words, "kernel", "start", "{connection_file}"],
    display_name: "Motiflow (Deno)",
    language: "typescript",
  };
  await Deno.writeTextFile(join(folder, "kernel.json"), JSON.stringify(spec, null, 2) + "\n");
  return folder;
}

const channels = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;

/**
 * Serves a kernel at the ports of a connection file until Jupyter ends it.
 *
 * @param cwd Folder of the notebook.
 * @throws {InputError} for a file that is none, or asks for other transports than Jupyter's usual ones.
 */
export async function serveKernel(connectionFile: string, cwd: string): Promise<void> {
  const { ip, key, ...connection } = await readConnection(connectionFile);
  const scratch = await Deno.makeTempDir({ prefix: "motiflow-kernel-" });
  const listeners: Deno.TcpListener[] = [];
  try {
    const kernel = await Kernel.start({ cwd, scratch, key });
    for (const channel of channels) {
      const listener = Deno.listen({ hostname: ip, port: connection[channel] });
      listeners.push(listener);
      void handOn(listener, kernel.ports[channel]);
    }
    await kernel.ended;
  } finally {
    for (const listener of listeners) listener.close();
    await Deno.remove(scratch, { recursive: true });
  }
}

async function readConnection(file: string): Promise<KernelPorts & { ip: string; key: string }> {
  let found;
  try {
    found = JSON.parse(await Deno.readTextFile(file));
  } catch (cause) {
    throw new InputError(`Cannot start kernel: ${(cause as Error).message}`, { file });
  }
  const { transport, signature_scheme, key, ip } = found ?? {};
  // The kernel itself listens on loopback only; so does what leads to it.
  const ours = transport === "tcp" && signature_scheme === "hmac-sha256" && key &&
    /^127\.|^localhost$|^::1$/.test(ip);
  if (ours && channels.every((channel) => Number.isInteger(found[channel]))) return found;
  throw new InputError(
    "Cannot start kernel: the connection file asks for something else than signed messages over TCP on this machine",
    { file, hint: "Jupyter writes it when it starts the kernel; nobody else has to call this." },
  );
}

/** Hands connections on to a port of the kernel, for as long as there is one. */
async function handOn(listener: Deno.TcpListener, port: number): Promise<void> {
  try {
    for await (const outer of listener) {
      const inner = await Deno.connect({ hostname: "127.0.0.1", port });
      for (const [from, to] of [[outer, inner], [inner, outer]] as const) {
        // A side that closes closes the other; whose connection broke has nothing more to say.
        void from.readable.pipeTo(to.writable).catch(() => {});
      }
    }
  } catch {
    // The kernel has ended, which its status tells.
  }
}
