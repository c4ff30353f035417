/** Numbers, times and sizes as people read them: the terminal, the dashboard and the report write them alike. */

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/**
 * How long a run took. One that was killed left no end, so nobody knows; `still running` of one that runs.
 *
 * ```ts
 * import { runTime } from "./numbers.ts";
 * import assert from "node:assert/strict";
 * assert.equal(runTime({ status: "failed", ended: "2026-11-30T14:05:09Z", seconds: 12 }), "12 s");
 * assert.equal(runTime({ status: "running", ended: null, seconds: 0 }), "still running");
 * assert.equal(runTime({ status: "interrupted", ended: null, seconds: 0 }), "unknown");
 * ```
 */
export function runTime(
  { status, ended, seconds }: { status: string; ended: string | null; seconds: number },
): string {
  if (ended !== null) return duration(seconds);
  return status === "running" ? "still running" : "unknown";
}

/** `2026-11-30 14:05:09` by this machine's clock and time zone, of a time as records hold it. */
export function moment(iso: string): string {
  const time = new Date(iso);
  const two = (n: number) => String(n).padStart(2, "0");
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")}`;
}

/** `512 B`, `1.5 KB`, `27 MB`. */
export function bytes(count: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let unit = 0;
  for (; count >= 1000 && unit < units.length - 1; unit++) count /= 1000;
  return `${count < 10 && unit > 0 ? count.toFixed(1) : Math.round(count)} ${units[unit]}`;
}

/** `93.4 %`; `unknown` for a share of nothing. */
export function percent(share: number, digits = 1): string {
  return Number.isNaN(share) ? "unknown" : `${(100 * share).toFixed(digits)} %`;
}

/** At most four significant digits, without a useless exponent. */
export function number(value: number): string {
  if (Number.isInteger(value)) return String(value);
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e9)) return value.toExponential(3);
  return significant(value, 4);
}

/**
 * At most so many significant digits, but every digit before the point: 1023 is not 1020.
 *
 * ```ts
 * import { significant } from "./numbers.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([0.12345, 12.345, 1023, 1023.4].map((x) => significant(x, 3)), ["0.123", "12.3", "1023", "1023"]);
 * ```
 */
export function significant(value: number, digits = 3): string {
  return String(Math.abs(value) >= 10 ** digits ? Math.round(value) : Number(value.toPrecision(digits)));
}

/** One thing or several. */
export function count(n: number, one: string, several = `${one}s`): string {
  return `${n} ${n === 1 ? one : several}`;
}
