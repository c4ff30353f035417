/** One run of a plan in the foreground: events shown, interrupts heard. */
import type { RunResult } from "../../engine/mod.ts";
import type { Workplan } from "../../workflow/workplan.ts";
import { exitCodes } from "../terminal/exit.ts";
import { openReporter } from "../terminal/reporter.ts";
import { err } from "../terminal/terminal.ts";
import { openEngineOf } from "../workflow_file.ts";

/** What `run` was told. */
export interface RunFlags {
  param?: Record<string, string> | undefined;
  paramsFile?: string[] | undefined;
  profile?: string[] | undefined;
  only?: string[] | undefined;
  until?: string[] | undefined;
  from?: string[] | undefined;
  force?: string[] | undefined;
  forceAll?: true | undefined;
  jobs?: number | undefined;
  memory?: number | undefined;
  executor?: "local" | "slurm" | undefined;
  keepGoing?: true | undefined;
  allowMissing?: true | undefined;
  strictCache?: true | undefined;
  keepFailed?: true | undefined;
  tag?: string[] | undefined;
  note?: string | undefined;
  root?: string | undefined;
  reports?: string | undefined;
  webhook?: string | undefined;
  /** Due time that the run stands for. */
  scheduled?: string | undefined;
  json?: true | undefined;
  quiet?: true | undefined;
}

/** How watch mode takes part in a run. */
export interface Watching {
  onPlan?: (plan: Workplan) => Promise<void>;
  superseded?: AbortSignal;
}

/** Runs; `superseded` stops the run at once, running steps included. */
export async function runPlan(
  plan: Workplan,
  options: RunFlags,
  superseded?: AbortSignal,
): Promise<RunResult> {
  const reporter = openReporter(options);
  const engine = await openEngineOf(plan, reporter.sink);
  const interrupt = listenForInterrupt();
  try {
    return await engine.run(plan, {
      ...defined({
        only: options.only,
        until: options.until,
        from: options.from,
        force: options.forceAll ?? options.force,
        jobs: options.jobs,
        memory: options.memory,
        executor: options.executor,
        keepGoing: options.keepGoing,
        allowMissing: options.allowMissing,
        strictCache: options.strictCache,
        tags: options.tag,
        note: options.note,
        keepFailed: options.keepFailed,
      }),
      signal: interrupt.signal,
      kill: superseded === undefined ? interrupt.kill : AbortSignal.any([interrupt.kill, superseded]),
    });
  } finally {
    reporter.close();
    interrupt.stop();
    await engine.close();
  }
}

/** Leaves out what is undefined. */
function defined<T extends Record<string, unknown>>(
  values: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined)) as any;
}

/**
 * Ctrl-C once starts nothing more, twice stops the running steps, three times ends at once; whatever is on disk then is
 * valid. A terminate or hang-up signal stops the running steps at its first time.
 */
function listenForInterrupt(): { signal: AbortSignal; kill: AbortSignal; stop(): void } {
  const [stop, kill] = [new AbortController(), new AbortController()];
  const once = () => {
    if (stop.signal.aborted) return twice();
    err("\nstopping: running steps finish and are kept; interrupt again to stop them");
    stop.abort();
  };
  const twice = () => {
    if (kill.signal.aborted) Deno.exit(exitCodes.interrupted);
    err("\nstopping the running steps");
    stop.abort();
    kill.abort();
  };
  const listeners: [Deno.Signal, () => void][] = [["SIGINT", once], ["SIGTERM", twice], ["SIGHUP", twice]];
  for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
  return {
    signal: stop.signal,
    kill: kill.signal,
    stop() {
      for (const [signal, listener] of listeners) Deno.removeSignalListener(signal, listener);
    },
  };
}
