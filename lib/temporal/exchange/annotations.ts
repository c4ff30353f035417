/** Bouts as the intervals that annotation programs work with. */
import type { Behaviours, Bout } from "../../artifacts/behaviours.ts";

/** One interval of one recording, in seconds. */
export interface Annotation {
  recording: string;
  subject: string;
  label: string;
  start: number;
  end: number;
}

/** How a video's clock goes by that of its recording: `offset + rate · seconds`. */
export interface MediaClock {
  /** Second of the video at which the recording starts. */
  offset: number;
  /** Seconds of the video in a second of the recording. */
  rate: number;
}

/** The recording's own clock. */
export const ownClock: MediaClock = { offset: 0, rate: 1 };

/**
 * The bouts of behaviours on a video's clock; what lies before the video's start is cut, and time without behaviour left
 * out.
 *
 * ```ts
 * import { annotationsOf } from "./annotations.ts";
 * import assert from "node:assert/strict";
 * const bout = { recording: "r", subject: "s", label: 0, start: 2, end: 5, duration: 3, censoredLeft: false, censoredRight: false };
 * const [first] = annotationsOf({ names: ["walk"], bouts: [bout] }, { offset: -3, rate: 1 });
 * assert.deepEqual([first.label, first.start, first.end], ["walk", 0, 2]);
 * ```
 */
export function annotationsOf(
  { names, bouts }: Pick<Behaviours, "names"> & { bouts: readonly Bout[] },
  { offset, rate }: MediaClock = ownClock,
): Annotation[] {
  const at = (seconds: number) => Math.max(0, Number((offset + rate * seconds).toFixed(3)));
  return bouts.filter(({ label }) => label >= 0)
    .map(({ recording, subject, label, start, end }) => ({
      recording,
      subject,
      label: names[label]!,
      start: at(start),
      end: at(end),
    }))
    .filter(({ start, end }) => end > start);
}
