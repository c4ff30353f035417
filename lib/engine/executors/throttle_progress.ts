/** Holds back progress messages of talkative steps: at most ten a second, and never loses the last one. */
import type { Progress } from "../../workflow/step.ts";

const pause = 100;

/** Passes progress on to `sink` at a bearable pace; `flush` passes on what is held. */
export function throttleProgress(sink: (progress: Progress) => void): {
  progress: (progress: Progress) => void;
  flush: () => void;
  /** What is held, which is passed on in another way. */
  rest: () => Progress | undefined;
} {
  let last = -Infinity;
  let held: Progress | undefined;
  const flush = () => {
    if (held !== undefined) sink(held);
    held = undefined;
  };
  return {
    progress(progress) {
      held = progress;
      const now = performance.now();
      if (now - last < pause) return;
      last = now;
      flush();
    },
    flush,
    rest() {
      const rest = held;
      held = undefined;
      return rest;
    },
  };
}
