/** From labels of windows to bouts of recordings, accurate to the sample. */
import type { Bout } from "../artifacts/behaviours.ts";
import type { Windows } from "../artifacts/windows.ts";
import type { Stretch } from "./stretches.ts";
import { stretchesOf } from "./stretches.ts";

/** A stretch of samples `[from, to)` with one label; `covered` says whether they lie in a stretch of windows. */
interface Piece {
  from: number;
  to: number;
  label: number;
  covered: boolean;
}

/**
 * Bouts of every recording. Each sample within a continuous stretch of windows takes the label of the window whose
 * centre is nearest (the earlier one where tied); samples outside stretches are −1. The bouts of a recording follow each
 * other without a hole: the end of one is the start of the next, the first starts at 0 and the last ends at
 * `samples / rate`.
 *
 * A bout is censored on a side where it touches the recording's end or samples outside stretches.
 */
export function boutsOf(
  windows: Windows,
  labels: ArrayLike<number>,
  stretches = stretchesOf(windows),
): Bout[] {
  const { recordings } = windows;
  const byRecording = Map.groupBy(stretches, (s) => s.recording);
  const bouts: Bout[] = [];
  recordings.recordings.forEach((recording, r) => {
    const pieces = piecesOf(windows, labels, byRecording.get(r) ?? [], recording.samples);
    for (let i = 0, next = i; i < pieces.length; i = next) {
      do next++; while (next < pieces.length && pieces[next].label === pieces[i].label);
      const [first, last] = [pieces[i], pieces[next - 1]];
      const open = (neighbor: Piece | undefined) => neighbor === undefined || !neighbor.covered;
      bouts.push({
        recording: recording.id,
        subject: recording.subject,
        label: first.label,
        start: first.from / recordings.rate,
        end: last.to / recordings.rate,
        duration: (last.to - first.from) / recordings.rate,
        censoredLeft: open(pieces[i - 1]),
        censoredRight: open(pieces[next]),
      });
    }
  });
  return bouts;
}

function piecesOf(
  { start, length }: Windows,
  labels: ArrayLike<number>,
  stretches: Stretch[],
  samples: number,
): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  const push = (to: number, label: number, covered: boolean) => {
    if (to <= done) return;
    const last = pieces.at(-1);
    // As one a window, those of millions would be more than all bouts together.
    if (last !== undefined && last.label === label && last.covered === covered) last.to = to;
    else pieces.push({ from: done, to, label, covered });
    done = to;
  };
  for (const stretch of stretches) {
    push(start[stretch.from], -1, false);
    for (let w = stretch.from; w + 1 < stretch.to; w++) {
      // Sample t is at least as near to this centre as to the next one iff t ≤ (both starts + length − 1) / 2.
      push(Math.floor((start[w] + start[w + 1] + length - 1) / 2) + 1, labels[w], true);
    }
    push(start[stretch.to - 1] + length, labels[stretch.to - 1], true);
  }
  push(samples, -1, false);
  return pieces;
}
