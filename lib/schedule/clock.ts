/** Time as the scheduler sees it; tests put their own in its place. */

export interface Clock {
  now(): Date;
  /** Waits until then or until aborted; may return early, e.g. after the machine slept. */
  sleep(until: Date, signal: AbortSignal): Promise<void>;
}

/** Timers do not advance while a machine sleeps, so long waits are cut: the time of day is looked at anew. */
const LONGEST = 30_000;

export const systemClock: Clock = {
  now: () => new Date(),
  sleep(until, signal) {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, Math.min(LONGEST, Math.max(0, until.getTime() - Date.now())));
      signal.addEventListener("abort", end);
      if (signal.aborted) end();
    });
  },
};
