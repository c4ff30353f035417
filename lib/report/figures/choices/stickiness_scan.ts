/** What a cost of every change of state makes of the bouts of a hidden semi-Markov model. */
import type { FittedHsmm } from "../../../artifacts/smoothing.ts";
import { valueAxis } from "../../axes.ts";
import { draw, Figure, Plot, type Provenance, sideBySide } from "../../plot.ts";
import { typesetNumber } from "../../../text/typeset.ts";

type Scanned = NonNullable<FittedHsmm["stickinessScan"]>[number];

const panels: { title: string; of: (row: Scanned) => number | null }[] = [
  { title: "median bout (s)", of: (row) => row.median },
  { title: "bouts", of: (row) => row.bouts },
];

/** Median duration and number of bouts by stickiness; the dashed line is the stickiness that was used. */
export function stickinessScan(
  scan: readonly Scanned[],
  used: number,
  provenance: Provenance,
): Figure {
  const rows = scan.toSorted((a, b) => a.stickiness - b.stickiness);
  const svgs = panels.flatMap(({ title, of }) => {
    const points = rows.flatMap((row) => {
      const value = of(row);
      return value === null || !Number.isFinite(value) ? [] : [{ stickiness: row.stickiness, value }];
    });
    return points.length < 2 ? [] : draw(`${title} by stickiness`, {
      width: 300,
      height: 200,
      marginLeft: 62,
      marginRight: 10,
      marginTop: 28,
      marginBottom: 36,
      x: { label: "stickiness (nats)", labelAnchor: "center", labelArrow: "none", ticks: 5 },
      y: { ...valueAxis(title), zero: true },
      marks: [
        Plot.ruleX([used], { strokeDasharray: "3 3", strokeOpacity: 0.6 }),
        Plot.lineY(points, { x: "stickiness", y: "value", stroke: "#0072b2", strokeWidth: 1.5 }),
        Plot.dot(points, {
          x: "stickiness",
          y: "value",
          r: 3,
          fill: "#0072b2",
          title: (p) => `${typesetNumber(p.stickiness)} nats: ${typesetNumber(p.value, 3)}`,
        }),
      ],
    });
  });
  return new Figure({
    title: "Stickiness",
    caption: `What each change of state costs in decoding, against the bouts that come of it; ${
      typesetNumber(used)
    } nats were used (dashed). Medians by Kaplan and Meier.`,
    provenance,
  }, sideBySide(svgs));
}
