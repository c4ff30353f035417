import assert from "node:assert/strict";
import { join } from "node:path";
import { InputError } from "../../../lib/errors.ts";
import { installKernel, jupyterFolder, serveKernel } from "../../../lib/report/kernel/jupyter.ts";
import { Signer } from "../../../lib/report/kernel/jupyter_message.ts";
import { Zmtp } from "../../../lib/report/kernel/zmtp.ts";

Deno.test("jupyterFolder() is where Jupyter looks on each system", () => {
  const folder = (os: typeof Deno.build.os, env: Record<string, string>) =>
    jupyterFolder((name) => env[name], os);
  assert.equal(folder("linux", { HOME: "/home/a" }), "/home/a/.local/share/jupyter");
  assert.equal(folder("linux", { HOME: "/home/a", XDG_DATA_HOME: "/data" }), "/data/jupyter");
  assert.equal(folder("darwin", { HOME: "/Users/a" }), "/Users/a/Library/Jupyter");
  assert.equal(folder("windows", { APPDATA: "/roaming" }), "/roaming/jupyter");
  assert.equal(folder("darwin", { HOME: "/Users/a", JUPYTER_DATA_DIR: "/else" }), "/else");
});

/** Ports that nobody listens on, as Jupyter picks them before it starts a kernel. */
function freePorts(): Record<string, number> {
  const names = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"];
  const listeners = names.map(() => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = Object.fromEntries(names.map((name, i) => [name, listeners[i]!.addr.port]));
  for (const listener of listeners) listener.close();
  return ports;
}

async function opened(port: number, type: "DEALER"): Promise<Zmtp> {
  for (;;) {
    try {
      return await Zmtp.open(port, type);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

Deno.test("serveKernel() gives Jupyter a kernel that stands beside the notebook, finds motiflow, and ends when told", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "motiflow-jupyter-" }));
  try {
    const key = "0123456789abcdef";
    const ports = freePorts();
    const file = join(folder, "connection.json");
    const connection = { ...ports, ip: "127.0.0.1", key, transport: "tcp", signature_scheme: "hmac-sha256" };
    await Deno.writeTextFile(file, JSON.stringify(connection));
    const served = serveKernel(file, folder);
    const signer = await Signer.of(key);
    const shell = await opened(ports.shell_port!, "DEALER");
    const code = `const { facts } = await import("motiflow");
      Deno.writeTextFileSync("here.txt", Deno.cwd() + " " + typeof facts);`;
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
    await shell.send((await signer.pack("execute_request", content, "s")).frames);
    const reply = await signer.unpack(await shell.receive());
    assert.deepEqual([reply.type, reply.content.status], ["execute_reply", "ok"]);
    assert.equal(await Deno.readTextFile(join(folder, "here.txt")), `${folder} function`);
    const control = await opened(ports.control_port!, "DEALER");
    await control.send((await signer.pack("shutdown_request", { restart: false }, "s")).frames);
    await served;
    shell.close();
    control.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("serveKernel() refuses files that Jupyter did not write for this machine", async () => {
  const folder = await Deno.makeTempDir({ prefix: "motiflow-jupyter-" });
  try {
    const file = join(folder, "connection.json");
    const good = {
      ...freePorts(),
      ip: "127.0.0.1",
      key: "k",
      transport: "tcp",
      signature_scheme: "hmac-sha256",
    };
    const bad = [
      "no JSON",
      "null",
      JSON.stringify({ ...good, transport: "ipc" }),
      JSON.stringify({ ...good, key: "" }),
      JSON.stringify({ ...good, ip: "0.0.0.0" }),
      JSON.stringify({ ...good, hb_port: "x" }),
    ];
    for (const text of bad) {
      await Deno.writeTextFile(file, text);
      await assert.rejects(serveKernel(file, folder), InputError, text);
    }
    await assert.rejects(serveKernel(join(folder, "nothing"), folder), InputError);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("installKernel() writes what Jupyter starts", async () => {
  const folder = await Deno.makeTempDir({ prefix: "motiflow-jupyter-" });
  try {
    const written = await installKernel(["node", "motiflow.mjs"], folder);
    const spec = JSON.parse(await Deno.readTextFile(join(written, "kernel.json")));
    assert.deepEqual(spec.argv, ["node", "motiflow.mjs", "kernel", "start", "{connection_file}"]);
    assert.equal(spec.language, "typescript");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
