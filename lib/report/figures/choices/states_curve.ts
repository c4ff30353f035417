/** How the number of states of a hidden semi-Markov model was chosen. */
import type { StatesChoice } from "../../../artifacts/smoothing.ts";
import { valueAxis } from "../../axes.ts";
import { draw, Figure, Plot, type Provenance } from "../../plot.ts";
import { typesetNumber } from "../../../text/typeset.ts";
import { markup } from "../../../text/html.ts";

/** Held-out log-likelihood by number of states with its error; the dashed line is the number that was taken. */
export function statesCurve({ curve, states, folds }: StatesChoice, provenance: Provenance): Figure {
  const points = curve.filter((c) => Number.isFinite(c.log_likelihood) && Number.isFinite(c.error));
  const svg = points.length < 2 ? markup`` : draw("Held-out log-likelihood by number of states", {
    width: 360,
    height: 220,
    marginLeft: 72,
    marginRight: 12,
    marginTop: 28,
    marginBottom: 36,
    x: {
      label: "states",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: Math.min(8, points.length),
      tickFormat: "d",
    },
    y: valueAxis("nats a prediction (higher is better)"),
    marks: [
      Plot.ruleX([states], { strokeDasharray: "3 3", strokeOpacity: 0.6 }),
      Plot.lineY(points, { x: "states", y: "log_likelihood", stroke: "#0072b2", strokeWidth: 1.5 }),
      Plot.ruleX(points, {
        x: "states",
        y1: (c) => c.log_likelihood - c.error,
        y2: (c) => c.log_likelihood + c.error,
        stroke: "#0072b2",
      }),
      Plot.dot(points, {
        x: "states",
        y: "log_likelihood",
        r: 3,
        fill: "#0072b2",
        title: (c) =>
          `${c.states} states: ${typesetNumber(c.log_likelihood, 4)} ± ${typesetNumber(c.error, 4)}`,
      }),
    ],
  });
  return new Figure({
    title: "Number of states",
    caption:
      `Log-likelihood of people or recordings that were held out, mean over ${folds} folds; bar: standard error of ` +
      `the difference to the best. ${states} states were taken (dashed): the fewest within one error of the best.`,
    provenance,
  }, svg);
}
