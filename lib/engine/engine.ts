/** The engine on this machine. */
import { InputError } from "../errors.ts";
import type { Workplan } from "../workflow/workplan.ts";
import { CodeMemory } from "./key/code_memory.ts";
import { programRoot } from "./system/program.ts";
import type { EngineEvent } from "./event.ts";
import { environmentOf } from "./executors/environment.ts";
import { StoreFs } from "./system/fs.ts";
import { Layout } from "./system/layout.ts";
import type {
  CacheEntry,
  CheckReport,
  Engine,
  EngineOptions,
  FailedStart,
  ForgetReport,
  GcItem,
  GcOptions,
  GcReport,
  ListOptions,
  PlannedTask,
  RunDiff,
  RunOptions,
  RunRecord,
  RunResult,
  Selection,
  StoredAction,
  VerifyReport,
  Why,
} from "./types.ts";
import type { KnownRuns } from "./store/read_runs.ts";
import { writeFailure } from "./store/run_record.ts";
import { type KnownOutputs, loadedBy, Planner } from "./run/planner.ts";
import type { SharedResults } from "./run/plan_tasks.ts";
import { Run } from "./run/run.ts";
import type { RunParts } from "./run/run_parts.ts";
import { hashRequest } from "./key/file_request.ts";
import { EnvHasher } from "./key/env_hash.ts";
import { dependenciesOf, exactly } from "./run/select_tasks.ts";
import { type Listing, StatCache } from "./key/stat_cache.ts";
import { Store } from "./store/store.ts";

export class LocalEngine implements Engine {
  readonly root: string;
  readonly #store: Store;
  #knownRuns: KnownRuns | undefined;

