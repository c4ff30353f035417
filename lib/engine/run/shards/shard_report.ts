/** Tells of shards as of one task: how many are done, how fast, and how long the rest takes. */
import type { Task } from "../../../workflow/workplan.ts";
import type { TaskReport } from "../made.ts";
import { shardCounts } from "./shards.ts";

export class ShardReport {
  readonly #task: Task;
  readonly #report: TaskReport;
  readonly #total: number;
  readonly #missing: number;
  readonly #started = performance.now();
  readonly #warned = new Set<string>();
  #made = 0;

  constructor(task: Task, report: TaskReport, { total, missing }: { total: number; missing: number }) {
    this.#task = task;
    this.#report = report;
    this.#total = total;
    this.#missing = missing;
    report.log(task, shardCounts({ total, restored: total - missing }));
    this.#tell();
  }

  /** One more is there. */
  made(): void {
    this.#made++;
    this.#tell();
  }

  #tell(): void {
    const done = this.#total - this.#missing + this.#made;
    const seconds = (performance.now() - this.#started) / 1000;
    const pace = this.#made === 0 || seconds === 0
      ? ""
      : ` · ${(this.#made / seconds).toPrecision(2)}/s · ${
        Math.ceil((this.#missing - this.#made) * seconds / this.#made)
      } s left`;
    this.#report.progress(this.#task, done / this.#total, `shards ${done}/${this.#total}${pace}`);
  }

  /** What is told of one shard. @param name In words. */
  of(place: number, name: string): TaskReport {
    const report = this.#report;
    return {
      // Fifty shards at once would say nothing together.
      progress: () => {},
      started: () => {},
      log: (task, message) => report.log(task, `[${place + 1}] ${message}`),
      warn: (task, message) => {
        // Most shards have the same to say.
        if (!this.#warned.has(message)) report.warn(task, message);
        this.#warned.add(message);
      },
      retry: (task, attempt, delay, message) => report.retry(task, attempt, delay, `${name}: ${message}`),
      storeWarning: (message, task) => report.storeWarning(message, task),
    };
  }
}
