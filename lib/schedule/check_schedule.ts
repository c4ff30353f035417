/** The scheduler's say on `schedule:` of a workflow file; croner is loaded only where a file has one. */
import type { ScheduleChecker } from "../workflow/check/check_schedule.ts";

/** Checks cron text and time zone as the scheduler will read them. */
export const checkSchedule: ScheduleChecker = async (schedule) => {
  const { scheduleProblems } = await import("./times.ts");
  return scheduleProblems(schedule);
};
