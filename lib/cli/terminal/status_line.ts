/** The state of a run in one line: time to go, done, restored, left, running with age and message. */
import type { EngineEvent } from "../../engine/event.ts";
import { clip } from "../../text/clip.ts";
import { printable } from "./format.ts";
import { duration } from "../../text/numbers.ts";

interface Running {
  task: string;
  since: number;
  message: string;
  estimate: number | null;
}

/** Follows the events of a run; the clock is monotonic milliseconds. */
export class RunState {
  total = 0;
  ran = 0;
  restored = 0;
  failed = 0;
  other = 0;
  readonly running = new Map<string, Running>();
  readonly #now: () => number;
  /** Seconds that the finished tasks took, to judge those without history. */
  #spent = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  apply(event: EngineEvent): void {
    switch (event.type) {
      case "run-started":
        this.total = event.tasks;
        break;
      case "task-started":
        this.running.set(event.task, {
          task: event.task,
          since: this.#now(),
          message: "",
          estimate: event.estimateSeconds,
        });
        break;
      case "task-progress": {
        const running = this.running.get(event.task);
        if (running === undefined) break;
        running.message = printable(event.message).replaceAll("\n", " ");
        if (event.fraction !== undefined && event.fraction > 0.02) {
          running.estimate = (this.#now() - running.since) / 1000 / event.fraction;
        }
        break;
      }
      case "task-succeeded":
        this.#end(event.task, event.seconds);
        this.ran++;
        break;
      case "task-restored":
        this.#end(event.task, 0);
        this.restored++;
        break;
      case "task-failed":
        this.#end(event.task, event.seconds);
        this.failed++;
        break;
      case "task-blocked":
      case "task-skipped":
        this.#end(event.task, 0);
        this.other++;
        break;
    }
  }

  #end(task: string, seconds: number): void {
    this.running.delete(task);
    this.#spent += seconds;
  }

  get left(): number {
    return this.total - this.ran - this.restored - this.failed - this.other - this.running.size;
  }

  /** Seconds to go as far as history and progress tell; undefined without any. */
  get remaining(): number | undefined {
    const running = [...this.running.values()];
    if (running.some((r) => r.estimate === null)) return undefined;
    const now = this.#now();
    const open = running.map((r) => Math.max(0, r.estimate! - (now - r.since) / 1000));
    if (this.left > 0 && this.ran === 0) return undefined;
    const mean = this.ran === 0 ? 0 : this.#spent / this.ran;
    return Math.max(0, ...open) + this.left * mean;
  }

  /** The line for a terminal of some width. */
  line(width: number): string {
    const remaining = this.remaining;
    const parts = remaining !== undefined && remaining >= 1 ? [`about ${duration(remaining)} to go`] : [];
    parts.push(`${this.ran + this.restored}/${this.total} done`);
    if (this.restored > 0) parts.push(`${this.restored} restored`);
    if (this.failed > 0) parts.push(`${this.failed} failed`);
    if (this.left > 0) parts.push(`${this.left} left`);
    const now = this.#now();
    const running = [...this.running.values()].map((r) =>
      `${r.task} ${duration((now - r.since) / 1000)}${r.message === "" ? "" : ` ${r.message}`}`
    );
    const head = parts.join(", ");
    return clip([head, ...fit(running, width - head.length - 3 * running.length)].join(" | "), width);
  }
}

/** Texts that share a room: each gets an equal part of it, and what shorter ones leave. Those without any room are counted. */
function fit(texts: readonly string[], room: number): string[] {
  const least = 12;
  const shown = texts.slice(0, Math.max(1, Math.floor(room / least)));
  const rest = texts.length - shown.length;
  let left = room - (rest > 0 ? `${rest} more`.length : 0);
  const byLength = shown.map((text, i) => ({ text, i })).sort((a, b) => a.text.length - b.text.length);
  for (const [done, one] of byLength.entries()) {
    one.text = clip(one.text, Math.max(least, Math.floor(left / (shown.length - done))));
    left -= one.text.length;
  }
  const fitted = byLength.sort((a, b) => a.i - b.i).map(({ text }) => text);
  return rest > 0 ? [...fitted, `${rest} more`] : fitted;
}
