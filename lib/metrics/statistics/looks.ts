/** Repeated looks at growing data: the O'Brien-Fleming boundaries, which keep the overall error at α. */
import { normalCdf, normalQuantile } from "./special.ts";

/** Grid of the numerical integration, in standard deviations of one look's increment. */
const step = 0.05;

/**
 * |z| that the k-th of `looks` equally spaced looks must reach, two-sided at overall level `alpha`: `C √(looks/k)` with C
 * such that a random walk without drift crosses with probability α (O'Brien and Fleming 1979; recursive integration of
 * Armitage, McPherson and Rowe 1969).
 *
 * ```ts
 * import { obrienFleming } from "./looks.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(obrienFleming(5).map((z) => z.toFixed(2)), ["4.56", "3.23", "2.63", "2.28", "2.04"]);
 * ```
 */
export function obrienFleming(looks: number, alpha = 0.05): number[] {
  if (!(Number.isInteger(looks) && looks >= 1 && looks <= 50)) {
    throw new RangeError(`Cannot plan looks: their number must be an integer in [1, 50], got ${looks}`);
  }
  if (!(alpha > 0 && alpha < 1)) {
    throw new RangeError(`Cannot plan looks: alpha must lie in (0, 1), got ${alpha}`);
  }
  let low = normalQuantile(1 - alpha / 2), high = low + 3;
  for (let i = 0; i < 40 && looks > 1; i++) {
    const middle = (low + high) / 2;
    if (crossing(looks, middle) > alpha) low = middle;
    else high = middle;
  }
  return Array.from({ length: looks }, (_, k) => low * Math.sqrt(looks / (k + 1)));
}

/**
 * Probability that a sum of unit normals leaves `±c √looks` at one of its steps. On that scale the boundary is constant,
 * so one transition density serves every look.
 */
function crossing(looks: number, c: number): number {
  const bound = c * Math.sqrt(looks);
  const cells = Math.max(3, Math.ceil(2 * bound / step));
  const width = 2 * bound / cells;
  // Probability of moving by i cells, integrated over the cell that is reached.
  const move = Float64Array.from(
    { length: cells },
    (_, i) => normalCdf((i + 0.5) * width) - normalCdf((i - 0.5) * width),
  );
  const center = (i: number) => -bound + (i + 0.5) * width;
  let inside = Float64Array.from(
    { length: cells },
    (_, i) => normalCdf(center(i) + width / 2) - normalCdf(center(i) - width / 2),
  );
  for (let k = 1; k < looks; k++) {
    const next = new Float64Array(cells);
    for (let from = 0; from < cells; from++) {
      for (let to = 0; to < cells; to++) next[to] += inside[from] * move[Math.abs(to - from)];
    }
    inside = next;
  }
  return 1 - inside.reduce((a, b) => a + b, 0);
}
