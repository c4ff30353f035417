/** All that a run has to say to people and other programs. */
import { fileOf } from "../engine/store/run_record.ts";
import type { RunResult } from "../engine/mod.ts";
import type { RunReport } from "./report.ts";
import type { Workplan } from "../workflow/workplan.ts";
import { judgeAlerts } from "./judge_alerts.ts";
import { runNumbers } from "./numbers/run_numbers.ts";

/** All that a run has to say. */
export async function reportOf(
  plan: Workplan,
  result: RunResult,
  started: Date,
  due: string | undefined,
): Promise<RunReport> {
  const done = result.tasks.filter((t) => t.outcome === "ran" || t.outcome === "restored");
  const { values } = await runNumbers(plan.root, result.id, done);
  const { tripped, held, unjudged } = judgeAlerts(plan.alerts, values);
  return {
    run: result.id,
    workflow: plan.name,
    file: fileOf(plan),
    due: due ?? null,
    started: started.toISOString(),
    ended: new Date().toISOString(),
    status: result.status,
    values,
    alerts: tripped,
    held,
    unjudged,
    failures: result.tasks.filter((t) => t.outcome === "failed")
      .map(({ id, error }) => ({ task: id, message: error ?? "failed" })),
    whole: result.status === "succeeded" && done.length === result.tasks.length,
  };
}
