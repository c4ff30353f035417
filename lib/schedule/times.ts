/** When a schedule is due. Local times that a clock change skips move on; those that it repeats count once. */
import { Cron } from "croner";
import { InputError } from "../errors.ts";
import type { ScheduleProblem } from "../workflow/check/check_schedule.ts";

/** `schedule:` of a workflow file. */
export interface Schedule {
  cron: string;
  timezone: string;
}

/** Most due times that are listed one by one. */
const MOST = 1000;

/** The problem, as an error where there is no workflow file to point into. */
function cronOf(schedule: Schedule): Cron {
  const [problem] = scheduleProblems(schedule).filter((p) => p.severity === "error");
  if (problem !== undefined) {
    const { key, message, hint } = problem;
    throw new InputError(`Cannot read schedule: ${key} "${schedule[key]}" ${message}`, { hint });
  }
  return new Cron(schedule.cron, { timezone: schedule.timezone, paused: true });
}

/**
 * What is wrong with a schedule, for the checker of workflow files; empty where nothing is. Cron text and time zone are
 * looked at on their own, so that both mistakes of a file show at once.
 *
 * ```ts
 * import { scheduleProblems } from "./times.ts";
 * import assert from "node:assert/strict";
 * const problems = scheduleProblems({ cron: "0 25 * * 1", timezone: "Mars/Base" });
 * assert.deepEqual(problems.map((p) => p.key), ["cron", "timezone"]);
 * ```
 */
export function scheduleProblems({ cron, timezone }: Schedule): ScheduleProblem[] {
  const problems: ScheduleProblem[] = [];
  const hint = 'for example "0 3 * * 1" is Monday at 3';
  try {
    const never = new Cron(cron, { timezone: "UTC", paused: true }).nextRun(new Date(0)) === null;
    if (never) problems.push({ key: "cron", severity: "warning", message: "never comes due", hint });
  } catch (cause) {
    const reason = (cause as Error).message.replace(/^Cron\w+: /, "");
    const message = `cannot be read: ${reason.charAt(0).toLowerCase()}${reason.slice(1).replace(/\.$/, "")}`;
    problems.push({ key: "cron", severity: "error", message, hint });
  }
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch {
    problems.push({
      key: "timezone",
      severity: "error",
      message: "is no time zone",
      hint: "use a name such as Europe/Berlin or UTC",
    });
  }
  return problems;
}

/**
 * The first time after `after`; undefined where none ever comes.
 *
 * ```ts
 * import { nextTime } from "./times.ts";
 * import assert from "node:assert/strict";
 * const monday = nextTime({ cron: "0 3 * * 1", timezone: "UTC" }, new Date("2026-01-01"));
 * assert.equal(monday?.toISOString(), "2026-01-05T03:00:00.000Z");
 * ```
 *
 * @throws {InputError} when the expression or the time zone is wrong.
 */
export function nextTime(schedule: Schedule, after: Date): Date | undefined {
  return cronOf(schedule).nextRun(after) ?? undefined;
}

/**
 * Due times in (after, now], oldest first. They are counted from an earlier due time on, because only so an hour that
 * the clock repeats is not taken for a new one. Of a very long gap only the last times are listed.
 */
export function dueTimes(schedule: Schedule, after: Date, now: Date): Date[] {
  const cron = cronOf(schedule);
  const times: Date[] = [];
  for (let time = cron.nextRun(after); time !== null && time <= now; time = cron.nextRun(time)) {
    times.push(time);
    if (times.length > MOST) return cron.previousRuns(MOST, new Date(now.getTime() + 1000)).reverse();
  }
  return times;
}
