/** Smooth courses: slow noise and transitions. */
import type { Random } from "../../random.ts";

/** Smooth noise of unit variance that repeats after `size` samples: white noise through three low-pass poles. */
export function smoothNoise(rng: Random, size: number, rate: number): Float64Array {
  const out = new Float64Array(size);
  const k = 1 - Math.exp(-(2 * Math.PI * 0.5) / rate);
  let a = 0;
  let b = 0;
  let c = 0;
  for (let i = -10 * rate; i < size; i++) {
    a += k * (rng.normal() - a);
    b += k * (a - b);
    c += k * (b - c);
    if (i >= 0) out[i] = c;
  }
  // The end is bent to meet the beginning, so that reading round the table has no jump.
  const seam = Math.round(4 * rate);
  const gap = out[size - 1] - out[0];
  for (let i = 0; i < seam; i++) out[size - 1 - i] -= gap * (1 - minimumJerk(i / seam));
  let sum = 0;
  for (const x of out) sum += x * x;
  const scale = 1 / Math.sqrt(sum / size);
  for (let i = 0; i < size; i++) out[i] *= scale;
  return out;
}

/** The minimum-jerk course from 0 to 1 that human reaching follows (Flash and Hogan, 1985). */
export function minimumJerk(x: number): number {
  return x <= 0 ? 0 : x >= 1 ? 1 : x * x * x * (10 - 15 * x + 6 * x * x);
}
