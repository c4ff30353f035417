/** Where the samples of a stream come from: standard input, or a socket of this machine. */
import { InputError } from "../errors.ts";
import type { Source } from "./classify_stream.ts";

/**
 * Opens `-`, `unix:PATH` or `tcp:PORT`. A socket is listened on, on this machine only, and read from the first program
 * that connects until it closes.
 *
 * @param signal Ends the source as if nothing more came.
 * @param onListening Told the place once a program can connect.
 * @throws {InputError} where the place is none of these, or taken.
 */
export function openSource(
  input: string,
  signal: AbortSignal,
  onListening: (place: string) => void,
): Source {
  if (input === "-") return { name: "stdin", bytes: chunks(Deno.stdin.readable, signal) };
  const [, kind, place] = /^(unix|tcp):(.+)$/.exec(input) ?? [];
  if (kind === "unix") return { name: input, bytes: fromUnix(place, signal, onListening) };
  const port = Number(place);
  if (kind === "tcp" && /^\d+$/.test(place) && port < 65536) {
    return { name: input, bytes: fromTcp(port, signal, onListening) };
  }
  throw new InputError(`Cannot read samples from ${input}`, { hint: "Give -, unix:PATH or tcp:PORT." });
}

async function* fromTcp(
  port: number,
  signal: AbortSignal,
  onListening: (place: string) => void,
): AsyncGenerator<Uint8Array> {
  const listener = listening(`port ${port}`, () => Deno.listen({ hostname: "127.0.0.1", port }));
  onListening(`127.0.0.1:${listener.addr.port}`);
  yield* first(listener, signal);
}

async function* fromUnix(
  path: string,
  signal: AbortSignal,
  onListening: (place: string) => void,
): AsyncGenerator<Uint8Array> {
  const listener = listening(path, () => Deno.listen({ transport: "unix", path }));
  onListening(path);
  yield* first(listener, signal); // closing the listener removes the file
}

function listening<T>(place: string, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    throw new InputError(`Cannot listen on ${place}: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}

/** What the first program to connect sends; others are refused. */
async function* first(listener: Deno.Listener<Deno.Conn>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const close = () => listener.close();
  signal.addEventListener("abort", close);
  let connection: Deno.Conn;
  try {
    if (signal.aborted) return;
    connection = await listener.accept();
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  } finally {
    signal.removeEventListener("abort", close);
    if (!signal.aborted) close();
  }
  yield* chunks(connection.readable, signal);
}

async function* chunks(
  readable: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = readable.getReader();
  // A cancelled read counts as the end.
  const cancel = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel);
  try {
    while (!signal.aborted) {
      const { done, value } = await reader.read().catch((cause) => {
        throw new InputError(`Cannot read samples: the source broke off: ${(cause as Error).message}`, {
          cause,
        });
      });
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}
