/** A run as it goes on: its events as server-sent events, and the script that shows them. */
import { applyEvent, parseEvents, stepStatus, type TaskState } from "./task_state.ts";

/** What the page is told: states that changed, or that the run has ended. */
export type LiveMessage = { tasks: Record<string, TaskState>; steps: Record<string, string> } | {
  ended: true;
};

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
    if (changed.size > 0) {
      const groups = Map.groupBy(states, ([task]) => task.replace(/\[.*$/, ""));
      yield {
        tasks: Object.fromEntries([...changed].map((task) => [task, states.get(task)!])),
        steps: Object.fromEntries(
          [...groups].map(([step, list]) => [step, stepStatus(list.map(([, s]) => s.status))]),
        ),
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

/** Shows live messages in the page of a run; reloads it when the run has ended, for its results. */
export const liveScript = `
const source = new EventSource(location.pathname + "/events");
source.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (message.ended) { source.close(); location.reload(); return; }
  for (const [task, { status, message: text, seconds }] of Object.entries(message.tasks)) {
    let row = document.querySelector('tr[data-task="' + CSS.escape(task) + '"]');
    if (!row) {
      row = document.createElement("tr");
      row.dataset.task = task;
      for (let i = 0; i < 6; i++) row.append(document.createElement("td"));
      row.cells[0].textContent = task;
      document.querySelector("tbody.tasks").append(row);
    }
    row.cells[1].textContent = status;
    row.cells[1].className = "status " + status;
    row.cells[2].textContent = seconds === null ? "" : seconds.toFixed(1) + " s";
    row.cells[3].textContent = text;
    row.cells[3].className = "reason";
  }
  for (const [step, status] of Object.entries(message.steps)) {
    const box = document.querySelector('g[data-step="' + CSS.escape(step) + '"]');
    if (box) box.setAttribute("class", "is-" + status);
  }
};`;
