/**
 * Decides which task starts when: as many as the machine has room for, those on the longest path first, and tasks
 * that want the machine for themselves alone. It knows nothing of keys or stores.
 */
import type { Task } from "../../workflow/workplan.ts";
import { Heap } from "./heap.ts";
import { dependenciesOf } from "./select_tasks.ts";

/** Milliseconds for which starting waits for pending decisions, so that the longest path is among the candidates. */
const patienceMs = 100;

/** What a finished task means for the others. */
export type TaskEnd = "ok" | "failed";

export interface SchedulerOptions {
  /** CPU shares to give out. */
  jobs: number;
  /** Bytes of memory to give out to tasks that declare theirs; without limit where missing. */
  memory?: number;
  keepGoing: boolean;
  /** Instead of {@linkcode patienceMs}. */
  patience?: number;
  /** Seconds by task id, for the longest path. */
  seconds: (task: Task) => number;
  /** When aborted, nothing more is started. */
  signal?: AbortSignal;
  /**
   * Called as soon as a task's inputs are done; true when the task needs no resources because its result is there.
   * Must not throw.
   */
  settle: (task: Task) => Promise<boolean>;
  /** Runs a task with `threads` CPU shares. Must not throw. */
  run: (task: Task, threads: number) => Promise<TaskEnd>;
  /** A task that will not be started because of `cause`, a task id. */
  blocked: (task: Task, cause: string) => void;
  /** A task that is not started because the run ends early. */
  skipped: (task: Task, reason: string) => void;
}

/** Runs `tasks` to the end. @param tasks In an order in which each comes after its inputs. */
export async function schedule(tasks: readonly Task[], options: SchedulerOptions): Promise<void> {
  await new Schedule(tasks, options).done;
}

class Schedule {
  readonly done: Promise<void>;
  readonly #finish: () => void;
  readonly #waits = new Map<string, number>();
  readonly #dependents = new Map<string, Task[]>();
  readonly #priority: Map<string, number>;
  readonly #order: Map<string, number>;
  readonly #named = new Map<string, number>();
  readonly #ready: Heap<Task>;
  /** Decisions under way. */
  #settling = 0;
  /** When the first of them began, in milliseconds. */
  #settlingSince = 0;
  /** Ends the waiting for them. */
  #wake: ReturnType<typeof setTimeout> | undefined;
  #running = 0;
  #open: number;
  #cpu: number;
  #memory: number;
  #alone = false;
  #stopped: string | undefined;
  readonly #closed = new Set<string>();

  readonly #tasks: readonly Task[];
  readonly #options: SchedulerOptions;

