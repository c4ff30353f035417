/** A run as it goes on: its events as server-sent events, and the script that shows them. */
import { applyEvent, parseEvents, stepStatus, type TaskState } from "./task_state.ts";

/** What the page is told: states that changed and lines of logs, or that the run has ended. */
export type LiveMessage =
  | { tasks: Record<string, TaskState>; steps: Record<string, string>; log: string[] }
  | { ended: true };

/** Lines of logs in one message; a page that opens late is told the last ones. */
const LINES = 200;

/** Reads what was added to a file since the last call. */
class Tail {
  #offset = 0;
  #rest = "";
  readonly #path: string;
  readonly #decoder = new TextDecoder();

  constructor(path: string) {
    this.#path = path;
  }

  /** Whole lines only. */
  async read(): Promise<string> {
    let text = this.#rest;
    try {
      using file = await Deno.open(this.#path);
      await file.seek(this.#offset, Deno.SeekMode.Start);
      const buffer = new Uint8Array(65536);
      for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) {
        this.#offset += n;
        text += this.#decoder.decode(buffer.subarray(0, n), { stream: true });
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    const end = text.lastIndexOf("\n") + 1;
    this.#rest = text.slice(end);
    return text.slice(0, end);
  }
}

/** Messages of a run until it ends or nobody listens; `isOver` tells of a run whose process is gone. */
export async function* liveMessages(
  eventsFile: string,
  isOver: () => boolean | Promise<boolean>,
  { signal, pause = 300 }: { signal: AbortSignal; pause?: number },
): AsyncGenerator<LiveMessage> {
  const tail = new Tail(eventsFile);
  const states = new Map<string, TaskState>();
  while (!signal.aborted) {
    const over = await isOver();
    const events = parseEvents(await tail.read());
    const changed = new Set(events.flatMap((event) => applyEvent(states, event) ?? []));
    const log = events.flatMap((event) =>
      event.type === "task-log" ? event.message.split("\n").map((line) => `${event.task}: ${line}`) : []
    ).slice(-LINES);
    if (changed.size > 0 || log.length > 0) {
      const groups = Map.groupBy(states, ([task]) => task.replace(/\[.*$/, ""));
      yield {
        tasks: Object.fromEntries([...changed].map((task) => [task, states.get(task)!])),
        steps: Object.fromEntries(
          [...groups].map(([step, list]) => [step, stepStatus(list.map(([, s]) => s.status))]),
        ),
        log,
      };
    }
    if (over || events.some((event) => event.type === "run-ended")) {
      yield { ended: true };
      return;
    }
    await new Promise((done) => setTimeout(done, pause));
  }
}

/** The messages as an HTTP response body. */
export function eventStream(
  messages: AsyncGenerator<LiveMessage>,
  abort: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await messages.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(`data: ${JSON.stringify(value)}\n\n`));
    },
    cancel: abort,
  });
}
