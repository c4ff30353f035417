/**
 * How the simulated people move: pose angles over time, turned into what ideal sensors on waist and wrist would feel.
 *
 * World frame: x north, y west, z up. Trunk frame: x forward, y left, z up along the trunk. Accelerometers feel
 * `Rᵀ(p″ + g)`, gyroscopes the rotation vector of `R(t−1)ᵀ R(t+1)` over two samples, magnetometers `Rᵀ B`.
 */
import type { Random } from "../random.ts";
import { behaviours, channel, postureChannels, waveChannels } from "./simulate_behaviours.ts";
import type { Person, Unit } from "./simulate_person.ts";
import type { Segment } from "./simulate_schedule.ts";
import type { Rotation } from "./rotation.ts";

/** Standard gravity, m/s². */
export const gravity = 9.80665;
/** Earth's field in the world frame, µT: 48 µT at 65° inclination. */
export const earthField: readonly [number, number, number] = [20.3, 0, -43.5];

const tableSize = 256;
const names = Object.keys(channel) as (keyof typeof channel)[];

/** A segment made concrete for one person: posture and one cycle of movement as a table. */
interface Pattern {
  posture: Float64Array;
  /** `[tableSize + 1, waveChannels]`, closed cycle. */
  table: Float64Array;
  /** Cycles per sample. */
  step: number;
  sway: number;
  vibration: number;
}

function makePattern(rng: Random, person: Person, segment: Segment, rate: number): Pattern {
  const behaviour = behaviours[segment.behaviour];
  const style = behaviour.styles[segment.style];
  const posture = new Float64Array(postureChannels);
  for (let c = 0; c < postureChannels; c++) {
    posture[c] = (behaviour.posture[names[c]] ?? 0) + (style.posture?.[names[c]] ?? 0) +
      person.posture[segment.behaviour][c];
    // The same person sits differently each time, above all with the arms.
    if (c < channel.height) posture[c] += (c < 3 ? 0.025 : 0.09) * rng.normal();
  }
  posture[channel.height] *= person.height;
  const table = new Float64Array((tableSize + 1) * waveChannels);
  const force = Math.exp(0.07 * rng.normal());
  for (let c = 0; c < waveChannels; c++) {
    const waves = [...(behaviour.waves[names[c]] ?? []), ...(style.waves?.[names[c]] ?? [])];
    for (const [multiple, amplitude, phase] of waves) {
      const hard = multiple > 2 ? person.impact : 1;
      const a = amplitude * hard * force * person.vigour[segment.behaviour][c];
      const p = phase + person.phases[c * 7 + multiple];
      for (let i = 0; i <= tableSize; i++) {
        table[i * waveChannels + c] += a *
          Math.sin((2 * Math.PI * multiple * (i % tableSize)) / tableSize + p);
      }
    }
  }
  const pace = person.pace[segment.behaviour] * Math.exp(0.035 * rng.normal());
  return {
    posture,
    table,
    step: ((style.frequency ?? behaviour.frequency) * pace) / rate,
    sway: behaviour.sway * person.restless,
    vibration: behaviour.vibration,
  };
}

