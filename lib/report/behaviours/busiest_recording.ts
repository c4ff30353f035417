/** Which recording shows most when only one is drawn. */
import type { Behaviours } from "../../artifacts/behaviours.ts";

/** The recording with the most bouts, the first of equals; `undefined` without bouts. */
export function busiestRecording({ bouts }: Pick<Behaviours, "bouts">): string | undefined {
  const byRecording = [...Map.groupBy(bouts, (bout) => bout.recording)];
  return byRecording.toSorted(([, a], [, b]) => b.length - a.length).at(0)?.[0];
}
