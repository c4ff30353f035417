/**
 * When a logger was not worn. Source: van Hees et al. 2013, "Separating movement and gravity components in an acceleration
 * signal and implications for the assessment of human daily physical activity", PLoS ONE 8(4): windows of an hour, one every
 * quarter, are not worn where two of three axes vary by less than 13 mg (SD) and 50 mg (range).
 */
import { mergeGaps } from "../read/sample_times.ts";
import { epochsOf, type Triad } from "./epochs.ts";

/** Seconds of a window and between windows. */
const [windowSeconds, hopSeconds] = [3600, 900];
const [flatSd, flatRange] = [0.013, 0.05];

/**
 * Stretches `[from, to)` of samples in which the sensor was not worn: every window of an hour that hardly moves, whole.
 * Recordings below an hour have none.
 */
export function notWorn(
  triad: Triad,
  rate: number,
  stretches: readonly (readonly [number, number])[],
): [number, number][] {
  const [length, hop] = [Math.round(windowSeconds * rate), Math.round(hopSeconds * rate)];
  const { count, start, sd, range } = epochsOf(triad, stretches, length, hop);
  const found: [number, number][] = [];
  for (let k = 0; k < count; k++) {
    let flat = 0;
    for (let i = 3 * k; i < 3 * k + 3; i++) if (sd[i] < flatSd && range[i] < flatRange) flat++;
    if (flat >= 2) found.push([start[k], start[k] + length]);
  }
  return mergeGaps(found);
}
