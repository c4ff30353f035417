/** How much each behaviour is used, by time and by bouts, and how long its bouts last. */
import type { Bout } from "../artifacts/behaviours.ts";
import type { Usage } from "../artifacts/smoothing.ts";
import { boutDurations } from "./bout_durations.ts";

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
      duration: boutDurations(own),
    };
  });
}
