/** What groups of subjects do differently: one dot a subject, behaviour by behaviour. */
import type { Origin } from "../../artifacts/artifact.ts";
import { quantile } from "../../metrics/statistics/summary.ts";
import { labelColor } from "../palette.ts";
import { draw, Figure, labelMargin, legend, Plot } from "../plot.ts";
import { markup } from "../../text/html.ts";

/** One subject's measure of one behaviour in one group or session. */
export interface GroupValue {
  subject: string;
  group: string;
  behaviour: string;
  value: number;
}

/** Options of {@linkcode groupValues}. */
export interface GroupValuesOptions {
  /** What is measured, as the axis and the title say it, e.g. `share of time`. */
  measure: string;
  /** Unit of the values, shown in brackets; none by default. */
  unit?: string;
  /** Behaviours that differ at the false discovery rate of the comparison: they are marked with a star. */
  different?: readonly string[];
  /** Where the values come from; `measured` by default. */
  origin?: Origin;
}

/** Distance between the lines of two groups of one behaviour, in pixels. */
const SPACING = 12;

/** Values of each behaviour by group: a dot a subject, a bar at the median of the group. */
export function groupValues(values: readonly GroupValue[], options: GroupValuesOptions): Figure {
  const { measure, unit, different = [], origin = "measured" } = options;
  const behaviours = [...new Set(values.map((v) => v.behaviour))];
  const groups = [...new Set(values.map((v) => v.group))];
  const name = (behaviour: string) => different.includes(behaviour) ? `${behaviour} *` : behaviour;
  const height = 14 + groups.length * SPACING;
  const marks = groups.map((group, g) => {
    const own = values.filter((v) => v.group === group).map((v) => ({ ...v, row: name(v.behaviour) }));
    const medians = [...Map.groupBy(own, (v) => v.row)].map(([row, rows]) => ({
      row,
      value: quantile(rows.map((v) => v.value), 0.5),
    }));
    const dy = (g - (groups.length - 1) / 2) * SPACING;
    return [
      Plot.tickX(medians, {
        x: "value",
        y: "row",
        stroke: labelColor(g),
        strokeWidth: 3,
        insetTop: height / 2 - 6 + dy,
        insetBottom: height / 2 - 6 - dy,
      }),
      Plot.dot(own, {
        x: "value",
        y: "row",
        dy,
        r: 3,
        fill: labelColor(g),
        fillOpacity: 0.55,
        title: (v) => `${v.subject}, ${v.group}: ${v.value}`,
      }),
    ];
  });
  const svg = draw(`${measure} by group`, {
    height: 56 + behaviours.length * height,
    marginLeft: labelMargin(behaviours.map(name)),
    marginRight: 24,
    marginTop: 8,
    marginBottom: 38,
    x: {
      label: unit === undefined ? measure : `${measure} (${unit})`,
      grid: true,
      nice: true,
      labelAnchor: "center",
      labelArrow: "none",
    },
    y: { type: "band", domain: behaviours.map(name), label: null, tickSize: 0, padding: 0.1 },
    marks: [...marks.flat()],
  });
  const subjects = new Set(values.map((v) => v.subject)).size;
  return new Figure({
    title: `${measure[0].toUpperCase()}${measure.slice(1)} of each behaviour, by group`,
    caption: `One dot a subject, the bar is the median of the group.${
      different.length > 0 ? " * differs at the false discovery rate of the comparison." : ""
    }`,
    provenance: { n: subjects, of: "subjects", origin },
  }, markup`${legend(groups.map((group, g) => ({ name: group, color: labelColor(g) })))}${svg}`);
}
