/** How much each behaviour is used, by time and by bouts, and how long its bouts last. */
import type { Bout } from "../artifacts/behaviours.ts";

/** Usage of one behaviour. Durations are in seconds and of complete bouts only where any are complete. */
export interface Usage {
  id: number;
  bouts: number;
  seconds: number;
  /** Share of the assigned time (−1 left out) and of the assigned bouts. */
  timeShare: number;
  boutShare: number;
  /** Bouts cut off on either side: their true length is unknown. */
  censored: number;
  duration: { n: number; p10: number; median: number; p90: number; mean: number; complete: boolean } | null;
}

/** Usage of behaviours `0 … k − 1`; behaviours that never occur have zeros and `duration: null`. */
export function usageOf(bouts: readonly Bout[], k: number): Usage[] {
  const assigned = bouts.filter((b) => b.label >= 0);
  const total = assigned.reduce((s, b) => s + b.duration, 0);
  const groups = Map.groupBy(assigned, (b) => b.label);
  return Array.from({ length: k }, (_, id) => {
    const own = groups.get(id) ?? [];
    const seconds = own.reduce((s, b) => s + b.duration, 0);
    const whole = own.filter((b) => !b.censoredLeft && !b.censoredRight);
    return {
      id,
      bouts: own.length,
      seconds,
      timeShare: total === 0 ? 0 : seconds / total,
      boutShare: assigned.length === 0 ? 0 : own.length / assigned.length,
      censored: own.length - whole.length,
      duration: durations(whole.length > 0 ? whole : own, whole.length > 0),
    };
  });
}

function durations(bouts: Bout[], complete: boolean): Usage["duration"] {
  if (bouts.length === 0) return null;
  const sorted = Float64Array.from(bouts, (b) => b.duration).sort();
  const at = (q: number) => {
    const position = q * (sorted.length - 1), below = Math.floor(position);
    return sorted[below] +
      (position - below) * (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]);
  };
  const mean = sorted.reduce((a, b) => a + b, 0) / sorted.length;
  return { n: sorted.length, p10: at(0.1), median: at(0.5), p90: at(0.9), mean, complete };
}
