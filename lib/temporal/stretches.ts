/** Where a sequence of windows is continuous: smoothing and counting never cross a recording, a gap or a skipped window. */
import type { Windows } from "../artifacts/windows.ts";

/** Window numbers `[from, to)` of one recording without a gap between them. */
export interface Stretch {
  from: number;
  to: number;
  /** Index of the recording. */
  recording: number;
}

/** Windows in stretches. */
export function windowsIn(stretches: readonly Pick<Stretch, "from" | "to">[]): number {
  return stretches.reduce((n, { from, to }) => n + to - from, 0);
}

/**
 * Splits the windows, in their order, into continuous stretches. Fewer than `hop` samples that no window covers do not
 * interrupt: they are left over where windows are cut within stretches of one label, which must not guide smoothing.
 */
export function stretchesOf(
  windows: Pick<Windows, "recording" | "start" | "hop" | "length"> & {
    recordings: { recordings: { gaps: [number, number][] }[] };
  },
): Stretch[] {
  const { recording, start, hop, length } = windows;
  const out: Stretch[] = [];
  let from = 0;
  for (let i = 1; i <= start.length; i++) {
    const spacing = recording[i] === recording[i - 1] ? start[i] - start[i - 1] : 0;
    const joined = spacing > 0 && spacing < length + hop &&
      (spacing <= length || !windows.recordings.recordings[recording[i]].gaps
        .some(([a, b]) => a < start[i] && b > start[i - 1] + length));
    if (joined) continue;
    out.push({ from, to: i, recording: recording[from] });
    from = i;
  }
  return out;
}

/** The parts of stretches whose windows are all wanted. */
export function restrict(stretches: readonly Stretch[], wanted: (window: number) => boolean): Stretch[] {
  const out: Stretch[] = [];
  for (const { from, to, recording } of stretches) {
    for (let i = from; i < to; i++) {
      if (!wanted(i)) continue;
      const start = i;
      while (i < to && wanted(i)) i++;
      out.push({ from: start, to: i, recording });
    }
  }
  return out;
}
