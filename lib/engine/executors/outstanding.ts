/** What a step left behind when its `run` returned: whatever could still write into its outputs. */

/** The runtime's own accounts; internal, so nothing here is relied on to be there. */
interface Accounts {
  setLeakTracingEnabled?(on: boolean): void;
  getAllLeakTraces?(): Map<unknown, unknown>;
  resources?(): Record<string, string>;
}

/** Taken before a step could put something else there. */
const { lstat } = Deno;

/** Milliseconds that something which was begun has to come to its end. */
const patience = 250;
/** Turns that are taken after them: on a busy machine what was due meanwhile had none yet. */
const lastTurns = 5;

/**
 * Follows the pending operations, timers and open files of this worker. Where the runtime does not tell of them,
 * something always counts as left.
 */
export class Outstanding {
  readonly #accounts: Accounts = (Deno as any)[(Deno as any).internal]?.core ?? {};
  readonly #before: Set<string>;
  readonly #file: URL;
  #pending = 0;

  /** Call it before a step's module is loaded. @param file One that the worker may look at. */
  constructor(file: URL) {
    this.#file = file;
    this.#accounts.setLeakTracingEnabled?.(true);
    this.#before = new Set(this.#open());
  }

  /** Called as a job comes in, before anything of it runs: what is pending now is the worker's own. */
  async begin(): Promise<void> {
    // The wait for the next message begins when this message's handler pauses. Were it to begin later, it would count as
    // something that goes on: a worker too many would end, none too few.
    await undefined;
    this.#pending = this.#count() ?? 0;
  }

  /** Waits a little for what goes on, and tells whether something still does. */
  async settle(): Promise<boolean> {
    const until = performance.now() + patience;
    for (let late = 0; this.#goesOn();) {
      if (performance.now() > until && late++ === lastTurns) return true;
      await this.turn();
    }
    return this.#open().some((id) => !this.#before.has(id));
  }

  /**
   * One turn of the event loop. A timer would be one of those that are counted, and `setImmediate` loads a part of
   * Node: 7 of 48 ms of processor time of a new worker's start (60 workers each, in turn).
   */
  async turn(): Promise<void> {
    await lstat(this.#file);
  }

  #goesOn(): boolean {
    const count = this.#count();
    return count === undefined || count > this.#pending;
  }

  #count(): number | undefined {
    const traces = this.#accounts.getAllLeakTraces?.();
    if (traces === undefined) return undefined;
    let count = 0;
    // The runtime's map has a prototype of its own.
    Map.prototype.forEach.call(traces, (n) => count += Number(n));
    return count;
  }

  #open(): string[] {
    return Object.keys(this.#accounts.resources?.() ?? {});
  }
}
