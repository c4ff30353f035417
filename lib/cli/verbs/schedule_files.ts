/** The workflows of a folder that have a schedule. */
import { join, relative } from "node:path";
import { registry } from "../../steps/registry.ts";
import type { Job } from "../../schedule/ledger.ts";
import { nextTime } from "../../schedule/times.ts";
import { formatDiagnostics } from "../../workflow/diagnostic.ts";
import { loadWorkflow } from "../../workflow/load.ts";

interface Seen {
  stamp: string;
  job: Job | undefined;
}

/**
 * Reads a folder's schedules, anew only where a file has changed. A file that got broken keeps the schedule that it had:
 * its runs then fail and say so.
 */
export function scheduledJobs(
  place: string,
  root: string,
  trouble: (message: string) => void,
): () => Promise<Job[]> {
  const seen = new Map<string, Seen>();
  return async () => {
    const jobs: Job[] = [];
    for (const path of workflowFiles(place)) {
      const info = Deno.statSync(path);
      const stamp = `${info.size} ${info.mtime?.getTime()}`;
      const before = seen.get(path);
      const job = before?.stamp === stamp ? before.job : await read(path) ?? before?.job;
      seen.set(path, { stamp, job });
      if (job !== undefined) jobs.push(job);
    }
    return jobs;
  };

  async function read(path: string): Promise<Job | undefined> {
    const result = await loadWorkflow(path, { registry, root });
    if (!result.ok) {
      trouble(formatDiagnostics(result.diagnostics.filter((d) => d.severity === "error").slice(0, 5)));
      return undefined;
    }
    if (result.plan.schedule === undefined) return undefined;
    nextTime(result.plan.schedule, new Date());
    return { file: relative(root, path).replaceAll("\\", "/"), ...result.plan.schedule };
  }
}

function workflowFiles(place: string): string[] {
  if (Deno.statSync(place).isFile) return [place];
  return [...Deno.readDirSync(place)].filter((e) => e.isFile && /\.ya?ml$/.test(e.name))
    .map((e) => join(place, e.name)).sort();
}
