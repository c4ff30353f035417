/** Points in time as data loggers write them. */
import { InputError } from "../../errors.ts";
import type { Place } from "./laws/place.ts";

const zonePattern = "(Z|UTC|GMT|[+-]\\d\\d(?::?\\d\\d)?)?(?:\\s*\\[[^\\]]*\\])?";
const clockPattern = "(\\d{1,2}):(\\d\\d)(?::(\\d\\d)(?:[.,:](\\d+))?)?\\s*(AM|PM)?";
const iso = new RegExp(
  `^(\\d{4})[-/.](\\d\\d?)[-/.](\\d\\d?)[T ]+${clockPattern}\\s*${zonePattern}$`,
  "i",
);
const yearLast = new RegExp(
  `^(\\d\\d?)([-/. ])(\\d\\d?|[A-Za-z]{3,9})\\2(\\d{4}|\\d\\d)[T, ]+${clockPattern}\\s*${zonePattern}$`,
  "i",
);
const clockOnly = new RegExp(`^${clockPattern}$`, "i");
/** Minutes and seconds, as spreadsheets show times of day. */
const minutesOnly = /^(\d{1,3}):([0-5]\d)(?:[.,](\d+))?$/;
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Milliseconds of a day; NaN out of range. */
function clock(hour: string, minute: string, second = "0", fraction?: string, half?: string): number {
  let h = +hour;
  if (half !== undefined) {
    if (h < 1 || h > 12) return NaN;
    h = h % 12 + (/p/i.test(half) ? 12 : 0);
  }
  if (h > 23 || +minute > 59 || +second > 60) return NaN;
  return ((h * 60 + +minute) * 60 + +second) * 1000 +
    (fraction === undefined ? 0 : Number(`0.${fraction}`) * 1000);
}

/** Milliseconds since 1970 of a day; NaN for a day that no calendar has. */
function day(year: number, month: number, dayOfMonth: number): number {
  const at = new Date(Date.UTC(year, month - 1, dayOfMonth));
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === dayOfMonth ? at.getTime() : NaN;
}

function offset(zone: string | undefined): number {
  if (zone === undefined || /^[A-Z]/i.test(zone)) return 0;
  const minutes = zone.length > 3 ? +zone.slice(-2) : 0;
  return (+zone.slice(1, 3) * 60 + minutes) * 60_000 * (zone[0] === "-" ? -1 : 1);
}

/**
 * Milliseconds since 1970 of a date and time, year first, with all digits of its fraction; NaN for anything else, and for
 * a day or hour that does not exist. A time without zone is taken as UTC, so that a result does not depend on the machine.
 *
 * ```ts
 * import { parseInstant } from "./instant.ts";
 * import assert from "node:assert/strict";
 * assert.equal(parseInstant("1970-01-01 00:00:01.0205"), 1020.5);
 * assert.equal(parseInstant("1970-01-01T01:00:00+01:00"), 0);
 * assert(Number.isNaN(parseInstant("yesterday")) && Number.isNaN(parseInstant("2024-02-30 00:00:00")));
 * ```
 */
export function parseInstant(text: string): number {
  const match = iso.exec(text.trim());
  if (match === null) return NaN;
  const [, year, month, date, hour, minute, second, fraction, half, zone] = match;
  return day(+year, +month, +date) + clock(hour, minute, second, fraction, half) - offset(zone);
}

/** Which of day and month comes first in dates whose year comes last, or what times of two parts are. */
export type DateOrder = "dmy" | "mdy" | "ymd" | "hm" | "ms";

/**
 * The order of day and month that a format tells.
 *
 * @param format Letters as in `dd/MM/yyyy HH:mm` or marks as in `%d/%m/%Y`.
 * @throws {InputError} for a format without day, month and year.
 */
