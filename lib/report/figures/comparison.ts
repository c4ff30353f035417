/** A against B. */
import type { Figure, Provenance } from "../plot.ts";
import { typesetNumber } from "../../text/typeset.ts";
import { forest } from "./forest.ts";

/** How one metric compares; the difference is A − B. */
export interface ComparisonRow {
  metric: string;
  difference: number;
  lower?: number;
  upper?: number;
  winner: "A" | "B" | "inconclusive";
  /** Hedges' g. */
  effect?: number | null;
  n: number;
}

/** Options of {@linkcode comparisonForest}. */
export interface ComparisonOptions {
  /** Name of side A, from which B is subtracted. */
  a: string;
  /** Name of side B. */
  b: string;
  /** Level of the intervals and how it is corrected, e.g. `97.5 %, Bonferroni m=2`; left out of the caption by default. */
  level?: string;
  /** What the figure rests on, printed in its caption. */
  provenance: Provenance;
}

/** Differences with their intervals; the vertical line is no difference. */
export function comparisonForest(
  rows: readonly ComparisonRow[],
  { a, b, level, provenance }: ComparisonOptions,
): Figure {
  const wins = (side: string) => rows.filter((r) => r.winner === side).map((r) => r.metric);
  const verdict = (side: "A" | "B", name: string) =>
    wins(side).length === 0 ? "" : ` ${name} is better on ${wins(side).join(", ")}.`;
  const open = wins("inconclusive");
  return forest(
    rows.map((r) => ({
      name: r.metric,
      value: r.difference,
      lower: r.lower,
      upper: r.upper,
      baseline: r.winner === "inconclusive",
      note: `${r.effect === null || r.effect === undefined ? "" : `g ${typesetNumber(r.effect, 2)}, `}${
        r.winner === "inconclusive" ? "inconclusive" : r.winner === "A" ? a : b
      }`,
    })),
    {
      title: `${a} against ${b}`,
      caption:
        `Difference ${a} − ${b}${
          level === undefined ? "" : ` with its ${level} interval`
        }; hollow points are inconclusive.${verdict("A", a)}${verdict("B", b)}` +
        (open.length === 0 ? "" : ` Inconclusive: ${open.join(", ")}.`),
      label: `difference (${a} − ${b})`,
      reference: 0,
      provenance,
    },
  );
}
