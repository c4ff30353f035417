/** Accuracy by the number of labelled windows. */
import { markup } from "../../text/html.ts";
import { percent } from "../../text/numbers.ts";
import { draw, Figure, legend, Plot, type Provenance } from "../plot.ts";

/** One way with one number of labels. */
export interface FewLabelsPoint {
  way: string;
  people: number;
  /** Median of the labelled windows that were used. */
  labeled: number;
  /** Median over draws, and the quartiles. */
  accuracy: number;
  lower: number;
  upper: number;
}

/** Name and color of each way, in the order of the legend. */
const ways: Record<string, { name: string; color: string }> = {
  tuned: { name: "pre-trained network, tuned", color: "#d55e00" },
  codes: { name: "codes of the pre-trained network, frozen", color: "#0072b2" },
  untrained: { name: "the same network from chance", color: "#e69f00" },
  statistics: { name: "statistics of windows", color: "#666666" },
};

/** One curve a way; with several numbers of people one panel each. */
export function fewLabelsCurve(points: readonly FewLabelsPoint[], provenance: Provenance): Figure {
  const people = [...new Set(points.map((p) => p.people))];
  const panel = people.length > 1 ? { fx: (p: FewLabelsPoint) => `${p.people} people` } : {};
  const color = (p: FewLabelsPoint) => ways[p.way]?.color ?? "#000000";
  const svg = draw("Accuracy by labelled windows", {
    height: 300,
    marginLeft: 60,
    marginRight: 30,
    marginTop: 30,
    marginBottom: 40,
    x: {
      type: "log",
      label: "labelled windows (logarithmic)",
      labelAnchor: "center",
      labelArrow: "none",
      tickFormat: "d",
      inset: 14,
      grid: true,
    },
    y: {
      label: "accuracy on other people",
      tickFormat: (d: number) => percent(d, 0),
      grid: true,
      nice: true,
      labelArrow: "none",
    },
    ...(people.length > 1 ? { fx: { label: null, domain: people.map((n) => `${n} people`) } } : {}),
    marks: [
      Plot.ruleX(points, {
        x: "labeled",
        y1: "lower",
        y2: "upper",
        stroke: color,
        strokeOpacity: 0.4,
        strokeWidth: 3,
        ...panel,
      }),
      Plot.lineY(points, { x: "labeled", y: "accuracy", z: "way", stroke: color, ...panel }),
      Plot.dot(points, {
        x: "labeled",
        y: "accuracy",
        r: 4,
        fill: color,
        title: (p: FewLabelsPoint) =>
          `${ways[p.way]?.name ?? p.way}, ${p.labeled} labelled windows of ${p.people} people: ${
            percent(p.accuracy)
          }`,
        ...panel,
      }),
    ],
  });
  const shown = Object.entries(ways).filter(([way]) => points.some((p) => p.way === way));
  return new Figure({
    title: "How many labels are enough",
    caption:
      "Medians over draws of people and windows, bars from the lower to the upper quartile of the draws. Labels come " +
      "from people of the training part; the people that are judged gave none.",
    provenance,
  }, markup`${legend(shown.map(([, way]) => way))}${svg}`);
}
