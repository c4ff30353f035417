/** 3-D rotation matrices as nine numbers, row-major, written into arrays that the caller owns. */
import type { Random } from "../../random.ts";

/** A rotation matrix `[9]`, row-major. */
export type Rotation = Float64Array;

/**
 * The rotation by `angle` about a unit axis (Rodrigues' formula, `R = I + sin θ K + (1 − cos θ) K²`).
 *
 * ```ts
 * import { axisRotation } from "./rotation.ts";
 * import assert from "node:assert/strict";
 * const quarter = axisRotation(0, 0, 1, Math.PI / 2); // about z: x becomes y
 * assert.deepEqual(Array.from(quarter, Math.round), [0, -1, 0, 1, 0, 0, 0, 0, 1]);
 * ```
 *
 * @param x,y,z Axis, of length 1.
 * @param angle Radians.
 * @param out Where to write; a new matrix when left out.
 */
export function axisRotation(
  x: number,
  y: number,
  z: number,
  angle: number,
  out: Rotation = new Float64Array(9),
): Rotation {
  const s = Math.sin(angle);
  const c = Math.cos(angle);
  const v = 1 - c;
  out[0] = c + x * x * v;
  out[1] = x * y * v - z * s;
  out[2] = x * z * v + y * s;
  out[3] = y * x * v + z * s;
  out[4] = c + y * y * v;
  out[5] = y * z * v - x * s;
  out[6] = z * x * v - y * s;
  out[7] = z * y * v + x * s;
  out[8] = c + z * z * v;
  return out;
}

/** A rotation about an axis uniform on the sphere by an angle uniform in `[0, maxRadians]`. */
export function randomRotation(
  rng: Random,
  maxRadians: number,
  out: Rotation = new Float64Array(9),
): Rotation {
  const z = rng.between(-1, 1);
  const turn = rng.between(0, 2 * Math.PI);
  const r = Math.sqrt(1 - z * z);
  return axisRotation(r * Math.cos(turn), r * Math.sin(turn), z, rng.uniform() * maxRadians, out);
}

/** The product `a · b`; `out` may be neither of them. */
export function multiply(a: Rotation, b: Rotation, out: Rotation = new Float64Array(9)): Rotation {
  for (let i = 0; i < 9; i += 3) {
    for (let j = 0; j < 3; j++) out[i + j] = a[i] * b[j] + a[i + 1] * b[3 + j] + a[i + 2] * b[6 + j];
  }
  return out;
}
