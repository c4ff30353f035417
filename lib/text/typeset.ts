/** Numbers as they are printed in figures and tables: a real minus sign, thin spaces between thousands. */

/** `12 345` with thin spaces. */
export function typesetCount(n: number): string {
  return Math.round(n).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** A stretch of recorded time: `45 s`, `12 min`, `6.25 h`. */
export function typesetTime(seconds: number): string {
  if (seconds < 60) return `${typesetNumber(seconds)} s`;
  return seconds < 3600 ? `${typesetNumber(seconds / 60)} min` : `${typesetNumber(seconds / 3600)} h`;
}

/**
 * A column of numbers, all with the same decimals: enough for three digits of the largest and two of the smallest. Whole
 * numbers stay whole, and numbers of very different size are written each by itself.
 *
 * ```ts
 * import { typesetColumn } from "./typeset.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([1560.02, 825.5].map(typesetColumn([1560.02, 825.5])), ["1\u202f560", "826"]);
 * assert.deepEqual([455.12, 8, 6.34].map(typesetColumn([455.12, 8, 6.34])), ["455.1", "8.0", "6.3"]);
 * ```
 */
export function typesetColumn(column: readonly number[]): (value: number) => string {
  const sizes = column.filter((v) => Number.isFinite(v) && v !== 0).map(Math.abs);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  if (column.every(Number.isInteger) || most >= 1000 * least || most >= 1e6 || least < 1e-4) {
    return (value) => typesetNumber(value, 4);
  }
  const order = (size: number) => Math.floor(Math.log10(size));
  // Shares have three decimals, also where one of them is 1.
  const decimals = Math.max(most <= 1 ? 3 : 0, 2 - order(most), 1 - order(least));
  return (value) =>
    !Number.isFinite(value) || decimals === 0
      ? typesetNumber(Math.round(value))
      : value.toFixed(decimals).replace("-", "−");
}

/** A unit as it is printed: `m/s²` for `m/s^2`, `µT` for `uT`; nothing where none is known. */
export function typesetUnit(unit: string): string {
  if (unit === "unknown") return "";
  return unit.replaceAll("^2", "²").replaceAll("^3", "³").replace(/^u(?=[A-Z])/, "µ");
}

/** Significant digits without an exponent for everyday sizes; `–` for nothing. */
export function typesetNumber(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  // Rounded first: 0.0999999 has the decimals of 0.100.
  const rounded = Math.abs(value) >= 10 ** digits ? Math.round(value) : Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size === 0) return "0";
  if (Number.isInteger(value) && size < 1e9) {
    return value < 0 ? `−${typesetCount(-value)}` : typesetCount(value);
  }
  const text = size >= 1e6 || size < 1e-4
    ? rounded.toExponential(digits - 1)
    : rounded.toFixed(Math.max(0, digits - 1 - Math.floor(Math.log10(size))));
  return text.replaceAll("-", "−");
}