export function orderOfFormat(format: string): DateOrder {
  if (/^(h+:mm|%[hi]:%m)$/i.test(format)) return "hm";
  if (/^(m+:ss|%m:%s)([.,].*)?$/i.test(format)) return "ms";
  const marks = format.includes("%") ? ["%d", /%[mbB]/, /%[yY]/] : [/[dD]/, "M", /[yY]/];
  const [d, m, y] = marks.map((mark) => format.search(mark));
  if (d < 0 || m < 0 || y < 0) {
    throw new InputError(`Cannot use format "${format}": it names no day, month and year`, {
      hint:
        "Write it like dd/MM/yyyy HH:mm:ss, or %d/%m/%Y %H:%M:%S; or HH:mm or mm:ss for times of two parts.",
    });
  }
  return y < d ? "ymd" : d < m ? "dmy" : "mdy";
}

/** Reads a column of dates, whose order of day and month may show only later. */
export class Dates {
  /** Times of day without date. */
  daily = false;
  readonly #order: DateOrder | undefined;
  /** By row, what a date is when the month comes first. */
  readonly #monthFirst: number[] = [];
  #dayFirst = false;
  #clear = false;
  /** A time of two parts, which may be hours or minutes. */
  #open: string | undefined;

  constructor(order?: DateOrder) {
    this.#order = order;
  }

  /** Milliseconds since 1970, of a day without a date; NaN for anything else. */
  parse(text: string, row: number): number {
    const plain = text.trim();
    const sure = parseInstant(plain);
    if (!Number.isNaN(sure)) return sure;
    const short = minutesOnly.exec(plain);
    if (short !== null && (this.#order === "ms" || short[3] !== undefined)) {
      return (+short[1] * 60 + +short[2]) * 1000 + Number(`0.${short[3] ?? 0}`) * 1000;
    }
    if (short !== null && this.#order !== "hm") this.#open ??= plain;
    const time = clockOnly.exec(plain);
    if (time !== null) {
      this.daily = true;
      return clock(time[1], time[2], time[3], time[4], time[5]);
    }
    const match = yearLast.exec(plain);
    if (match === null) return NaN;
    const [, first, mark, second, years, hour, minute, sec, fraction, half, zone] = match;
    const year = years.length === 2 ? 2000 + +years : +years;
    const within = clock(hour, minute, sec, fraction, half) - offset(zone);
    if (/[a-z]/i.test(second)) {
      return day(year, months.indexOf(second.slice(0, 3).toLowerCase()) + 1, +first) + within;
    }
    if (mark === "." || this.#order === "dmy") return day(year, +second, +first) + within;
    if (this.#order === "mdy") return day(year, +first, +second) + within;
    const [dayFirst, monthFirst] = [day(year, +second, +first), day(year, +first, +second)];
    if (Number.isNaN(monthFirst)) this.#dayFirst = true;
    else if (Number.isNaN(dayFirst)) this.#clear = true;
    this.#monthFirst[row] = monthFirst + within;
    return Number.isNaN(dayFirst) ? monthFirst + within : dayFirst + within;
  }

  /**
   * Settles in place which of day and month comes first.
   *
   * @throws {InputError} where the dates leave it open, or contradict each other.
   */
  settle(times: Float64Array, name: string, place: Place): void {
    if (this.#open !== undefined) {
      throw new InputError(`Cannot tell hours from minutes in the times of ${name}: ${this.#open}`, {
        ...place,
        hint: `State the format: "HH:mm" or "mm:ss" under format, or write h:mm:ss.`,
      });
    }
    const alternatives = this.#monthFirst;
    if (alternatives.length === 0 || (this.#dayFirst && !this.#clear)) return;
    if (this.#dayFirst) {
      throw new InputError("Cannot use time: some dates begin with the day and others with the month", place);
    }
    if (!this.#clear && alternatives.some((at, row) => at !== times[row])) {
      throw new InputError("Cannot tell day from month in the dates of the time column", {
        ...place,
        hint: `State the format: time: { column: "${name}", format: "dd/MM/yyyy HH:mm:ss" }, or MM/dd/yyyy.`,
      });
    }
    alternatives.forEach((at, row) => times[row] = at);
  }
}
