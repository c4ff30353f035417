/** When the simulated people do what: a semi-Markov chain of behaviours, cut into segments of one style and heading. */
import type { Random } from "../../random.ts";
import { type Behaviour, behaviours } from "./behaviours.ts";

/** A stretch of one behaviour in one style. */
export interface Segment {
  /** Index of the behaviour. */
  behaviour: number;
  /** Index of the style within the behaviour. */
  style: number;
  /** First sample; the change from the segment before begins here. */
  start: number;
  /** Samples that the change from the segment before takes. */
  change: number;
  /** The change is between behaviours, so its samples carry no label. */
  transition: boolean;
  /** Heading, radians, not wrapped. */
  heading: number;
}

const byName = new Map(behaviours.map((b, i) => [b.name, i]));

/** Seconds that a change of posture takes. */
function changeSeconds(rng: Random, from: Behaviour, to: Behaviour): number {
  const stretch = Math.exp(0.15 * rng.normal());
  const lying = (from.name === "lying") !== (to.name === "lying");
  if (lying) return 2.8 * stretch;
  const rise = Math.abs((from.posture.height ?? 0) - (to.posture.height ?? 0));
  return (rise > 0.1 ? 1.7 : 0.9) * stretch;
}

/** Draws the segments that fill `samples` samples at `rate` per second. */
export function drawSchedule(rng: Random, samples: number, rate: number): Segment[] {
  const segments: Segment[] = [];
  let now = rng.below(behaviours.length);
  let heading = rng.between(0, 2 * Math.PI);
  let start = 0;
  let change = 0;
  while (start < samples) {
    const behaviour = behaviours[now];
    const seconds = Math.max(8, behaviour.dwell[0] * Math.exp(behaviour.dwell[1] * rng.normal()));
    const end = start + change + Math.round(seconds * rate);
    let transition = true;
    while (start < end) {
      const style = rng.weighted(behaviour.styles.map((s) => s.weight));
      segments.push({ behaviour: now, style, start, change, transition, heading });
      const held = change + Math.round(rng.between(behaviour.restyle[0], behaviour.restyle[1]) * rate);
      // A rest too short to be a style of its own is given to the last one.
      start = start + held > end - 3 * rate ? end : start + held;
      heading += rng.between(-behaviour.turn, behaviour.turn);
      change = Math.round(rng.between(1, 1.8) * rate);
      transition = false;
    }
    const names = Object.keys(behaviour.next);
    const next = byName.get(names[rng.weighted(names.map((n) => behaviour.next[n]))])!;
    change = Math.round(changeSeconds(rng, behaviour, behaviours[next]) * rate);
    now = next;
  }
  segments[0].change = 0;
  return segments;
}
