/** The eye on workflow files: one that breaks is a failed run with its alert, one that is put right is told as well. */
import { BROKEN, keepFailedRun, keepRecovery } from "./failed_run.ts";
import type { Outlets } from "./keep_report.ts";
import type { Job } from "./ledger.ts";
import type { Schedules } from "./schedule_files.ts";

/**
 * Reads the schedules, and tells once of each file that is broken or well again.
 *
 * @returns Reads the schedules; `broken` names the files that were broken at any time since the start.
 */
export function attendFiles(
  read: () => Promise<Schedules>,
  root: string,
  outlets: Outlets,
): { jobs: () => Promise<Job[]>; broken: Set<string> } {
  const broken = new Set<string>();
  /** Files of which nothing is left to tell. The history knows what earlier lives of the program told. */
  let told = new Map<string, "broken" | "well">();
  const jobs = async () => {
    const found = await read();
    const states = new Map<string, "broken" | "well">(found.jobs.map(({ file }) => [file, "well"]));
    for (const { file } of found.broken) states.set(file, "broken");
    for (const one of found.broken) {
      broken.add(one.file);
      if (told.get(one.file) !== "broken") {
        await keepFailedRun(root, { ...one, broken: true }, BROKEN, outlets);
      }
    }
    for (const [file, state] of states) {
      if (state === "well" && told.get(file) !== "well") await keepRecovery(root, file, outlets);
    }
    told = states;
    return found.jobs;
  };
  return { jobs, broken };
}
