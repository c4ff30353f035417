/**
 * The body as a chain trunk – upper arm – forearm: from pose angles to what ideal sensors on waist and wrist feel.
 *
 * World frame: x north, y west, z up. Trunk frame: x forward, y left, z up along the trunk. Accelerometers feel
 * `Rᵀ(p″ + g)`, gyroscopes the rotation vector of `R(t−1)ᵀ R(t+1)` over two samples, magnetometers `Rᵀ B`.
 */
import type { Rotation } from "../augment/rotation.ts";
import type { Person, Unit } from "./person.ts";

/** Standard gravity, m/s². */
export const gravity = 9.80665;
/** Earth's field in the world frame, µT: 48 µT at 65° inclination. */
export const earthField: readonly [number, number, number] = [20.3, 0, -43.5];

/** `r = r · Rx(angle)` */
function turnX(r: Rotation, angle: number): void {
  const s = Math.sin(angle);
  const c = Math.cos(angle);
  for (let i = 0; i < 9; i += 3) {
    const y = r[i + 1];
    const z = r[i + 2];
    r[i + 1] = c * y + s * z;
    r[i + 2] = c * z - s * y;
  }
}

/** `r = r · Ry(angle)` */
function turnY(r: Rotation, angle: number): void {
  const s = Math.sin(angle);
  const c = Math.cos(angle);
  for (let i = 0; i < 9; i += 3) {
    const x = r[i];
    const z = r[i + 2];
    r[i] = c * x - s * z;
    r[i + 2] = c * z + s * x;
  }
}

/** `r = r · Rz(angle)` */
function turnZ(r: Rotation, angle: number): void {
  const s = Math.sin(angle);
  const c = Math.cos(angle);
  for (let i = 0; i < 9; i += 3) {
    const x = r[i];
    const y = r[i + 1];
    r[i] = c * x + s * y;
    r[i + 1] = c * y - s * x;
  }
}

/** `position += r · (x, y, z)` */
function addTurned(position: Float64Array, r: Rotation, x: number, y: number, z: number): void {
  position[0] += r[0] * x + r[1] * y + r[2] * z;
  position[1] += r[3] * x + r[4] * y + r[5] * z;
  position[2] += r[6] * x + r[7] * y + r[8] * z;
}

/** Orientation and place of both sensors' segments at one instant. */
export interface Instant {
  trunk: Rotation;
  forearm: Rotation;
  waist: Float64Array;
  wrist: Float64Array;
  /** Acceleration of the pelvis by gait and vibration, world frame. */
  pelvis: Float64Array;
}

/** An instant to write into. */
export const newInstant = (): Instant => ({
  trunk: new Float64Array(9),
  forearm: new Float64Array(9),
  waist: new Float64Array(3),
  wrist: new Float64Array(3),
  pelvis: new Float64Array(3),
});

/** Kinematics of the chain trunk – upper arm – forearm for pose values `q`. */
export function pose(person: Person, q: Float64Array, heading: number, out: Instant): void {
  const { trunk, forearm, waist, wrist, pelvis } = out;
  trunk.fill(0);
  trunk[0] = trunk[4] = trunk[8] = 1;
  turnZ(trunk, heading);
  const c = trunk[0];
  const s = trunk[3];
  turnY(trunk, q[0]);
  turnX(trunk, q[1]);
  turnZ(trunk, q[2]);
  const [wx, wy, wz] = person.waist.offset;
  waist[0] = waist[1] = 0;
  waist[2] = q[7];
  wrist.set(waist);
  addTurned(waist, trunk, wx, wy, wz);
  addTurned(wrist, trunk, 0, 0.11 * person.side * person.height, 0.29 * person.height);
  forearm.set(trunk);
  turnY(forearm, -q[3]);
  turnX(forearm, person.side * q[4]);
  addTurned(wrist, forearm, 0, 0, -0.186 * person.height);
  turnY(forearm, -q[5]);
  turnZ(forearm, person.side * q[6]);
  const [rx, ry, rz] = person.wrist.offset;
  addTurned(wrist, forearm, rx, ry, rz - 0.146 * person.height);
  pelvis[0] = c * q[8] - s * q[9];
  pelvis[1] = s * q[8] + c * q[9];
  pelvis[2] = q[10];
}

/** Writes one unit's nine ideal readings (acc, gyro, mag) in its housing's frame. */
export function feel(
  unit: Unit,
  r: [Rotation, Rotation, Rotation],
  p: [Float64Array, Float64Array, Float64Array],
  pelvis: Float64Array,
  rate: number,
  out: Float32Array,
  at: number,
): void {
  const [before, now, after] = r;
  const rate2 = rate * rate;
  const ax = (p[2][0] - 2 * p[1][0] + p[0][0]) * rate2 + pelvis[0];
  const ay = (p[2][1] - 2 * p[1][1] + p[0][1]) * rate2 + pelvis[1];
  const az = (p[2][2] - 2 * p[1][2] + p[0][2]) * rate2 + pelvis[2] + gravity;
  // Rotation over two samples in the frame of the middle one: skew part of Rᵀ(t−1) R(t+1).
  let gx = before[2] * after[1] + before[5] * after[4] + before[8] * after[7];
  gx = (gx - (before[1] * after[2] + before[4] * after[5] + before[7] * after[8])) / 2;
  let gy = before[0] * after[2] + before[3] * after[5] + before[6] * after[8];
  gy = (gy - (before[2] * after[0] + before[5] * after[3] + before[8] * after[6])) / 2;
  let gz = before[1] * after[0] + before[4] * after[3] + before[7] * after[6];
  gz = (gz - (before[0] * after[1] + before[3] * after[4] + before[6] * after[7])) / 2;
  const sine = Math.hypot(gx, gy, gz);
  const speed = (sine > 1e-9 ? Math.asin(Math.min(1, sine)) / sine : 1) * rate / 2;
  gx *= speed;
  gy *= speed;
  gz *= speed;
  const [bx, by, bz] = earthField;
  const m = unit.mounting;
  const fx = now[0] * ax + now[3] * ay + now[6] * az;
  const fy = now[1] * ax + now[4] * ay + now[7] * az;
  const fz = now[2] * ax + now[5] * ay + now[8] * az;
  const hx = now[0] * bx + now[3] * by + now[6] * bz;
  const hy = now[1] * bx + now[4] * by + now[7] * bz;
  const hz = now[2] * bx + now[5] * by + now[8] * bz;
  for (let i = 0; i < 3; i++) {
    out[at + i] = m[i] * fx + m[3 + i] * fy + m[6 + i] * fz;
    out[at + 3 + i] = m[i] * gx + m[3 + i] * gy + m[6 + i] * gz;
    out[at + 6 + i] = m[i] * hx + m[3 + i] * hy + m[6 + i] * hz;
  }
}
