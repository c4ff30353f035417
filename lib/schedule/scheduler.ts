/** Runs workflows when they are due: never two runs of one workflow at a time, missed times caught up once. */
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "./clock.ts";
import { closeOccurrence, type Due, handledUntil, isOpen, type Job, takeDue } from "./ledger.ts";
import type { Beat } from "./heartbeat.ts";
import { nextTime } from "./times.ts";

/** What the scheduler did. */
export type ScheduleEvent =
  | { type: "started"; file: string; due: string; missed: number; attempt: number }
  | { type: "ended"; file: string; due: string; exit: number | null }
  /** Something that keeps one workflow, or all of them, from being looked at; said once while it lasts. */
  | { type: "warning"; file?: string; message: string };

export interface SchedulerOptions {
  /** Workflows with a schedule; asked at each turn, so that files may come and go. */
  jobs: () => Promise<Job[]>;
  database: DatabaseSync;
  clock: Clock;
  /** Runs a workflow; its exit code, or null where it was stopped before it could finish. */
  start: (job: Job, due: Date) => Promise<number | null>;
  /** Told of a due time whose run left no record of its own, with the exit code, or null where it was given up. */
  unrecorded?: (job: Job, due: Date, exit: number | null) => Promise<void>;
  /** Whether a run of the workflow goes on that this scheduler did not start, e.g. of one that was killed. */
  busy?: (job: Job) => boolean;
  onEvent?: (event: ScheduleEvent) => void;
  /** Called at each turn in which every workflow could be looked after. */
  onTurn?: (turn: Beat) => void;
  /** Longest time between two looks at the files and at runs of others, in milliseconds; a minute by default. */
  turn?: number;
}

/** Milliseconds between two looks at the files and at runs of others. */
const TURN = 60_000;
/** The same while somebody else's run is waited for: its end wakes nobody. */
const BUSY_TURN = 2000;

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #running = new Map<string, Promise<number | null>>();
  #waiting = false;
  /** The workflows as they were last known. */
  #jobs: Job[] = [];
  /** What was said of a workflow (of all of them: ""), until it is well again. */
  readonly #warned = new Map<string, string>();
  /** Exit codes of all runs so far. */
  readonly exits: (number | null)[] = [];

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Runs what is due now, once, and waits for it. */
  async once(): Promise<void> {
    this.#jobs = await this.#options.jobs();
    this.#startDue(new AbortController().signal);
    await Promise.all(this.#running.values());
  }

  /** Runs until aborted, then waits until the running ones have stopped. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, jobs } = this.#options;
    while (!signal.aborted) {
      // A folder that cannot be listed now, e.g. of a network drive, is no reason to forget what it held.
      await this.#guard("", async () => this.#jobs = await jobs());
      if (signal.aborted) break;
      this.#startDue(signal);
      const next = this.#nextTurn();
      // While something keeps the scheduler from its work, whoever waits for a sign of life is to hear nothing.
      if (this.#warned.size === 0) this.#options.onTurn?.(this.#beat());
      const wake = new AbortController();
      const woken = AbortSignal.any([signal, wake.signal]);
      // A run that ends may have kept the next one waiting; one that was killed is not started again at once.
      for (const running of this.#running.values()) {
        void running.then((exit) => exit === null ? undefined : wake.abort());
      }
      await clock.sleep(next, woken);
    }
    await Promise.all(this.#running.values());
  }

  #startDue(signal: AbortSignal): void {
    this.#waiting = false;
    for (const job of this.#jobs) {
      if (signal.aborted) return;
      if (this.#running.has(job.file)) continue;
      try {
        this.#startIfDue(job);
        this.#warned.delete(job.file);
      } catch (error) {
        this.#warn(job.file, error);
      }
    }
  }

  #startIfDue(job: Job): void {
    const { database, clock, busy } = this.#options;
    if (busy?.(job) === true) {
      this.#waiting = true;
      return;
    }
    const due = takeDue(database, job, clock.now(), (handled) => {
      const message = `the clock went back: handled until ${handled} before, starts anew from now on`;
      this.#options.onEvent?.({ type: "warning", file: job.file, message });
    });
    if (due === undefined) return;
    const work = due.givenUp === true ? this.#giveUp(job, due) : this.#execute(job, due);
    this.#running.set(job.file, work.finally(() => this.#running.delete(job.file)));
  }

  async #guard(file: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.#warned.delete(file);
    } catch (error) {
      this.#warn(file, error);
    }
  }

  #warn(file: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (this.#warned.get(file) === message) return;
    this.#warned.set(file, message);
    this.#options.onEvent?.({ type: "warning", ...(file === "" ? {} : { file }), message });
  }

  async #execute(job: Job, { due, missed, attempt }: Due): Promise<number | null> {
    const { database, start, onEvent } = this.#options;
    const shared = { file: job.file, due: due.toISOString() };
    onEvent?.({ type: "started", ...shared, missed, attempt });
    let exit: number | null = null;
    try {
      exit = await start(job, due);
      // A run that was stopped stays open and is taken up again.
      if (exit !== null && isOpen(database, job.file, due)) await this.#tellUnrecorded(job, due, exit);
    } catch (error) {
      // It could not even be started, or not be written down: as for a run that was stopped.
      this.#warn(job.file, error);
    }
    this.exits.push(exit);
    onEvent?.({ type: "ended", ...shared, exit });
    return exit;
  }

  /** A run that brings the machine down, or is stopped each time, ends here. */
  async #giveUp(job: Job, { due, attempt }: Due): Promise<number | null> {
    const message = `${due.toISOString()} was stopped at each of ${attempt} attempts and is given up`;
    this.#options.onEvent?.({ type: "warning", file: job.file, message });
    await this.#guard(job.file, () => this.#tellUnrecorded(job, due, null));
    this.exits.push(1);
    return null;
  }

  /** A run that records itself has closed its due time: here is the net for those that could not. */
  async #tellUnrecorded(job: Job, due: Date, exit: number | null): Promise<void> {
    const { database, clock, unrecorded } = this.#options;
    await unrecorded?.(job, due, exit);
    closeOccurrence(database, job.file, due, exit, clock.now());
  }

  #beat(): Beat {
    const now = this.#options.clock.now();
    const times = this.#jobs.flatMap((job) => this.#nextTime(job, now)?.getTime() ?? []);
    return {
      time: now.toISOString(),
      workflows: this.#jobs.length,
      running: [...this.#running.keys()],
      next: times.length === 0 ? null : new Date(Math.min(...times)).toISOString(),
    };
  }

  #nextTurn(): Date {
    const { clock, turn = TURN } = this.#options;
    const now = clock.now();
    const times = this.#jobs.filter(({ file }) => !this.#running.has(file))
      .map((job) => this.#nextTime(job, now)?.getTime() ?? Infinity);
    // A due time of the past waits for somebody else's run.
    const next = Math.min(
      ...times.filter((time) => time > now.getTime()),
      now.getTime() + (this.#waiting ? BUSY_TURN : turn),
    );
    return new Date(next);
  }

  /** Undefined where the time never comes or cannot be told; the workflow is looked at in the next turn anyway. */
  #nextTime(job: Job, now: Date): Date | undefined {
    try {
      return nextTime(job, handledUntil(this.#options.database, job) ?? now);
    } catch (error) {
      this.#warn(job.file, error);
      return undefined;
    }
  }
}
