/**
 * Deno's own Jupyter kernel as a child process, driven without Python. The kernel runs with all permissions: a notebook
 * is trusted code.
 */
import { join } from "node:path";
import type { Json } from "../../artifacts/artifact.ts";
import { type JupyterMessage, Signer } from "./jupyter_message.ts";
import { endMark, type KernelOutput, prelude, printMark, takeMark, toOutput } from "./kernel_prelude.ts";
import { kernelHome } from "./kernel_home.ts";
import { Zmtp } from "./zmtp.ts";

export interface KernelOptions {
  /** Folder from which the notebook's relative imports and files are resolved, and `deno.json` is looked for upwards. */
  cwd: string;
  /** An existing private folder for the connection file, which holds the secret key. */
  scratch: string;
  /** Kills the kernel when aborted. */
  signal?: AbortSignal;
  /** Program to start, for tests. @default Deno.execPath() */
  program?: string;
  /** Whose key signs messages, where others than this program talk to the kernel. @default one of its own */
  key?: string;
}

/** A kernel's ports, as connection files name them. */
export type KernelPorts = Record<
  "shell_port" | "iopub_port" | "stdin_port" | "control_port" | "hb_port",
  number
>;

/** Thrown when the kernel itself is gone or does not answer; the notebook cannot go on. */
export class KernelError extends Error {
  /** What the cell had put out when the kernel ended. */
  outputs: KernelOutput[] = [];

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "KernelError";
  }
}

/**
 * How V8 collects: what cells threw away stays up to a fifth of what they keep, not as much again. A report of 10⁷ windows
 * took 415 MiB in the kernel in place of 587 for 7 % more processor time (n = 1).
 */
const thrifty = "--heap-growing-percent=20,--max-semi-space-size=4";

const silence = 40;
const startLimit = 90_000;
const outputTypes = new Set([
  "stream",
  "display_data",
  "execute_result",
  "error",
  "update_display_data",
  "clear_output",
]);

function executeRequest(code: string): Json {
  const rest = { user_expressions: {}, allow_stdin: false, stop_on_error: true };
  return { code, silent: false, store_history: true, ...rest };
}

