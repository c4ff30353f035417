/** Who the simulated people are: what differs from one subject to the next, drawn once per subject. */
import type { Random } from "../../random.ts";
import { behaviours, postureChannels, waveChannels } from "./behaviours.ts";
import { axisRotation, multiply, randomRotation, type Rotation } from "../augment/rotation.ts";

/** One three-axis instrument's errors. */
export interface TriadErrors {
  /** Added to each axis. */
  bias: [number, number, number];
  /** Scale and cross-axis matrix, row-major `[9]`; soft iron for a magnetometer. */
  matrix: Float64Array;
  /** Standard deviation of the white noise per sample. */
  noise: number;
  /** Standard deviation of the bias walk's step per second. */
  walk: number;
  /** Readings are clipped to ±range. */
  range: number;
}

/** One worn sensor unit. */
export interface Unit {
  /** Orientation of the housing on the body segment. */
  mounting: Rotation;
  /** Place on the segment, metres in the segment's frame. */
  offset: [number, number, number];
  accelerometer: TriadErrors;
  gyroscope: TriadErrors;
  magnetometer: TriadErrors;
}

/** One subject. */
export interface Person {
  /** Body height, metres. */
  height: number;
  /** +1 wears the watch on the left wrist, −1 on the right. */
  side: number;
  /** By behaviour: offset of each posture channel (style), radians. */
  posture: Float64Array[];
  /** By behaviour: factor on each periodic channel's amplitude. */
  vigour: Float64Array[];
  /** By behaviour: factor on the frequency. */
  pace: number[];
  /** Shift of the phase of harmonic m in each periodic channel, radians, `[waveChannels * 7]`. */
  phases: Float64Array;
  /** Factor on the weight of high harmonics: soft or hard heel strike. */
  impact: number;
  /** Factor on sway and fidgeting. */
  restless: number;
  waist: Unit;
  wrist: Unit;
}

const deg = Math.PI / 180;

function errors(
  rng: Random,
  bias: number,
  scale: number,
  noise: number,
  walk: number,
  range: number,
): TriadErrors {
  const matrix = new Float64Array(9);
  for (let i = 0; i < 9; i++) {
    matrix[i] = (i % 4 === 0 ? 1 : 0) + rng.normal() * (i % 4 === 0 ? scale : scale / 3);
  }
  return {
    bias: [rng.normal() * bias, rng.normal() * bias, rng.normal() * bias],
    matrix,
    noise: noise * Math.exp(0.3 * rng.normal()),
    walk,
    range,
  };
}

function unit(rng: Random, base: Rotation, tilt: number, offset: [number, number, number]): Unit {
  return {
    mounting: multiply(base, randomRotation(rng, tilt)),
    offset: offset.map((x) => x + 0.02 * rng.normal()) as [number, number, number],
    accelerometer: errors(rng, 0.09, 0.008, 0.035, 0.001, 4 * 9.80665),
    gyroscope: errors(rng, 0.012, 0.008, 0.005, 0.0002, 1000 * deg),
    magnetometer: errors(rng, 9, 0.06, 0.6, 0.02, 1200),
  };
}

/**
 * Draws a subject.
 *
 * @param rng The subject's own stream.
 * @param difference Factor on all differences of style between people; 1 is realistic, 0 makes clones in body and style
 * (their sensors still differ).
 */
export function drawPerson(rng: Random, difference = 1): Person {
  const d = difference;
  const height = 1.72 + 0.09 * d * Math.max(-2, Math.min(2, rng.normal()));
  const side = rng.uniform() < 0.5 ? 1 : -1;
  const cadence = Math.exp(0.05 * d * rng.normal());
  const energy = Math.exp(0.08 * d * rng.normal());
  const swing = Math.exp(0.16 * d * rng.normal());
  const lean = 0.03 * d * rng.normal();
  const posture: Float64Array[] = [];
  const vigour: Float64Array[] = [];
  const pace: number[] = [];
  for (const behaviour of behaviours) {
    const offset = new Float64Array(postureChannels);
    for (let c = 0; c < 3; c++) offset[c] = 0.03 * d * rng.normal();
    for (let c = 3; c < 7; c++) offset[c] = 0.07 * d * rng.normal();
    offset[0] += lean;
    posture.push(offset);
    const factor = new Float64Array(waveChannels);
    for (let c = 0; c < waveChannels; c++) {
      const arm = c >= 3 && c <= 6;
      factor[c] = (arm ? swing : energy) * Math.exp(0.06 * d * rng.normal());
    }
    vigour.push(factor);
    // Froude scaling: cadence falls with the square root of leg length.
    pace.push((behaviour.gait ? cadence * Math.sqrt(1.72 / height) : 1) * Math.exp(0.03 * d * rng.normal()));
  }
  const phases = new Float64Array(waveChannels * 7);
  for (let i = 0; i < phases.length; i++) phases[i] = 0.12 * d * rng.normal();
  const impact = Math.exp(0.15 * d * rng.normal());
  const restless = Math.exp(0.2 * d * rng.normal());
  const upright = axisRotation(0, 0, 1, (rng.uniform() < 0.75 ? -1 : 1) * 25 * deg);
  // A watch lies with its x axis along the forearm, on the back of the hand.
  const watch = multiply(axisRotation(0, 1, 0, Math.PI / 2), axisRotation(1, 0, 0, side * 0.5 * Math.PI));
  return {
    height,
    side,
    posture,
    vigour,
    pace,
    phases,
    impact,
    restless,
    waist: unit(rng, upright, 10 * deg, [0.1, -0.1, 0.06]),
    wrist: unit(rng, watch, 20 * deg, [0, 0, 0.02]),
  };
}
