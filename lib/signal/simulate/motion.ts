/** How the simulated people move: pose angles over time, and what ideal sensors feel of them. */
import type { Random } from "../../random.ts";
import { behaviours, channel, postureChannels, waveChannels } from "./behaviours.ts";
import { feel, type Instant, newInstant, pose } from "./body.ts";
import { minimumJerk, smoothNoise } from "./noise.ts";
import type { Person } from "./person.ts";
import type { Segment } from "./schedule.ts";

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

/** Adds the movement at a phase, in cycles, to the pose. */
function addWaves(q: Float64Array, { table }: Pattern, phase: number, weight: number): void {
  const at = (phase - Math.floor(phase)) * tableSize;
  const i = Math.floor(at);
  const f = at - i;
  const low = i * waveChannels;
  const high = low + waveChannels;
  for (let c = 0; c < waveChannels; c++) {
    q[c] += weight * (table[low + c] * (1 - f) + table[high + c] * f);
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
  let instants: [Instant, Instant, Instant] = [newInstant(), newInstant(), newInstant()];
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
    q.fill(0);
    addWaves(q, pattern, phase, w * effort);
    if (w < 1) {
      oldPhase += old.step * hurry;
      addWaves(q, old, oldPhase, (1 - w) * effort);
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
    for (let c = 8; c < 11 && shake > 0; c++) q[c] += shake * rng.normal();
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
