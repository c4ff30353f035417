/** Use of the codebooks of a matrix over level sets. */
import { draw, Figure, labelMargin, Plot, type Provenance } from "../plot.ts";
import { typesetNumber } from "../../text/typeset.ts";
import type { SweepPoint } from "./sweep.ts";

/** How much of each codebook is in use. */
export function sweepPerplexity(points: readonly SweepPoint[], provenance: Provenance): Figure {
  const rows = points.filter((p) => p.perplexity !== undefined);
  const svg = draw("Perplexity by levels", {
    height: 44 + rows.length * 24,
    marginLeft: labelMargin(rows.map((p) => p.name)),
    marginRight: 110,
    marginTop: 8,
    marginBottom: 36,
    x: {
      type: "log",
      base: 2,
      domain: [1, Math.max(...rows.map((p) => p.codes))],
      label: "codes (logarithmic)",
      labelAnchor: "center",
      labelArrow: "none",
      tickFormat: "d",
      grid: true,
    },
    y: { type: "band", domain: rows.map((p) => p.name), label: null, tickSize: 0, padding: 0.35 },
    marks: [
      Plot.rect(rows, { x1: () => 1, x2: "codes", y: "name", fill: "currentColor", fillOpacity: 0.1 }),
      Plot.rect(rows, { x1: () => 1, x2: "perplexity", y: "name", fill: "#0072b2" }),
      Plot.text(rows, {
        frameAnchor: "right",
        textAnchor: "start",
        dx: 8,
        y: "name",
        text: (p) => `${typesetNumber(p.perplexity)} of ${p.codes}`,
        fontSize: 11,
      }),
    ],
  });
  return new Figure({
    title: "Sweep of levels: use of the codebook",
    caption: "Bar: perplexity, the number of codes that are used as if evenly; shade: codes that there are.",
    provenance,
  }, svg);
}
