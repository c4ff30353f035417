/** A worker for the code of a user's step, in this process or, where the project has packages of its own, in another. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What both kinds of workers can do. */
export type StepWorker = Pick<Worker, "onmessage" | "onerror" | "postMessage" | "terminate">;

/**
 * Starts a worker with just these permissions.
 *
 * @param config Path of the `deno.json` that it runs with, if not this process's.
 */
export function openStepWorker(
  module: URL,
  permissions: Deno.PermissionOptionsObject,
  config?: string,
): StepWorker {
  if (config !== undefined) return new FarWorker(module, permissions, config);
  return new Worker(module, { type: "module", deno: { permissions } } as WorkerOptions);
}

/** A worker in a process that runs with another configuration; messages are JSON. */
class FarWorker implements StepWorker {
  onmessage: StepWorker["onmessage"] = null;
  onerror: StepWorker["onerror"] = null;
  readonly #child: ChildProcess;
  #ended = false;

  constructor(module: URL, permissions: Deno.PermissionOptionsObject, config: string) {
    const relay = fileURLToPath(new URL("./step_worker_relay.ts", import.meta.url));
    const words = ["run", "--quiet", "--no-prompt", "-A", "--config", config, relay];
    this.#child = spawn(Deno.execPath(), [...words, module.href, JSON.stringify(permissions)], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...Deno.env.toObject(), NO_COLOR: "1" },
    });
    let said = "";
    this.#child.stderr!.on("data", (part: Uint8Array) => said += new TextDecoder().decode(part));
    this.#child.on("message", ({ data, problem }: { data?: unknown; problem?: string }) => {
      if (this.#ended) return;
      if (problem !== undefined) this.#fail(problem);
      else this.onmessage?.call(this as unknown as Worker, new MessageEvent("message", { data }));
    });
    this.#child.on("exit", (code) => {
      const words = said.split("\n").find((line) => line.startsWith("error: "))?.slice(7);
      if (!this.#ended) this.#fail(words ?? `its process ended with exit code ${code}`);
    });
    this.#child.on("error", (error) => this.#fail(error.message));
  }

  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send({ data: message }, () => {});
  }

  terminate(): void {
    this.#ended = true;
    this.#child.kill("SIGKILL");
  }

  #fail(message: string): void {
    this.onerror?.call(this as unknown as Worker, new ErrorEvent("error", { message, cancelable: true }));
  }
}
