/** What belongs together when intervals are made. */
import type { Unit } from "../statistics/authority.ts";
import type { Judged } from "./judged.ts";

/** What belongs together: the group of each judged row. */
export interface Grouping extends Unit {
  group: Int32Array;
  count: number;
}

/**
 * The unit of intervals: subjects; recordings where there is one subject, who then is all that the interval speaks of. One
 * recording gives none: blocks of its windows say how it varies within itself, not how another would differ.
 */
export function groupsOf(judged: Judged): Grouping {
  if (judged.subjects.length > 1) {
    return { group: judged.subject, count: judged.subjects.length, of: "subjects" };
  }
  const count = judged.recordings.length;
  return {
    group: judged.recording,
    count,
    of: "recordings of one subject",
    ...(count > 1
      ? {}
      : { refused: "one recording of one subject, which says nothing of how others differ" }),
  };
}
