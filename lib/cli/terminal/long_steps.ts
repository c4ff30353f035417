/** Steps that say nothing for long: a log without a line for minutes looks like a hang, and CI ends such jobs. */
import { duration } from "../../text/numbers.ts";

/** Milliseconds without a word of a step after which it is said to run still. */
const SILENCE = 60_000;

/** Keeps when each running step was last heard of. Times are milliseconds of any one clock. */
export class LongSteps {
  readonly #running = new Map<string, { started: number; heard: number }>();

  started(task: string, now: number): void {
    this.#running.set(task, { started: now, heard: now });
  }

  heard(task: string, now: number): void {
    const step = this.#running.get(task);
    if (step !== undefined) step.heard = now;
  }

  ended(task: string): void {
    this.#running.delete(task);
  }

  /** A line for each step that was silent for a minute; it then has another one. */
  lines(now: number): string[] {
    return [...this.#running].filter(([, { heard }]) => now - heard >= SILENCE).map(([task, step]) => {
      step.heard = now;
      return `...      ${task} has run for ${duration((now - step.started) / 1000)}`;
    });
  }
}
