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

/** Significant digits without an exponent for everyday sizes; `–` for nothing. */
export function typesetNumber(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  // Rounded first: 0.0999999 has the decimals of 0.100.
  const rounded = Number(value.toPrecision(digits));
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
