/** Whether recordings still look like those that the model was made from. */
import { draw, Figure, legend, Plot, type Provenance } from "../plot.ts";
import { lookAxis } from "../axes.ts";
import { typesetCount, typesetNumber } from "../../text/typeset.ts";
import { markup } from "../../text/html.ts";

/** One look at new recordings. */
export interface DriftLook {
  /** When, or which: an ISO date, a week number, a name. Looks are drawn in the order given. */
  when: string;
  /** Population stability index against the reference. */
  psi: number;
  /** PSI that recordings without change exceed with a small, stated probability. */
  threshold: number;
  drifted: boolean;
  /** Windows. */
  n: number;
}

/** Options of {@linkcode driftOverTime}. */
export interface DriftFigureOptions {
  /** What is watched, e.g. `codes`; it stands in the title. */
  of: string;
  /** Probability that an unchanged look stays below its threshold, 0 to 1; the caption states it where given. */
  level?: number;
  /** What the figure rests on, printed in its caption. */
  provenance: Provenance;
}

const calm = "#0072b2";
const alarm = "#d55e00";

/** PSI over time against its calibrated threshold. */
export function driftOverTime(
  looks: readonly DriftLook[],
  { of, level, provenance }: DriftFigureOptions,
): Figure {
  const rows = looks.map((look, i) => ({ ...look, i }));
  const svg = draw(`Drift of ${of}`, {
    height: 250,
    marginLeft: 60,
    marginRight: 30,
    marginTop: 26,
    marginBottom: 40,
    x: lookAxis(rows, 9),
    y: { label: "PSI", grid: true, zero: true, nice: true, labelArrow: "none" },
    marks: [
      Plot.line(rows, { x: "i", y: "threshold", stroke: "#7b8794", strokeDasharray: "4 3", curve: "step" }),
      Plot.line(rows, { x: "i", y: "psi", stroke: calm, strokeOpacity: 0.4 }),
      Plot.dot(rows, {
        x: "i",
        y: "psi",
        r: (r) => r.drifted ? 5 : 3.5,
        fill: (r) => r.drifted ? alarm : calm,
        title: (r) =>
          `${r.when}: PSI ${typesetNumber(r.psi)}, threshold ${typesetNumber(r.threshold)}, ${
            typesetCount(r.n)
          } windows`,
      }),
      Plot.ruleY([0]),
    ],
  });
  const alarms = rows.filter((r) => r.drifted);
  const rate = level === undefined
    ? ""
    : ` Without any change ${typesetNumber(100 * (1 - level), 2)} % of the looks would lie above.`;
  return new Figure({
    title: `Drift of ${of}`,
    caption: (alarms.length === 0
      ? `No look of ${rows.length} lies above its threshold.`
      : `${alarms.length} of ${rows.length} looks lie above their threshold, the first: ${alarms[0].when}.`) +
      ` The threshold (dashed) is calibrated on the reference itself, at the size of each look.${rate}`,
    provenance,
  }, markup`${legend([{ name: "as the reference", color: calm }, { name: "drifted", color: alarm }])}${svg}`);
}