const delay = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** Ports that nobody listens on now; another program may take one before the kernel does, so a start may be retried. */
function freePorts(n: number): number[] {
  const listeners = Array.from({ length: n }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = listeners.map((l) => l.addr.port);
  for (const listener of listeners) listener.close();
  return ports;
}

/** A running kernel. */
export class Kernel {
  readonly #child: Deno.ChildProcess;
  readonly #signer: Signer;
  readonly #session = crypto.randomUUID();
  readonly #sockets: Zmtp[] = [];
  readonly #replies = new Map<string, (message: JupyterMessage) => void>();
  readonly #failure = Promise.withResolvers<never>();
  #shell!: Zmtp;
  #control!: Zmtp;
  #listener: (message: JupyterMessage) => void = () => {};
  #lastOutput = 0;
  #failed = false;
  #stderr = "";
  #stderrDone: Promise<void>;
  /** Where the kernel listens on 127.0.0.1. */
  readonly ports: KernelPorts;

  private constructor(child: Deno.ChildProcess, signer: Signer, ports: KernelPorts) {
    this.#child = child;
    this.#signer = signer;
    this.ports = ports;
    this.#failure.promise.catch(() => {});
    this.#stderrDone = this.#drain(child.stderr);
    child.status.then(async (status) => {
      await this.#stderrDone;
      const printed = this.#stderr.trim().split("\n").filter((line) =>
        !line.includes('"deno jupyter" is unstable')
      );
      const tail = printed.slice(-5).join("\n");
      this.#fail(
        `Cannot go on with notebook: the kernel ended (${status.signal ?? `exit code ${status.code}`})` +
          (tail === "" ? "" : `\n${tail}`),
      );
    });
  }

  /**
   * Starts a kernel and returns when it answers and its outputs are subscribed to.
   *
   * @throws {KernelError} when it does not come up.
   */
  static async start(options: KernelOptions): Promise<Kernel> {
    for (let attempt = 1;; attempt++) {
      try {
        return await Kernel.#startOnce(options);
      } catch (error) {
        if (attempt === 3 || options.signal?.aborted) throw error;
      }
    }
  }

  static async #startOnce({ cwd, scratch, signal, program, ...options }: KernelOptions): Promise<Kernel> {
    signal?.throwIfAborted();
    const [shell, iopub, stdin, control, heartbeat] = freePorts(5);
    const ports = {
      shell_port: shell!,
      iopub_port: iopub!,
      stdin_port: stdin!,
      control_port: control!,
      hb_port: heartbeat!,
    };
    const key = options.key ?? crypto.getRandomValues(new Uint8Array(32)).toHex();
    const file = join(scratch, `kernel-${crypto.randomUUID()}.json`);
    const connection = {
      ip: "127.0.0.1",
      transport: "tcp",
      ...ports,
      key,
      signature_scheme: "hmac-sha256",
      kernel_name: "deno",
    };
    await Deno.writeTextFile(file, JSON.stringify(connection), { mode: 0o600, createNew: true });
    try {
      const home = await kernelHome(scratch, cwd);
      const child = new Deno.Command(program ?? Deno.execPath(), {
        args: ["jupyter", "--kernel", "--conn", file],
        cwd: home,
        // With a package.json beside it the kernel would resolve modules as Node does.
        env: { DENO_NO_PACKAGE_JSON: "1", DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1", DENO_V8_FLAGS: thrifty },
        stdin: "piped",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      const kernel = new Kernel(child, await Signer.of(key), ports);
      const kill = () => kernel.#kill("the run was cancelled");
      signal?.addEventListener("abort", kill, { once: true });
      child.status.then(() => signal?.removeEventListener("abort", kill));
      try {
        const up = kernel.#connect();
        await kernel.#within(up, startLimit, "the kernel did not start");
        const output = await kernel.execute(prelude(cwd, options.key === undefined), {
          timeoutSeconds: startLimit / 1000,
        });
        const failed = output.find((o) => o.type === "error");
        if (failed) throw new KernelError(`Cannot start kernel: ${failed.content.evalue}`);
      } catch (error) {
        await kernel.#end();
        throw error;
      }
      return kernel;
    } finally {
      await Deno.remove(file).catch(() => {});
    }
  }

  /**
   * Runs one cell and returns what it put out, in order. Output that arrives after the reply still belongs to the cell:
   * the kernel sends `idle` before it has drained its queue. So a mark is sent through the same queue after the cell, and
   * the cell ends when the mark has come out, followed by 40 ms of silence for what nobody awaited.
   *
   * @throws {KernelError} when the kernel dies or the time is over (the kernel is then killed).
   */
  async execute(code: string, { timeoutSeconds = 600 } = {}): Promise<KernelOutput[]> {
    const outputs: KernelOutput[] = [];
    const idle = Promise.withResolvers<void>();
    const drained = Promise.withResolvers<void>();
    const request = await this.#signer.pack("execute_request", executeRequest(code), this.#session);
    const mark = endMark(crypto.randomUUID());
    this.#listener = (message) => {
      if (message.type === "status" && message.parent === request.id) {
        if (message.content.execution_state === "idle") idle.resolve();
      }
      if (!outputTypes.has(message.type)) return;
      const output = toOutput(message);
      if (takeMark(output, mark)) drained.resolve();
      if (output.content.text !== "") outputs.push(output);
    };
    const run = async () => {
      const { content } = await this.#ask(this.#shell, request);
      await idle.promise;
      await this.#ask(
        this.#shell,
        await this.#signer.pack("execute_request", executeRequest(printMark(mark)), this.#session),
      );
      await drained.promise;
      while (performance.now() - this.#lastOutput < silence) {
        await delay(silence - (performance.now() - this.#lastOutput) + 1);
      }
      // A syntax error stands in the reply only.
      if (content.status === "error" && !outputs.some((output) => output.type === "error")) {
        const { ename = "Error", evalue = "", traceback = [] } = content as Record<string, Json>;
        const hint = "The kernel gives no more reason; most often the cell does not parse.";
        const lines = Array.isArray(traceback) && traceback.length > 0
          ? traceback
          : [`${ename}: ${evalue}`, hint];
        outputs.push({ type: "error", content: { ename, evalue, traceback: lines } });
      }
    };
    try {
      await this.#within(run(), timeoutSeconds * 1000, `the cell ran longer than ${timeoutSeconds} s`);
    } catch (error) {
      if (error instanceof KernelError) error.outputs = outputs;
      throw error;
    }
    this.#listener = () => {};
    return outputs;
  }

  /** When the kernel has ended. */
  get ended(): Promise<unknown> {
    return this.#child.status;
  }

  /** Asks the kernel to end and waits for it; kills it when it does not within two seconds. */
  async shutdown(): Promise<void> {
    if (!this.#failed) {
      const request = await this.#signer.pack("shutdown_request", { restart: false }, this.#session);
      // No answer is fine: the kernel may be gone before it has sent one.
      await this.#control.send(request.frames).catch(() => {});
    }
    await this.#end(2000);
  }

  async #connect(): Promise<void> {
    const { iopub_port, shell_port, control_port } = this.ports;
    const iopub = await this.#open(iopub_port, "SUB");
    this.#shell = await this.#open(shell_port, "DEALER");
    this.#control = await this.#open(control_port, "DEALER");
    const subscribed = Promise.withResolvers<void>();
    this.#listener = (message) => message.type === "status" && subscribed.resolve();
    this.#receive(iopub, (message) => {
      this.#lastOutput = performance.now();
      this.#listener(message);
    });
    const answer = (message: JupyterMessage) => this.#replies.get(message.parent)?.(message);
    this.#receive(this.#shell, answer);
    this.#receive(this.#control, answer);
    // A publisher drops what it sends before a subscription has arrived: ask until a status comes through.
    for (let seen = false; !seen;) {
      await this.#ask(this.#shell, await this.#signer.pack("kernel_info_request", {}, this.#session));
      seen = await Promise.race([subscribed.promise.then(() => true), delay(50).then(() => false)]);
    }
  }

  async #open(port: number, type: "DEALER" | "SUB"): Promise<Zmtp> {
    for (;;) {
      if (this.#failed) await this.#failure.promise;
      try {
        const socket = await Zmtp.open(port, type);
        this.#sockets.push(socket);
        return socket;
      } catch (error) {
        if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
        await delay(25);
      }
    }
  }

  /** Sends a request and waits for its reply. */
  async #ask(socket: Zmtp, request: { id: string; frames: string[] }): Promise<JupyterMessage> {
    const reply = new Promise<JupyterMessage>((done) => this.#replies.set(request.id, done));
    try {
      await socket.send(request.frames);
      return await Promise.race([reply, this.#failure.promise]);
    } finally {
      this.#replies.delete(request.id);
    }
  }

  /** Hands every message of a socket to `handle` until the socket closes. */
  async #receive(socket: Zmtp, handle: (message: JupyterMessage) => void): Promise<void> {
    try {
      for (;;) handle(await this.#signer.unpack(await socket.receive()));
    } catch (error) {
      // The end of the process says why it ended; give that message the first word.
      await Promise.race([this.#child.status.then(() => this.#stderrDone), delay(500)]);
      this.#fail(`Cannot go on with notebook: ${(error as Error).message}`);
    }
  }

  async #drain(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      this.#stderr = (this.#stderr + decoder.decode(bytes, { stream: true })).slice(-8192);
    }
  }

  async #within<T>(work: Promise<T>, milliseconds: number, why: string): Promise<T> {
    const timer = setTimeout(() => this.#kill(why), milliseconds);
    try {
      work.catch(() => {});
      return await Promise.race([work, this.#failure.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #fail(message: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#failure.reject(new KernelError(message));
    for (const socket of this.#sockets) socket.close();
  }

  #kill(why: string): void {
    this.#fail(`Cannot go on with notebook: ${why}`);
    this.#signalChild();
  }

  #signalChild(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }

  async #end(grace = 0): Promise<void> {
    const timer = setTimeout(() => this.#signalChild(), grace);
    await this.#child.status;
    clearTimeout(timer);
    await this.#stderrDone;
    await this.#child.stdin.close().catch(() => {});
    this.#fail("the kernel was shut down");
  }
}