/** Smooth noise of unit variance that repeats after `size` samples: white noise through three low-pass poles. */
function smoothNoise(rng: Random, size: number, rate: number): Float64Array {
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
interface Instant {
  trunk: Rotation;
  forearm: Rotation;
  waist: Float64Array;
  wrist: Float64Array;
  /** Acceleration of the pelvis by gait and vibration, world frame. */
  pelvis: Float64Array;
}

const instant = (): Instant => ({
  trunk: new Float64Array(9),
  forearm: new Float64Array(9),
  waist: new Float64Array(3),
  wrist: new Float64Array(3),
  pelvis: new Float64Array(3),
});

/** Kinematics of the chain trunk – upper arm – forearm for pose values `q`. */
function pose(person: Person, q: Float64Array, heading: number, out: Instant): void {
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
function feel(
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

/**
 * What ideal sensors feel, float32 `[samples, 2, 9]` (waist, wrist; acc m/s², gyro rad/s, mag µT), and the labels.
 *
 * @param segments From `drawSchedule`, with the same `samples` and `rate`.
 */
export function simulateMotion(
  rng: Random,
  person: Person,
  segments: readonly Segment[],
  samples: number,
  rate: number,
): { data: Float32Array; labels: Int32Array } {
  const data = new Float32Array(samples * 18);
  const labels = new Int32Array(samples);
  const patterns = segments.map((s) => makePattern(rng, person, s, rate));
  const noise = smoothNoise(rng, 1 << 15, rate);
  const mask = noise.length - 1;
  const offsets = Int32Array.from({ length: 9 }, () => rng.below(noise.length));
  const q = new Float64Array(waveChannels);
  let instants: [Instant, Instant, Instant] = [instant(), instant(), instant()];
  let k = 0;
  let phase = rng.uniform();
  let oldPhase = phase;
  for (let t = -1; t <= samples; t++) {
    while (k + 1 < segments.length && t >= segments[k + 1].start) {
      k++;
      oldPhase = phase;
      phase = rng.uniform();
    }
    const segment = segments[k];
    const pattern = patterns[k];
    const old = patterns[Math.max(0, k - 1)];
    const x = segment.change === 0 ? 1 : (t - segment.start) / segment.change;
    const w = minimumJerk(x);
    const hurry = 1 + 0.04 * noise[(t + offsets[7]) & mask];
    const effort = 1 + 0.08 * noise[(t + offsets[8]) & mask];
    phase += pattern.step * hurry;
    const at = (phase - Math.floor(phase)) * tableSize;
    const i = Math.floor(at);
    const f = at - i;
    const low = i * waveChannels;
    const high = low + waveChannels;
    const { table } = pattern;
    for (let c = 0; c < waveChannels; c++) {
      q[c] = w * effort * (table[low + c] * (1 - f) + table[high + c] * f);
    }
    if (w < 1) {
      oldPhase += old.step * hurry;
      const row = Math.floor((oldPhase - Math.floor(oldPhase)) * tableSize) * waveChannels;
      for (let c = 0; c < waveChannels; c++) q[c] += (1 - w) * effort * old.table[row + c];
    }
    for (let c = 0; c < postureChannels; c++) q[c] += w * pattern.posture[c] + (1 - w) * old.posture[c];
    const sway = w * pattern.sway + (1 - w) * old.sway;
    for (let c = 0; c < 7; c++) q[c] += sway * (c < 3 ? 0.6 : 1.4) * noise[(t + offsets[c]) & mask];
    if (w < 1 && w > 0) {
      // Standing up and sitting down lean forward on the way.
      const rise = Math.abs(pattern.posture[channel.height] - old.posture[channel.height]);
      q[channel.pitch] += 1.1 * rise * Math.sin(Math.PI * w) ** 2;
    }
    const shake = w * pattern.vibration + (1 - w) * old.vibration;
    if (shake > 0) { for (let c = 8; c < 11; c++) q[c] += shake * rng.normal(); }
    const from = k === 0 ? segment.heading : segments[k - 1].heading;
    pose(person, q, from + (segment.heading - from) * w, instants[2]);
    if (t >= 0 && t < samples) labels[t] = segment.transition && x < 1 ? -1 : segment.behaviour;
    const [a, b, c] = instants;
    if (t >= 1) {
      const o = (t - 1) * 18;
      feel(person.waist, [a.trunk, b.trunk, c.trunk], [a.waist, b.waist, c.waist], b.pelvis, rate, data, o);
      feel(
        person.wrist,
        [a.forearm, b.forearm, c.forearm],
        [a.wrist, b.wrist, c.wrist],
        b.pelvis,
        rate,
        data,
        o + 9,
      );
    }
    instants = [b, c, a];
  }
  return { data, labels };
}