  readonly #options: EngineOptions;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.root = Deno.realPathSync(options.root);
    this.#store = new Store(new Layout(this.root), new StoreFs(options.faultHook));
  }

  /** What one call of `plan` or `run` works with: the state of the sources now. */
  #open(workplan: Workplan) {
    const cache = new StatCache(this.#store.layout.statCache, this.root);
    const codes = new CodeMemory(this.#store.layout, this.root, cache);
    const env = new EnvHasher(this.#store.layout);
    const planner = new Planner({ ...workplan, root: this.root }, {
      store: this.#store,
      cache,
      codes,
      env,
      environmentOf: (task, code) => environmentOf(task, code, this.root),
    });
    return { cache, codes, env, planner };
  }

  async plan(workplan: Workplan, selection: Selection = {}): Promise<PlannedTask[]> {
    const { cache, codes, planner } = this.#open(workplan);
    await using _ = codes;
    const exact = exactly(workplan.tasks, selection);
    let opened: ReturnType<SharedResults> | undefined;
    const shared = () => opened ??= this.#openShared();
    const { planTasks } = await import("./run/plan_tasks.ts");
    return await planTasks(workplan.tasks, planner, this.root, cache, this.#store.layout, exact, shared);
  }

  /** To look only; what is wrong with it is a warning. */
  async #openShared() {
    const warn = (message: string) => this.#options.onEvent?.({ type: "store-warning", message });
    try {
      const { openShared } = await import("./share/open_shared.ts");
      return await openShared(this.root, this.#store, { warn, signal: new AbortController().signal });
    } catch (error) {
      return void warn(`${(error as Error).message}; this plan goes without it`);
    }
  }

  async run(workplan: Workplan, options: RunOptions = {}): Promise<RunResult> {
    return await this.#withParts(workplan, exactly(workplan.tasks, options), async (parts, codes) => {
      const result = await new Run(parts).go();
      this.#keepCodes(codes);
      await this.#keepSteps(workplan, parts.cache, codes);
      return result;
    });
  }

  /** Keeps what code was found to be; without it the next run follows its modules again. */
  #keepCodes(codes: CodeMemory): void {
    try {
      codes.save(this.#store.fs);
    } catch {
      // A store that cannot be written to was told of by the run.
    }
  }

  /** Keeps what checking learned of the user's steps; without it the next check asks them again. */
  async #keepSteps({ learned, env }: Workplan, cache: StatCache, codes: CodeMemory): Promise<void> {
    if (learned === undefined) return;
    const { layout, fs } = this.#store;
    try {
      const { keepSteps } = await import("./key/step_memory.ts");
      await keepSteps(layout, fs, codes, learned, env);
      cache.save(fs);
    } catch {
      // A store that cannot be written to was told of by the run.
    }
  }

  async verify(workplan: Workplan, options: RunOptions = {}): Promise<VerifyReport> {
    const { verify } = await import("./run/verify.ts");
    return await this.#withParts(workplan, options, verify);
  }

  async #withParts<T>(
    workplan: Workplan,
    options: RunOptions,
    work: (parts: RunParts, codes: CodeMemory) => Promise<T>,
  ): Promise<T> {
    const { cache, codes, env, planner } = this.#open(workplan);
    await using _ = codes;
    const emit = (event: EngineEvent) => this.#options.onEvent?.(event);
    const { executor } = this.#options;
    const motiflow = programVersion();
    const parts = { planner, store: this.#store, cache, env, options, emit, executor, motiflow };
    return await work({ workplan: { ...workplan, root: this.root }, ...parts }, codes);
  }

  async sources(workplan: Workplan): Promise<string[]> {
    const { cache, codes } = this.#open(workplan);
    await using _ = codes;
    const paths = new Set<string>();
    for (const task of workplan.tasks) {
      const found: Record<string, Listing> = {};
      for (const request of task.files) {
        if (request.notebook !== true && request.module !== true) continue;
        try {
          found[request.name] = await hashRequest(this.root, request, cache);
        } catch {
          // What is missing is told by the run.
        }
      }
      for (const path of (await codes.of(task.module, loadedBy(task, found))).stats.keys()) paths.add(path);
    }
    return [...paths];
  }

  async why(workplan: Workplan, step?: string): Promise<Why[]> {
    const { codes, planner } = this.#open(workplan);
    await using _ = codes;
    const wanted = step === undefined
      ? new Set(workplan.tasks.map(({ id }) => id))
      : new Set(exactly(workplan.tasks, { only: [step] }).only);
    const { reasonOf } = await import("./run/plan_tasks.ts");
    const known: KnownOutputs = new Map();
    const found: Why[] = [];
    /** For each task that is not restored: the task that has to run first, and why. */
    const roots = new Map<string, { root: string; reason: string }>();
    for (const task of workplan.tasks) {
      const open = dependenciesOf(task).find((id) => !known.has(id));
      const asked = wanted.has(task.id);
      const nothing = { task: task.id, key: null, changes: [], comparedWith: null };
      if (open !== undefined) {
        const { root, reason } = roots.get(open)!;
        roots.set(task.id, { root, reason });
        const way = root === open ? `${open}, which runs first` : `${open}; ${root} runs first`;
        if (asked) found.push({ ...nothing, status: "unknown", reason: `depends on ${way}: ${reason}` });
        continue;
      }
      try {
        const decision = await planner.decide(task, known, undefined);
        const { key, record, changes, comparedWith } = decision;
        if (record !== undefined) known.set(task.id, record.outputs);
        const { reason } = record === undefined
          ? await reasonOf(task, decision, known, this.#store.layout)
          : decision;
        if (record === undefined) roots.set(task.id, { root: task.id, reason });
        const status = record === undefined ? "run" : "restore";
        if (asked) found.push({ task: task.id, key, status, reason, changes, comparedWith });
      } catch (error) {
        const reason = (error as Error).message;
        roots.set(task.id, { root: task.id, reason });
        if (asked) found.push({ ...nothing, status: "run", reason });
      }
    }
    return found;
  }

  async listRuns(options: ListOptions = {}): Promise<RunRecord[]> {
    const { KnownRuns, listRuns } = await import("./store/read_runs.ts");
    return listRuns(this.#store.layout, options, this.#knownRuns ??= new KnownRuns());
  }

  async countRuns(): Promise<number> {
    const { runIds } = await import("./store/read_runs.ts");
    return runIds(this.#store.layout).length;
  }

  async listWorkflows(limit: number): Promise<{ workflow: string; file: string }[]> {
    const { listWorkflows } = await import("./store/read_runs.ts");
    return listWorkflows(this.#store.layout, limit);
  }

  async readRun(word: string): Promise<RunRecord> {
    const { readRun } = await import("./store/find_run.ts");
    const { KnownRuns } = await import("./store/read_runs.ts");
    return readRun(this.#store.layout, word, this.#knownRuns ??= new KnownRuns());
  }

  async readAction(key: string): Promise<StoredAction | undefined> {
    const { readRecord } = await import("./store/action_record.ts");
    const { readCode } = await import("./store/code_store.ts");
    const { layout } = this.#store;
    const { record } = readRecord(layout, key);
    if (record === undefined) return undefined;
    const { created, seconds, ingredients, outputs } = record;
    const code = readCode(layout, ingredients.code);
    return { created, seconds, ingredients, outputs, code };
  }

  async diffRuns(before: string, after: string): Promise<RunDiff> {
    const { diffRuns } = await import("./history/diff_runs.ts");
    const { layout } = this.#store;
    return diffRuns(layout, await this.readRun(before), await this.readRun(after));
  }

  async recordFailure(failure: FailedStart): Promise<RunRecord> {
    const { fs, layout } = this.#store;
    return writeFailure(fs, layout, failure, programVersion());
  }

  async pinRun(word: string, pinned = true): Promise<void> {
    const { id } = await this.readRun(word);
    const { setPin } = await import("./store/pins.ts");
    setPin(this.#store.fs, this.#store.layout, id, pinned);
  }

  async exportCrate(word: string, folder: string): Promise<void> {
    const { writeCrate } = await import("./history/ro_crate.ts");
    writeCrate(this.#store, await this.readRun(word), folder);
  }

  async cacheList(): Promise<CacheEntry[]> {
    const { listCache } = await import("./store/gc.ts");
    return listCache(this.#store);
  }

  async cacheGc(options: GcOptions = {}): Promise<GcReport> {
    const { collectGarbage } = await import("./store/gc.ts");
    return collectGarbage(this.#store, options);
  }

  async cacheForget(subject: string, dryRun = false): Promise<ForgetReport> {
    const { forgetSubject } = await import("./store/forget_subject.ts");
    const { openShared } = await import("./share/open_shared.ts");
    const silent = { warn: () => {}, signal: new AbortController().signal };
    const shared = dryRun ? undefined : await openShared(this.root, this.#store, silent).catch((cause) => {
      throw new InputError(`Cannot forget anybody: ${cause.message}`, {
        hint: "Try again when it can be used: nothing was removed, neither there nor here.",
        cause,
      });
    });
    return await forgetSubject(this.#store, subject, shared, dryRun);
  }

  async forgetRuns(days: number, dryRun = false): Promise<GcItem[]> {
    const { forgetRuns } = await import("./store/forget_runs.ts");
    return forgetRuns(this.#store, days, dryRun);
  }

  async cacheCheck(): Promise<CheckReport> {
    const { checkStore } = await import("./store/check_store.ts");
    return await checkStore(this.#store);
  }

  async close(): Promise<void> {}
}

function programVersion(): string {
  return JSON.parse(Deno.readTextFileSync(`${programRoot}/deno.json`)).version;
}