  constructor(tasks: readonly Task[], options: SchedulerOptions) {
    this.#tasks = tasks;
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.done = promise;
    this.#finish = resolve;
    this.#open = tasks.length;
    this.#cpu = options.jobs;
    this.#memory = options.memory ?? Infinity;
    this.#priority = longestPaths(tasks, options.seconds);
    this.#order = new Map(tasks.map((t, i) => [t.id, i]));
    const rank = (t: Task) => this.#priority.get(t.id)!;
    this.#ready = new Heap((a, b) =>
      rank(a) > rank(b) || (rank(a) === rank(b) && this.#order.get(a.id)! < this.#order.get(b.id)!)
    );
    for (const task of tasks) {
      const needs = dependenciesOf(task).filter((id) => this.#order.has(id));
      this.#waits.set(task.id, needs.length);
      for (const id of needs) {
        if (!this.#dependents.has(id)) this.#dependents.set(id, []);
        this.#dependents.get(id)!.push(task);
      }
      for (const [name, n] of Object.entries(task.resources.named)) {
        // A named resource exists once, or as often as the greediest task wants it.
        this.#named.set(name, Math.max(this.#named.get(name) ?? 1, n));
      }
    }
    options.signal?.addEventListener("abort", () => this.#stop("the run was cancelled"), { once: true });
    if (options.signal?.aborted) this.#stop("the run was cancelled");
    for (const task of tasks) if (this.#waits.get(task.id) === 0) this.#settle(task);
    this.#step();
  }

  /** Ends the schedule early: what runs goes on, nothing new starts. */
  #stop(reason: string): void {
    this.#stopped ??= reason;
    this.#ready.clear();
    this.#step();
  }

  async #settle(task: Task): Promise<void> {
    if (this.#stopped !== undefined || this.#closed.has(task.id)) return;
    if (this.#settling++ === 0) this.#settlingSince = performance.now();
    const settled = await this.#options.settle(task);
    if (--this.#settling === 0 && this.#wake !== undefined) {
      clearTimeout(this.#wake);
      this.#wake = undefined;
    }
    if (settled) this.#close(task, "ok");
    else if (this.#stopped === undefined) this.#ready.push(task);
    this.#step();
  }

  #close(task: Task, end: TaskEnd): void {
    this.#closed.add(task.id);
    this.#open--;
    for (const next of this.#dependents.get(task.id) ?? []) {
      if (this.#closed.has(next.id)) continue;
      if (end === "failed") {
        this.#options.blocked(next, task.id);
        this.#close(next, "failed");
        continue;
      }
      const left = this.#waits.get(next.id)! - 1;
      this.#waits.set(next.id, left);
      if (left === 0) this.#settle(next);
    }
  }

  /** Starts what fits, or ends the schedule. */
  #step(): void {
    if (this.#ready.size > 0 && !this.#waitsForDecisions()) this.#startWhatFits();
    if (this.#running > 0 || this.#settling > 0 || (this.#ready.size > 0 && this.#stopped === undefined)) {
      return;
    }
    if (this.#open > 0 && this.#stopped !== undefined) {
      for (const task of this.#tasks) {
        if (this.#closed.has(task.id)) continue;
        this.#closed.add(task.id);
        this.#open--;
        this.#options.skipped(task, this.#stopped);
      }
    }
    if (this.#open === 0) this.#finish();
  }

  /** Whether decisions are under way that do not take so long that waiting for them would leave cores idle. */
  #waitsForDecisions(): boolean {
    const left = this.#settlingSince + (this.#options.patience ?? patienceMs) - performance.now();
    if (this.#settling === 0 || left <= 0) return false;
    // Made only where something waits: the first timer of a process loads more than a no-op run needs.
    this.#wake ??= setTimeout(() => {
      this.#wake = undefined;
      this.#step();
    }, left);
    return true;
  }

  #startWhatFits(): void {
    const waiting: Task[] = [];
    while (this.#cpu > 0 && !this.#alone) {
      const task = this.#ready.pop();
      if (task === undefined) break;
      if (this.#fits(task)) this.#start(task);
      else waiting.push(task);
    }
    for (const task of waiting) this.#ready.push(task);
  }

  #threads(task: Task): number {
    return Math.max(1, Math.min(Math.round(task.resources.cpu), this.#options.jobs));
  }

  #fits(task: Task): boolean {
    if (this.#alone || (task.resources.exclusive && this.#running > 0)) return false;
    if (this.#threads(task) > this.#cpu || (task.resources.memory ?? 0) > this.#memory) return false;
    return Object.entries(task.resources.named).every(([name, n]) => this.#named.get(name)! >= n);
  }

  #take(task: Task, sign: 1 | -1): void {
    this.#running += sign;
    this.#cpu -= sign * this.#threads(task);
    this.#memory -= sign * (task.resources.memory ?? 0);
    if (task.resources.exclusive) this.#alone = sign === 1;
    for (const [name, n] of Object.entries(task.resources.named)) {
      this.#named.set(name, this.#named.get(name)! - sign * n);
    }
  }

  async #start(task: Task): Promise<void> {
    this.#take(task, 1);
    const threads = task.resources.exclusive ? this.#options.jobs : this.#threads(task);
    const end = await this.#options.run(task, threads);
    this.#take(task, -1);
    this.#close(task, end);
    if (end === "failed" && !this.#options.keepGoing) this.#stop(`${task.id} failed`);
    this.#step();
  }
}

/** Seconds from the start of each task to the end of the run along its longest chain of dependents. */
export function longestPaths(tasks: readonly Task[], seconds: (task: Task) => number): Map<string, number> {
  const after = new Map<string, number>();
  const total = new Map<string, number>();
  for (const task of tasks.toReversed()) {
    const length = seconds(task) + (after.get(task.id) ?? 0);
    total.set(task.id, length);
    for (const id of dependenciesOf(task)) after.set(id, Math.max(after.get(id) ?? 0, length));
  }
  return total;
}
