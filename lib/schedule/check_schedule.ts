/** The scheduler's say on `schedule:` and `alerts:` of a workflow file; what it needs is loaded only where a file has them. */
import type { MetricChecker } from "../workflow/check/check_alerts.ts";
import type { ScheduleChecker } from "../workflow/check/check_schedule.ts";

/** Checks cron text and time zone as the scheduler will read them. */
export const checkSchedule: ScheduleChecker = async (schedule) => {
  const { scheduleProblems } = await import("./times.ts");
  return scheduleProblems(schedule);
};

/** Looks the metric of an alert up among all that steps of the program write. */
export const checkMetric: MetricChecker = async (name) => {
  const { unlisted } = await import("../metrics/catalogue.ts");
  return unlisted(name);
};
