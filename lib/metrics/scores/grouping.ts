/** What belongs together when intervals are drawn. */
import { optimalBlock } from "../drift/drift.ts";
import type { Judged } from "./judged.ts";

/** What belongs together: the group of each judged row. */
export interface Grouping {
  group: Int32Array;
  count: number;
  of: string;
}

/**
 * What is drawn for intervals: subjects; recordings where there is one subject; blocks of neighbouring windows, as long
 * as right and wrong decisions hang together, where there is one recording.
 */
export function groupsOf(judged: Judged, predicted: Int32Array): Grouping {
  if (judged.subjects.length > 1) {
    return { group: judged.subject, count: judged.subjects.length, of: "subjects" };
  }
  if (judged.recordings.length > 1) {
    return { group: judged.recording, count: judged.recordings.length, of: "recordings" };
  }
  const length = optimalBlock([predicted.map((p, i) => (p === judged.labels[i] ? 1 : 0))]);
  const group = predicted.map((_, i) => Math.floor(i / length));
  return { group, count: group[group.length - 1] + 1, of: `blocks of ${length} windows` };
}
