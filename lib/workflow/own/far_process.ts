/** A process that runs with another configuration, and its workers. It is there as long as it has any. */
import { fileURLToPath } from "node:url";
import { ChannelDoor, type ProcessChannel } from "./process_channel.ts";
import type { FromRelay, ToRelay } from "./step_worker_relay.ts";

/** What workers of this process and of another can do. */
export type StepWorker = Pick<Worker, "onmessage" | "onerror" | "postMessage" | "terminate">;

/** Those that take further workers, by configuration. */
const open = new Map<string, FarProcess>();

export class FarProcess {
  readonly #config: string;
  readonly #child: Deno.ChildProcess | undefined;
  readonly #channel: Promise<ProcessChannel<ToRelay, FromRelay> | undefined>;
  readonly #workers = new Map<number, FarWorker>();
  #count = 0;

  /** The process of a configuration that several modules share: starting one takes longer than all that they are asked. */
  static shared(config: string): FarProcess {
    const process = open.get(config) ?? new FarProcess(config);
    open.set(config, process);
    return process;
  }

  /** @param config Path of the `deno.json` that it runs with. */
  constructor(config: string) {
    this.#config = config;
    const door = new ChannelDoor();
    this.#channel = door.opened();
    const relay = fileURLToPath(new URL("./step_worker_relay.ts", import.meta.url));
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "-A", "--config", config, relay, door.place],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      env: { NO_COLOR: "1" },
    });
    try {
      this.#child = command.spawn();
    } catch (error) {
      door.close();
      queueMicrotask(() => this.#end((error as Error).message));
      return;
    }
    void this.#listen(this.#child, door);
  }

  /** Starts a worker with just these permissions; messages are JSON. */
  open(module: URL, permissions: Deno.PermissionOptionsObject): StepWorker {
    const id = this.#count++;
    const worker = new FarWorker({
      tell: (data) => this.#send({ id, kind: "tell", data }),
      close: () => this.#close(id),
    });
    this.#workers.set(id, worker);
    this.#send({ id, kind: "open", module: module.href, permissions });
    return worker;
  }

  async #listen(child: Deno.ChildProcess, door: ChannelDoor): Promise<void> {
    const said = new Response(child.stderr).text();
    const ended = child.status.then(({ code }) => (door.close(), code));
    const channel = await this.#channel;
    for await (const message of channel?.messages() ?? []) {
      const worker = this.#workers.get(message.id);
      if ("problem" in message) worker?.fail(message.problem);
      else worker?.hear(message.data);
    }
    channel?.close();
    const code = await ended;
    const words = (await said).split("\n").find((line) => line.startsWith("error: "))?.slice(7);
    this.#end(words ?? `its process ended with exit code ${code}`);
  }

  #send(message: ToRelay): void {
    void this.#channel.then((channel) => channel?.send(message));
  }

  #close(id: number): void {
    if (!this.#workers.delete(id)) return;
    if (this.#workers.size > 0) return this.#send({ id, kind: "close" });
    this.#end("");
    try {
      this.#child?.kill("SIGKILL");
    } catch {
      // Gone already.
    }
  }

  /** Takes no more workers; those that it has fail. */
  #end(problem: string): void {
    if (open.get(this.#config) === this) open.delete(this.#config);
    for (const worker of this.#workers.values()) worker.fail(problem);
    this.#workers.clear();
  }
}

/** One worker of such a process. */
class FarWorker implements StepWorker {
  onmessage: StepWorker["onmessage"] = null;
  onerror: StepWorker["onerror"] = null;
  readonly #far: { tell: (data: unknown) => void; close: () => void };

  constructor(far: { tell: (data: unknown) => void; close: () => void }) {
    this.#far = far;
  }

  postMessage(message: unknown): void {
    this.#far.tell(message);
  }

  terminate(): void {
    this.#far.close();
  }

  hear(data: unknown): void {
    this.onmessage?.call(this as unknown as Worker, new MessageEvent("message", { data }));
  }

  fail(message: string): void {
    this.onerror?.call(this as unknown as Worker, new ErrorEvent("error", { message, cancelable: true }));
  }
}
