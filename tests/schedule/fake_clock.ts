import type { Clock } from "../../lib/schedule/clock.ts";

/** A clock whose waits end at once; it aborts when its time is over. */
export class FakeClock implements Clock {
  #time: number;
  readonly #over = new AbortController();
  readonly signal = this.#over.signal;

  constructor(start: string, private readonly end: string) {
    this.#time = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#time);
  }

  async sleep(until: Date): Promise<void> {
    // Whatever is under way in the program goes on first.
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#time = Math.max(this.#time, until.getTime());
    if (this.#time >= Date.parse(this.end)) this.#over.abort();
  }
}
