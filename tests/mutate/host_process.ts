/** A process that runs test cases with one mutant or another switched on, see `host.ts`. */
import { join } from "node:path";
import { processorSeconds } from "./tree.ts";

/** Seconds without any use of the processor after which a process counts as one that waits for ever. */
const longestIdle = 60;

/** What the process answers; nothing where it ended or took too long. */
export interface Answer {
  names?: string[];
  switches?: number[];
  /** The case took longer than was asked for, and was given up. */
  late?: boolean;
  failed?: string;
  asked?: number;
  ms?: number;
  by?: number;
}

export class HostProcess {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncGenerator<string>;
  readonly #idle: number;

  /**
   * @param mutant Switched on before the tests are loaded.
   * @param idle Seconds of the wall clock without use of the processor at which an answer is given up.
   */
  constructor(folder: string, tests: readonly string[], mutant?: number, idle = longestIdle) {
    this.#idle = idle;
    const files = tests.map((test) => join(folder, test));
    const flags = ["--quiet", "--no-check", "--v8-flags=--max-old-space-size=1500"];
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        ...flags,
        "tests/mutate/host.ts",
        ...files,
        ...mutant === undefined ? [] : [`--on=${mutant}`],
      ],
      cwd: folder,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#answers = answersOf(this.#child.stdout);
  }

  /** The answer to a command, or the first one of all; `undefined` where the process died or ran out of time. */
  async ask(command: unknown, seconds: number): Promise<Answer | undefined> {
    if (command !== undefined) {
      // A process that died says nothing below either.
      await this.#writer.write(new TextEncoder().encode(JSON.stringify(command) + "\n")).catch(() => {});
    }
    const before = processorSeconds(this.#child.pid) ?? 0, started = performance.now();
    let most = 0, moved = 0;
    const timer = setInterval(() => {
      const waited = (performance.now() - started) / 1000;
      const used = (processorSeconds(this.#child.pid) ?? before + waited) - before;
      // The timers of an idle runtime take a hundredth now and then.
      if (used > most + 0.05) [most, moved] = [used, waited];
      if (used > seconds || waited > 20 * seconds || waited - moved > this.#idle) this.#kill();
    }, 500);
    const { value, done } = await this.#answers.next();
    clearInterval(timer);
    return done ? undefined : JSON.parse(value);
  }

  async end(): Promise<void> {
    this.#kill();
    await this.#child.status;
  }

  #kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
}

async function* answersOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith("\x01")) yield line.slice(1);
  }
}
