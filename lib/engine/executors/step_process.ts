/** The engine's side of one step process: a program and a process group of its own. */
import { join } from "../../path.ts";
import { formatByteSize } from "../../workflow/byte_size.ts";
import { filePath } from "../system/file_url.ts";
import { programRoot } from "../system/program.ts";
import type { AttemptResult, AttemptSpec } from "./executor.ts";
import { StepError } from "../step_error.ts";
import type { FromHost, ToHost } from "./host.ts";
import { endMarked, markName, residentBytes } from "./leftovers.ts";
import { ChannelDoor, type ProcessChannel } from "../../workflow/own/process_channel.ts";
import { errorOf, onMessage, toWire } from "./wire.ts";
import { grace } from "./worker_pool.ts";

/** Milliseconds in which the last messages of a dead process may arrive. */
const lastMessages = 500;
/** Characters after which a line without an end is passed on. */
const longestLine = 1 << 14;
/** Milliseconds between two looks at the memory in use. */
const memoryWatch = 100;
/** What V8 prints when it gives up. */
const overflow = /JavaScript (?:heap )?out of memory/;

/**
 * Command line of a program of the engine.
 *
 * @param config Import map and locked packages, by default the program's own.
 */
export function programArguments(
  program: URL,
  args: readonly string[],
  config = join(programRoot, "deno.json"),
): string[] {
  return ["run", "--quiet", "--no-prompt", "-A", "--config", config, filePath(program.href), ...args];
}

export class StepProcess {
  readonly #child: Deno.ChildProcess;
  #channel: ProcessChannel<ToHost, FromHost> | undefined;
  readonly #ready = Promise.withResolvers<void>();
  /** Settles with how the process ended. */
  readonly gone: Promise<string>;
  #dead = false;
  #onMessage: (message: Exclude<FromHost, { kind: "ready" }>) => void = () => {};
  #onLine: (line: string) => void = () => {};
  /** Called when a stream has told all that was printed up to the end of the attempt. */
  #onMark: () => void = () => {};
  readonly #mark = crypto.randomUUID();
  readonly #memory: number | undefined;
  /** Bytes in use before the attempt. */
  #base = 0;
  #overflowed = false;
  /** Whether a step may have started programs. */
  #mayStart = false;

