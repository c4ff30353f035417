/** What a step left behind when its `run` returned: whatever could still write into its outputs. */

/** The runtime's own accounts; internal, so nothing here is relied on to be there. */
interface Accounts {
  setLeakTracingEnabled?(on: boolean): void;
  getAllLeakTraces?(): Map<unknown, unknown>;
  resources?(): Record<string, string>;
}

/** Milliseconds that something which was begun has to come to its end. */
const patience = 250;

/**
 * Follows the pending operations, timers and open files of this worker. Where the runtime does not tell of them,
 * something always counts as left.
 */
export class Outstanding {
  readonly #accounts: Accounts = (Deno as any)[(Deno as any).internal]?.core ?? {};
  readonly #before: Set<string>;
  #pending = 0;

  /** Call it before a step's module is loaded. */
  constructor() {
    this.#accounts.setLeakTracingEnabled?.(true);
    this.#before = new Set(this.#open());
  }

  /** Called as a job comes in, before anything of it runs: what is pending now is the worker's own. */
  async begin(): Promise<void> {
    // The wait for the next message begins when this message's handler pauses.
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#pending = this.#count() ?? 0;
  }

  /** Waits a little for what goes on, and tells whether something still does. */
  async settle(): Promise<boolean> {
    const until = performance.now() + patience;
    while (this.#goesOn()) {
      if (performance.now() > until) return true;
      // No timer: it would be one of those that are counted.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return this.#open().some((id) => !this.#before.has(id));
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
