/** Which behaviour follows which. */
import type { BoutSet } from "./bouts.ts";
import { Figure } from "../plot.ts";
import { typesetCount } from "../../text/typeset.ts";
import { heatmap } from "../heatmap.ts";

/**
 * Counts of immediate successions of two different behaviours within a recording, `[from][to]`. Unassigned stretches
 * break a succession: what happened in them is not known.
 */
export function countTransitions(behaviours: BoutSet): number[][] {
  const k = behaviours.names.length;
  const counts = Array.from({ length: k }, () => new Array<number>(k).fill(0));
  for (const bouts of Map.groupBy(behaviours.bouts, (b) => b.recording).values()) {
    const inOrder = bouts.toSorted((a, b) => a.start - b.start);
    for (let i = 1; i < inOrder.length; i++) {
      const [from, to] = [inOrder[i - 1], inOrder[i]];
      if (from.label < 0 || to.label < 0 || from.label === to.label) continue;
      if (to.start - from.end > 1e-6) continue;
      counts[from.label][to.label]++;
    }
  }
  return counts;
}

/**
 * Transition matrix without self-transitions, shares by row.
 *
 * ```ts
 * import { transitionMatrix } from "./transitions.ts";
 * import assert from "node:assert/strict";
 * const bout = { recording: "s1", subject: "1", censoredLeft: false, censoredRight: false };
 * const bouts = [
 *   { ...bout, label: 0, start: 0, end: 4, duration: 4 },
 *   { ...bout, label: 1, start: 4, end: 6, duration: 2 },
 * ];
 * const { provenance } = transitionMatrix({ names: ["walking", "sitting"], bouts, origin: "simulated" });
 * assert.equal(provenance[0].n, 1);
 * ```
 */
export function transitionMatrix(behaviours: BoutSet): Figure {
  const counts = countTransitions(behaviours);
  const total = counts.flat().reduce((sum, n) => sum + n, 0);
  const { names } = behaviours;
  return new Figure(
    {
      title: "Transitions between behaviours",
      caption:
        "Share of the departures from the behaviour of the row that lead to the behaviour of the column, in percent; " +
        `self-transitions do not exist between bouts. ${
          typesetCount(total)
        } transitions; rows without departures are blank.`,
      provenance: { n: total, of: "transitions", origin: behaviours.origin },
    },
    heatmap({
      label: "Transition matrix",
      rows: names,
      columns: names,
      counts,
      rowTitle: "from",
      columnTitle: "to",
      cells: "percent",
    }),
  );
}
