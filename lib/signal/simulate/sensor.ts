/** What real sensors make of ideal readings: scale and cross-axis errors, drifting bias, noise, a limited range. */
import type { Random } from "../../random.ts";
import type { TriadErrors } from "./person.ts";

/**
 * Spoils one triad of `data` in place.
 *
 * @param data float32, `stride` values per sample, the triad at `first`, `first + 1`, `first + 2`.
 * @param rate Samples per second; the bias walks one step per second.
 */
export function addSensorErrors(
  rng: Random,
  errors: TriadErrors,
  data: Float32Array,
  first: number,
  stride: number,
  rate: number,
): void {
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = errors.matrix;
  const { noise, walk, range } = errors;
  let [bx, by, bz] = errors.bias;
  const second = Math.round(rate);
  for (let i = first, t = 0; i < data.length; i += stride, t++) {
    if (t % second === 0) {
      bx += walk * rng.normal();
      by += walk * rng.normal();
      bz += walk * rng.normal();
    }
    const x = data[i];
    const y = data[i + 1];
    const z = data[i + 2];
    const rx = m0 * x + m1 * y + m2 * z + bx + noise * rng.normal();
    const ry = m3 * x + m4 * y + m5 * z + by + noise * rng.normal();
    const rz = m6 * x + m7 * y + m8 * z + bz + noise * rng.normal();
    data[i] = rx > range ? range : rx < -range ? -range : rx;
    data[i + 1] = ry > range ? range : ry < -range ? -range : ry;
    data[i + 2] = rz > range ? range : rz < -range ? -range : rz;
  }
}
