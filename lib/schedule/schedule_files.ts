/** The workflows of a folder that have a schedule. */
import { join, relative } from "node:path";
import { checkSchedule } from "./check_schedule.ts";
import type { Job } from "./ledger.ts";
import { formatDiagnostics } from "../workflow/diagnostic.ts";
import { loadWorkflow } from "../workflow/load.ts";
import type { StepRegistry } from "../workflow/step.ts";

/** What is known of one file. */
interface Seen {
  /** Size and time when it was last read well; undefined where it has to be read again. */
  stamp?: string;
  job?: Job | undefined;
  /** What was last said of it. */
  problem?: string;
}

/** Most mistakes of one file that are told. */
const MAX_TOLD = 5;

/**
 * Reads a folder's schedules, anew only where a file has changed. A file that cannot be read, is half written or broken
 * keeps the schedule that it had, hides no other file and is warned of once: its runs then fail and say so.
 */
export function scheduledJobs(
  place: string,
  root: string,
  registry: StepRegistry,
  onWarning: (message: string) => void,
): () => Promise<Job[]> {
  let seen = new Map<string, Seen>();
  return async () => {
    const now = new Map<string, Seen>();
    for (const path of workflowFiles(place)) now.set(path, await look(path, seen.get(path) ?? {}));
    seen = now;
    return [...now.values()].flatMap(({ job }) => job ?? []);
  };

  async function look(path: string, before: Seen): Promise<Seen> {
    let problem: string;
    try {
      const info = await Deno.stat(path);
      const stamp = `${info.size} ${info.mtime?.getTime()}`;
      if (before.stamp === stamp) return before;
      const result = await loadWorkflow(path, { registry, root, checkSchedule });
      if (result.ok) return { stamp, job: jobOf(path, result.plan.schedule) };
      const errors = result.diagnostics.filter((d) => d.severity === "error");
      problem = formatDiagnostics(errors.slice(0, MAX_TOLD));
    } catch (error) {
      problem = `Cannot read ${path}: ${(error as Error).message}`;
    }
    if (problem !== before.problem) onWarning(problem);
    return { problem, job: before.job };
  }

  function jobOf(path: string, schedule: { cron: string; timezone: string } | undefined): Job | undefined {
    return schedule && { file: relative(root, path).replaceAll("\\", "/"), ...schedule };
  }
}

function workflowFiles(place: string): string[] {
  if (Deno.statSync(place).isFile) return [place];
  return [...Deno.readDirSync(place)].filter((e) => e.isFile && /\.ya?ml$/.test(e.name))
    .map((e) => join(place, e.name)).sort();
}
