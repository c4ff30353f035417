/** How the codebook is used. */
import type { Origin } from "../../artifacts/artifact.ts";
import type { CodebookFacts, Codes } from "../../artifacts/codes.ts";
import { gini } from "../../metrics/statistics/gini.ts";
import { markup } from "../../text/html.ts";
import { draw, Figure, figureWidth, Plot } from "../plot.ts";
import { typesetCount, typesetNumber } from "../../text/typeset.ts";
import { percent } from "../../text/numbers.ts";

/** Options of {@linkcode codeUsage}. */
export interface CodeUsageOptions {
  /** Where the windows come from, printed in the caption. @default "measured" */
  origin?: Origin;
  /** How many codes are drawn at most, the most used first. @default 256 */
  codesShown?: number;
}

/**
 * Windows by code from the most to the least used, with the cumulative share below.
 *
 * ```ts
 * import { codeUsage } from "./codes.ts";
 * import assert from "node:assert/strict";
 * const codes = Uint32Array.of(3, 3, 0);
 * const book = { levels: [3, 3], codebookSize: 9, variant: "fsq/v1-offset-atanh" };
 * const counts: [number, number][] = [[0, 1], [3, 2]];
 * const use = { utilization: 2 / 9, expectedUtilization: 0.3, entropyBits: 0.918, perplexity: 1.89 };
 * const { provenance } = codeUsage({ codes, counts, ...book, ...use }, { origin: "simulated" });
 * assert.deepEqual([provenance[0].n, provenance[0].of], [3, "windows"]);
 * ```
 */
export function codeUsage(
  codes: Codes | CodebookFacts,
  { origin = "measured", codesShown = 256 }: CodeUsageOptions = {},
): Figure {
  const total = "windows" in codes ? codes.windows : codes.codes.length;
  const sorted = codes.counts.toSorted((a, b) => b[1] - a[1] || a[0] - b[0]);
  let sum = 0;
  const rows = sorted.map(([code, windows], i) => {
    sum += windows;
    return { rank: i + 1, code, windows, cumulative: sum / total };
  });
  const shown = rows.slice(0, codesShown);
  const wide = { marginLeft: 60, marginRight: 20, width: figureWidth };
  const x = { domain: [0.4, shown.length + 0.6], label: null, ticks: [] as number[] };
  const bars = draw("Windows by code, most used first", {
    ...wide,
    height: 190,
    marginBottom: 8,
    x,
    y: { label: "windows", grid: true, labelArrow: "none" },
    marks: [
      Plot.rectY(shown, {
        x1: (d) => d.rank - 0.45,
        x2: (d) => d.rank + 0.45,
        y: "windows",
        fill: "#0072b2",
        title: (d) => `code ${d.code}: ${d.windows} windows`,
      }),
      Plot.ruleY([total / codes.codebookSize], { stroke: "#d55e00", strokeDasharray: "4 3" }),
      Plot.ruleY([0]),
    ],
  });
  const cumulative = draw("Cumulative share of windows", {
    ...wide,
    height: 150,
    marginTop: 22,
    marginBottom: 36,
    x: {
      ...x,
      ticks: undefined,
      tickFormat: "d",
      label: "rank of the code",
      labelAnchor: "center",
      labelArrow: "none",
    },
    y: { label: "cumulative share (%)", grid: true, percent: true, domain: [0, 100], labelArrow: "none" },
    marks: [
      Plot.lineY(shown, { x: "rank", y: "cumulative", stroke: "#0072b2", strokeWidth: 2 }),
      Plot.ruleY([0]),
    ],
  });
  const half = rows.find((r) => r.cumulative >= 0.5)?.rank ?? 0;
  return new Figure({
    title: `Code usage, levels [${codes.levels.join(", ")}]`,
    caption:
      `${typesetCount(codes.counts.length)} of ${typesetCount(codes.codebookSize)} codes occur (${
        percent(codes.utilization)
      }; ` +
      `even use of all codes would reach ${
        percent(codes.expectedUtilization)
      } with as many windows). Entropy ` +
      `${typesetNumber(codes.entropyBits)} bits, perplexity ${typesetNumber(codes.perplexity)}, Gini ${
        typesetNumber(gini(codes.counts.map(([, n]) => n), codes.codebookSize), 2)
      }; ` +
      `half of the windows fall on ${half} codes. The dashed line is even use` +
      (shown.length < rows.length ? `; the ${shown.length} most used codes are shown.` : "."),
    provenance: { n: total, of: "windows", origin },
  }, markup`${bars}${cumulative}`);
}
