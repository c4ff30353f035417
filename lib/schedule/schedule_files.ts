/** The workflows of a folder that have a schedule. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fileOf } from "../engine/store/run_record.ts";
import { checkMetric, checkSchedule } from "./check_schedule.ts";
import { namesSchedule } from "./failed_run.ts";
import type { Job } from "./ledger.ts";
import type { Schedule } from "./times.ts";
import { briefErrors, formatDiagnostics } from "../workflow/diagnostic.ts";
import { loadWorkflow } from "../workflow/load.ts";
import type { Workplan } from "../workflow/workplan.ts";
import type { StepRegistry } from "../workflow/step.ts";

/** A file that has or had a schedule and cannot be read. */
export interface BrokenFile {
  /** Relative to the root. */
  file: string;
  problem: string;
  /** Its text, as far as it could be read. */
  source: string;
}

/** What a folder holds. */
export interface Schedules {
  /** Those of broken files as they were last known: their runs fail, and say so. */
  jobs: Job[];
  broken: BrokenFile[];
}

/** What is known of one file. */
interface Seen {
  /** The file, what it includes and its own steps, as they were when it was last read well; undefined to read it again. */
  stamp?: string;
  paths?: string[];
  job?: Job | undefined;
  /** What was last said of it. */
  problem?: string;
  broken?: BrokenFile;
}

/** Most mistakes of one file that are told. */
const MAX_TOLD = 5;

/** Settings of {@linkcode scheduledJobs}. */
export interface ScheduledOptions {
  registry: StepRegistry;
  /** Schedules by file as they were in an earlier life of the program. */
  known?: ReadonlyMap<string, Schedule>;
  onWarning: (message: string) => void;
}

/**
 * Reads a folder's schedules, anew only where a file has changed. A file that cannot be read, is half written or broken
 * keeps the schedule that it had, hides no other file and is warned of once.
 */
export function scheduledJobs(
  place: string,
  root: string,
  options: ScheduledOptions,
): () => Promise<Schedules> {
  const { registry, known, onWarning } = options;
  let seen = new Map<string, Seen>();
  return async () => {
    const now = new Map<string, Seen>();
    for (const path of workflowFiles(place)) now.set(path, await look(path, seen.get(path) ?? {}));
    for (const [path, { job }] of seen) {
      if (job !== undefined && !now.has(path)) onWarning(`${job.file} is gone and no longer scheduled`);
    }
    seen = now;
    const all = [...now.values()];
    return { jobs: all.flatMap(({ job }) => job ?? []), broken: all.flatMap(({ broken }) => broken ?? []) };
  };

  async function look(path: string, before: Seen): Promise<Seen> {
    let told: string, problem: string;
    try {
      if (before.stamp !== undefined && before.stamp === await stampOf(before.paths ?? [])) return before;
      const began = await stampOf([path]);
      const result = await loadWorkflow(path, { registry, root, checkSchedule, checkMetric });
      if (result.ok) {
        const paths = [path, ...partsOf(result.plan)];
        const job = jobOf(path, result.plan.schedule);
        // What is written while it is read is read again in the next turn.
        return began === await stampOf([path]) ? { job, stamp: await stampOf(paths), paths } : { job };
      }
      const errors = result.diagnostics.filter((d) => d.severity === "error").slice(0, MAX_TOLD);
      [told, problem] = [formatDiagnostics(errors), briefErrors(errors).replaceAll(path, nameOf(path))];
    } catch (error) {
      told = problem = `Cannot read ${path}: ${(error as Error).message}`;
    }
    if (told !== before.problem) onWarning(told);
    const file = nameOf(path);
    const source = await textOf(path);
    const job = before.job ?? jobOf(path, known?.get(file));
    const scheduled = job !== undefined || namesSchedule(source);
    return { problem: told, job, ...(scheduled ? { broken: { file, problem, source } } : {}) };
  }

  function jobOf(path: string, schedule: Schedule | undefined): Job | undefined {
    return schedule && { file: nameOf(path), ...schedule };
  }

  function nameOf(path: string): string {
    return fileOf({ root, file: path });
  }
}

/** Files that a workflow consists of beside its own. */
function partsOf({ tasks, fragments = [] }: Workplan): string[] {
  const modules = tasks.flatMap(({ uses, module }) => /^\.{0,2}\//.test(uses) ? [fileURLToPath(module)] : []);
  return [...new Set([...fragments.map(({ path }) => path), ...modules])];
}

/** Sizes and times; one that is gone counts as such. */
async function stampOf(paths: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    paths.map((path) =>
      Deno.stat(path).then(({ size, mtime }) => `${size} ${mtime?.getTime()}`, () => "gone")
    ),
  );
  return stamps.join(", ");
}

/** What can be read of a file; broken bytes and all. */
async function textOf(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch {
    return "";
  }
}

function workflowFiles(place: string): string[] {
  if (Deno.statSync(place).isFile) return [place];
  return [...Deno.readDirSync(place)].filter((e) => e.isFile && /\.ya?ml$/.test(e.name))
    .map((e) => join(place, e.name)).sort();
}
