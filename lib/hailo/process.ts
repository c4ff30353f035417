/** Runs one external program: argument list only, input closed or given as bytes, time and output limited. */

/** What to run. */
export interface Invocation {
  program: string;
  args: readonly string[];
  /** Milliseconds until the program is killed. */
  timeout: number;
  /** Bytes for its standard input; closed when left out. */
  input?: Uint8Array | ReadableStream<Uint8Array>;
  cwd?: string;
  /** Its whole environment; the program sees nothing else. Left out, it inherits. */
  env?: Record<string, string>;
  signal?: AbortSignal;
  /** Bytes of output that are kept; the rest is counted and dropped. Default 8 MiB. */
  limit?: number;
}

/** How it ended. */
export interface Outcome {
  code: number;
  /** Both streams in order of arrival, as text without ANSI sequences and control characters. */
  text: string;
  stdout: Uint8Array<ArrayBuffer>;
  stderr: string;
  /** Bytes of output in all. */
  bytes: number;
  /** Output beyond the limit was dropped. */
  truncated: boolean;
  ended: "exit" | "timeout" | "cancelled";
  seconds: number;
}

/**
 * The environment of a tool: those of the named variables that are set. Nothing else of the user's reaches it.
 *
 * ```ts
 * import { toolEnvironment } from "./process.ts";
 * import assert from "node:assert/strict";
 * Deno.env.set("MOTIFLOW_EXAMPLE", "x");
 * assert.deepEqual(toolEnvironment(["MOTIFLOW_EXAMPLE", "MOTIFLOW_ABSENT"]), { MOTIFLOW_EXAMPLE: "x" });
 * ```
 */
export function toolEnvironment(names: readonly string[]): Record<string, string> {
  const set: Record<string, string> = {};
  for (const name of names) {
    const value = Deno.env.get(name);
    if (value !== undefined) set[name] = value;
  }
  return set;
}

/**
 * Runs a program to its end.
 *
 * @throws {Deno.errors.NotFound} When the program does not exist, {@linkcode Deno.errors.PermissionDenied} when it may
 * not be started.
 */
export async function runProcess(invocation: Invocation): Promise<Outcome> {
  const { program, args, input, cwd, env, signal, limit = 8 << 20 } = invocation;
  const start = performance.now();
  const child = new Deno.Command(program, {
    args: [...args],
    cwd,
    ...(env === undefined ? {} : { clearEnv: true, env }),
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    detached: true, // its own group, so that a kill reaches the program's children as well
  }).spawn();
  let ended: Outcome["ended"] = "exit";
  const sink = new Sink(limit);
  const reading = Promise.all([sink.drain(child.stdout, 1), sink.drain(child.stderr, 2)]);
  const stop = (why: "timeout" | "cancelled") => {
    if (ended !== "exit") return;
    ended = why;
    kill(child);
  };
  const timer = setTimeout(() => stop("timeout"), invocation.timeout);
  const cancel = () => stop("cancelled");
  signal?.addEventListener("abort", cancel);
  if (signal?.aborted) cancel();
  const fed = new AbortController();
  try {
    const feeding = input === undefined ? undefined : feed(child.stdin, input, fed.signal);
    const { code } = await child.status;
    fed.abort(); // a source that never ends must not outlive the program
    await feeding;
    // A grandchild may hold the pipes open after the program is gone; do not wait for it.
    const grace = setTimeout(() => sink.cancel(), ended === "exit" ? 2000 : 100);
    await reading;
    clearTimeout(grace);
    return { ...sink.result(), code, ended, seconds: (performance.now() - start) / 1000 };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  }
}

function kill(child: Deno.ChildProcess): void {
  try {
    Deno.kill(-child.pid, "SIGKILL");
  } catch {
    try { // without permission for the group, at least the program itself
      child.kill("SIGKILL");
    } catch { /* it has ended by itself */ }
  }
}

async function feed(
  stdin: WritableStream<Uint8Array>,
  input: Uint8Array | ReadableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const source = input instanceof Uint8Array ? new Blob([input as Uint8Array<ArrayBuffer>]).stream() : input;
  try {
    await source.pipeTo(stdin, { signal });
  } catch {
    // The program closed its input early; its exit code tells why.
  }
}

class Sink {
  readonly #limit: number;
  readonly #chunks: { stream: 1 | 2; bytes: Uint8Array }[] = [];
  readonly #readers: ReadableStreamDefaultReader<Uint8Array>[] = [];
  #kept = 0;
  #total = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async drain(stream: ReadableStream<Uint8Array>, from: 1 | 2): Promise<void> {
    const reader = stream.getReader();
    this.#readers.push(reader);
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      this.#total += value.length;
      const room = this.#limit - this.#kept;
      if (room <= 0) continue;
      const bytes = value.subarray(0, room);
      this.#kept += bytes.length;
      this.#chunks.push({ stream: from, bytes });
    }
  }

  cancel(): void {
    for (const reader of this.#readers) reader.cancel().catch(() => {});
  }

  result() {
    const join = (wanted: (stream: 1 | 2) => boolean) => concat(this.#chunks.filter((c) => wanted(c.stream)));
    return {
      text: cleanText(join(() => true)),
      stdout: join((s) => s === 1),
      stderr: cleanText(join((s) => s === 2)),
      bytes: this.#total,
      truncated: this.#total > this.#kept,
    };
  }
}

function concat(chunks: { bytes: Uint8Array }[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(chunks.reduce((n, c) => n + c.bytes.length, 0));
  let offset = 0;
  for (const { bytes } of chunks) {
    out.set(bytes, offset);
    offset += bytes.length;
  }
  return out;
}

/**
 * Decodes tool output: invalid UTF-8 replaced, ANSI sequences and control characters removed, `\r` taken as a new line.
 *
 * ```ts
 * import { cleanText } from "./process.ts";
 * import assert from "node:assert/strict";
 * assert.equal(cleanText(new TextEncoder().encode("a\x1b[2K\rFPS\x07: 3\n")), "a\nFPS: 3\n");
 * ```
 */
export function cleanText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
    // deno-lint-ignore no-control-regex
    .replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, "")
    .replace(/\r\n?/g, "\n")
    // deno-lint-ignore no-control-regex
    .replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "");
}