  /**
   * @param profile Which attempts it takes.
   * @param folder For the attempts' folders.
   * @param options Idle workers to keep, the bytes of memory that a step may use, where it stands, and its `deno.json`.
   */
  constructor(
    readonly profile: string,
    readonly folder: string,
    { keep, memory, env, cwd, config }: {
      keep: number;
      memory?: number | undefined;
      env: Record<string, string>;
      cwd: string;
      config?: string | undefined;
    },
  ) {
    this.#memory = memory;
    const heap = memory === undefined
      ? []
      : [`--v8-flags=--max-old-space-size=${Math.ceil(memory / 2 ** 20)}`];
    const door = new ChannelDoor();
    const [run = "run", ...args] = programArguments(
      new URL("./host.ts", import.meta.url),
      [folder, String(keep), String(Deno.pid), door.place],
      config,
    );
    const command = new Deno.Command(Deno.execPath(), {
      args: [run, ...heap, ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: { ...env, [markName]: this.#mark },
      clearEnv: true,
      cwd,
      detached: true,
    });
    try {
      this.#child = command.spawn();
    } catch (error) {
      door.close();
      throw new StepError(`The step's process did not start: ${(error as Error).message}`, "crash");
    }
    // What native code prints; what a step says by itself comes as a message.
    const streams = [this.#child.stdout, this.#child.stderr].map((s) =>
      lines(s, (line) => {
        const ended = line.endsWith(this.#mark);
        const text = ended ? line.slice(0, -this.#mark.length) : line;
        this.#overflowed ||= overflow.test(text);
        if (text !== "" || !ended) this.#onLine(text);
        if (ended) this.#onMark();
      })
    );
    const heard = this.#listen(door);
    this.gone = this.#child.status.then(async ({ code, signal }) => {
      this.kill();
      if (this.#mayStart) endMarked(this.#mark);
      this.#dead = true;
      door.close();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise((resolve) => timer = setTimeout(resolve, lastMessages));
      await Promise.race([Promise.all([...streams, heard]), late]);
      clearTimeout(timer);
      return signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
    });
  }

  /** Takes the process's messages until it is gone. */
  async #listen(door: ChannelDoor): Promise<void> {
    this.#channel = await door.opened();
    for await (const message of this.#channel?.messages() ?? []) {
      if (message.kind === "ready") this.#ready.resolve();
      else this.#onMessage(message);
    }
    this.#channel?.close();
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Bytes in use; 0 where that is not told. */
  get memory(): number {
    return residentBytes(this.#child.pid);
  }

  /** Runs one attempt; the process is of no further use when it fails. */
  async run(spec: AttemptSpec): Promise<AttemptResult> {
    const { promise, resolve, reject } = Promise.withResolvers<AttemptResult>();
    let deadline: ReturnType<typeof setTimeout> | undefined;
    const fail = (error: unknown) => reject(spec.signal.aborted ? spec.signal.reason : error);
    const onAbort = () => {
      const reason = spec.signal.reason;
      this.#send({ kind: "abort", reason: String(reason?.message ?? reason) });
      // The worker has its time to stop; a process that does not even answer has a little more.
      deadline = setTimeout(() => reject(reason), grace + 500);
    };
    spec.signal.addEventListener("abort", onAbort, { once: true });
    this.#onLine = (line) => spec.channel.log(line);
    const told = this.#told();
    this.#onMessage = (message) => {
      if (message.kind === "done") {
        resolve({ out: message.out, stamp: message.stamp, left: message.left });
      } else if (message.kind === "failed") fail(errorOf(message.failure));
      else onMessage(spec.channel, message);
    };
    void this.gone.then((how) => {
      const message = this.#overflowed
        ? `The step ran out of memory${this.#limit()}: its process ${how}`
        : `The step's process ${how} before the step returned`;
      fail(new StepError(message, this.#overflowed ? "memory" : "crash", message, true));
    });
    const { ffi, run } = spec.permissions;
    this.#mayStart ||= ffi === true || (run ?? []).length > 0;
    void this.#ready.promise.then(() => {
      this.#base = this.#memory === undefined ? 0 : this.memory;
      this.#send({ kind: "run", spec: toWire(spec) });
    });
    const watch = this.#memory === undefined ? undefined : setInterval(() => {
      if (this.#base === 0 || this.memory - this.#base <= this.#memory!) return;
      const message = `The step used more memory than it may${this.#limit()}`;
      fail(new StepError(message, "memory", undefined, true));
      this.kill();
    }, memoryWatch);
    try {
      return await promise;
    } finally {
      clearTimeout(deadline);
      clearInterval(watch);
      spec.signal.removeEventListener("abort", onAbort);
      this.#onMessage = () => {};
      if (!spec.signal.aborted) await told();
      this.#onLine = () => {};
      this.#onMark = () => {};
    }
  }

  /** A wait for what the step printed past its messages, which come by another way and may be faster. */
  #told(): () => Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let streams = 2;
    this.#onMark = () => {
      if (--streams === 0) resolve();
    };
    return async () => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise((resolve) => timer = setTimeout(resolve, lastMessages));
      await Promise.race([promise, this.gone, late]);
      clearTimeout(timer);
    };
  }

  /** Ends the process and all that it started. */
  kill(): void {
    if (this.#dead) return;
    try {
      Deno.kill(Deno.build.os === "windows" ? this.#child.pid : -this.#child.pid, "SIGKILL");
    } catch {
      // Gone already.
    }
  }

  #limit(): string {
    return this.#memory === undefined ? "" : ` (resources: { memory: ${formatByteSize(this.#memory)} })`;
  }

  #send(message: ToHost): void {
    this.#channel?.send(message);
  }
}

/** Passes on a stream line by line, to its end. */
async function lines(stream: ReadableStream<Uint8Array>, take: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const part of stream) {
      rest += decoder.decode(part, { stream: true });
      const parts = rest.split("\n");
      rest = parts.pop()!;
      parts.forEach(take);
      if (rest.length > longestLine) {
        take(rest);
        rest = "";
      }
    }
  } catch {
    // A pipe that breaks has nothing more to tell.
  }
  if (rest !== "") take(rest);
}
