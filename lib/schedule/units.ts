/** Schedules for the machine's own timers: systemd units and crontab lines. */
import { InputError } from "../errors.ts";
import type { Job } from "./ledger.ts";

/** What a unit starts. */
export interface UnitCommand {
  /** Words of the command that runs the workflow. */
  words: string[];
  /** Working directory. */
  folder: string;
}

const FIELDS = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day", min: 1, max: 31 },
  { name: "month", min: 1, max: 12 },
  { name: "weekday", min: 0, max: 7 },
] as const;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** The values that a field allows; undefined for all. */
function valuesOf(job: Job, text: string, place: number): number[] | undefined {
  const { name, min, max } = FIELDS[place];
  const refuse = () =>
    new InputError(`Cannot write "${job.cron}" for the machine's timers: its ${name} is "${text}"`, {
      file: job.file,
      hint: "Lists, ranges and steps of numbers or names can be written; others run by `schedule` only.",
    });
  if (text === "*" || text === "?") return undefined;
  const names = place === 3 ? MONTHS : place === 4 ? DAYS : [];
  const value = (word: string) => {
    const index = names.indexOf(word.toLowerCase());
    const number = index >= 0 ? index + min : /^\d+$/.test(word) ? Number(word) : NaN;
    if (!(number >= min && number <= max)) throw refuse();
    return number;
  };
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part);
    if (match === null || match[3] === "0") throw refuse();
    const [, first, last, step] = match;
    const from = first === "*" ? min : value(first);
    const to = last !== undefined ? value(last) : first === "*" || step !== undefined ? max : from;
    for (let v = from; v <= to; v += Number(step ?? 1)) found.add(place === 4 ? v % 7 : v);
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * `OnCalendar=` lines of a schedule. As in cron, a day that either field names is meant where both are given.
 *
 * ```ts
 * import { calendarLines } from "./units.ts";
 * import assert from "node:assert/strict";
 * const job = { file: "w.yaml", cron: "0 3 * * 1", timezone: "UTC" };
 * assert.deepEqual(calendarLines(job), ["Mon *-*-* 03:00:00 UTC"]);
 * ```
 *
 * @throws {InputError} where systemd has no words for the expression.
 */
export function calendarLines(job: Job): string[] {
  const words = fiveFields(job);
  const [minute, hour, day, month, weekday] = words.map((text, place) => valuesOf(job, text, place));
  const list = (values: number[] | undefined, width = 2) =>
    values === undefined ? "*" : values.map((v) => String(v).padStart(width, "0")).join(",");
  const weekdays = weekday?.map((d) => DAYS[d][0].toUpperCase() + DAYS[d].slice(1)).join(",");
  const line = (days: number[] | undefined, names: string | undefined) =>
    `${names === undefined ? "" : `${names} `}*-${list(month)}-${list(days)} ` +
    `${list(hour)}:${list(minute)}:00 ${job.timezone}`;
  if (day !== undefined && weekdays !== undefined) return [line(day, undefined), line(undefined, weekdays)];
  return [line(day, weekdays)];
}

function fiveFields(job: Job): string[] {
  const words = job.cron.trim().split(/\s+/);
  if (words.length === 5) return words;
  throw new InputError(`Cannot write "${job.cron}" for the machine's timers: it counts seconds`, {
    file: job.file,
    hint: "Use five fields: minute, hour, day, month, weekday.",
  });
}

/** Unit files by name. `Persistent=` makes up once for what was missed while the machine was off. */
export function systemdUnits(job: Job, { words, folder }: UnitCommand): Record<string, string> {
  const name = `motiflow-${job.file.replace(/\.ya?ml$/, "").replaceAll(/[^\w-]+/g, "-")}`;
  return {
    [`${name}.service`]: `[Unit]
Description=Motiflow ${job.file}

[Service]
Type=oneshot
WorkingDirectory=${systemdEscape(folder)}
ExecStart=${words.map(systemdWord).join(" ")}
KillSignal=SIGTERM
TimeoutStopSec=30
`,
    [`${name}.timer`]: `[Unit]
Description=Motiflow ${job.file}: ${job.cron} ${job.timezone}

[Timer]
${calendarLines(job).map((line) => `OnCalendar=${line}`).join("\n")}
Persistent=true

[Install]
WantedBy=timers.target
`,
  };
}

/** How a machine's cron takes time zones. */
export interface CronHere {
  /** The zone in which it reads its lines. */
  zone: string;
  /** Whether it knows `CRON_TZ`: cronie does; the cron of Debian, Ubuntu and Raspberry Pi OS takes it for a variable. */
  knowsZones: boolean;
}

/**
 * Lines for `crontab -e`; a zone holds for the lines after it.
 *
 * @throws {InputError} where the expression has no words in cron, or cron would run it at another time.
 */
export function cronLines(job: Job, { words, folder }: UnitCommand, here: CronHere): string[] {
  const other = canonical(job.timezone) !== canonical(here.zone);
  if (other && !here.knowsZones) {
    throw new InputError(
      `Cannot write "${job.cron}" for cron: its zone is ${job.timezone}, and this machine's cron knows ${here.zone} only`,
      {
        file: job.file,
        hint: "Use --print systemd, or let cron call `schedule DIR --once` every few minutes.",
      },
    );
  }
  const fields = fiveFields(job);
  fields.forEach((text, place) => valuesOf(job, text, place));
  const command = `cd ${shellQuote(folder)} && ${words.map(shellQuote).join(" ")}`;
  // A percent sign ends the command in a crontab.
  const line = `${fields.join(" ")} ${command.replaceAll("%", "\\%")}`;
  return here.knowsZones ? [`CRON_TZ=${job.timezone}`, line] : [line];
}

/** One name for a zone that has several. */
function canonical(zone: string): string {
  return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
}

function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function systemdEscape(text: string): string {
  return text.replaceAll("%", "%%");
}

function systemdWord(word: string): string {
  const escaped = systemdEscape(word).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("$", "$$$$");
  return /[\s"';\\]/.test(word) || word === "" ? `"${escaped}"` : escaped;
}
