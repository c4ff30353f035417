import type { Clock } from "../../lib/schedule/clock.ts";

/** A clock whose waits end at once; it aborts when its time is over. */
export class FakeClock implements Clock {
  #time: number;
  readonly #over = new AbortController();
  readonly signal = this.#over.signal;

  readonly #end: string;

  constructor(start: string, end: string) {
    this.#end = end;
    this.#time = Date.parse(start);
  }

  /** Ends the time at once. */
  stop(): void {
    this.#over.abort();
  }

  now(): Date {
    return new Date(this.#time);
  }

  async sleep(until: Date, signal: AbortSignal): Promise<void> {
    // Whatever is under way in the program goes on first.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (signal.aborted) return;
    this.#time = Math.max(this.#time, until.getTime());
    if (this.#time >= Date.parse(this.#end)) this.#over.abort();
  }
}
