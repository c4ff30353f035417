/** When a schedule is due. Local times that a clock change skips move on; those that it repeats count once. */
import { Cron } from "croner";
import { InputError } from "../errors.ts";

/** `schedule:` of a workflow file. */
export interface Schedule {
  cron: string;
  timezone: string;
}

/** Most due times that are listed one by one. */
const MOST = 1000;

function cronOf({ cron, timezone }: Schedule): Cron {
  try {
    const parsed = new Cron(cron, { timezone, paused: true });
    parsed.nextRun(new Date(0));
    return parsed;
  } catch (cause) {
    const zone = /timezone/i.test(String(cause));
    throw new InputError(
      zone
        ? `There is no time zone ${timezone}`
        : `Cannot read schedule "${cron}": ${(cause as Error).message}`,
      {
        hint: zone ? "Use a name such as Europe/Berlin or UTC." : 'For example "0 3 * * 1" is Monday at 3.',
        cause,
      },
    );
  }
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
