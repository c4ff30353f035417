/** How codes and decisions bear noise on the input. */
import { draw, Figure, legend, Plot, type Provenance } from "../plot.ts";
import { percent } from "../../text/numbers.ts";
import { markup } from "../../text/html.ts";

/** Flips under one noise. */
export interface NoisePoint {
  /** Standard deviation of the noise in units of the scaled input. */
  noise: number;
  of: "codes" | "decisions";
  rate: number;
  lower?: number;
  upper?: number;
}

const colors: Record<NoisePoint["of"], string> = { codes: "#0072b2", decisions: "#d55e00" };

/** Share of codes and of decisions that flip, by the size of the noise. */
export function noiseCurve(points: readonly NoisePoint[], provenance: Provenance): Figure {
  const rows = points.filter((p) => p.noise > 0);
  const svg = draw("Flips by noise", {
    height: 260,
    marginLeft: 60,
    marginRight: 30,
    marginTop: 26,
    marginBottom: 40,
    x: {
      type: "log",
      label: "noise (standard deviation of the scaled input, logarithmic)",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: [...new Set(rows.map((p) => p.noise))],
      tickFormat: (d: number) => String(d),
      inset: 10,
    },
    y: {
      label: "flipped",
      domain: [0, 1],
      tickFormat: (d: number) => percent(d, 0),
      grid: true,
      labelArrow: "none",
    },
    marks: [
      Plot.ruleX(rows.filter((p) => p.lower !== undefined), {
        x: "noise",
        y1: "lower",
        y2: "upper",
        stroke: (p: NoisePoint) => colors[p.of],
        strokeOpacity: 0.5,
        strokeWidth: 2,
      }),
      Plot.lineY(rows, {
        x: "noise",
        y: "rate",
        z: "of",
        stroke: (p: NoisePoint) => colors[p.of],
        strokeOpacity: 0.6,
      }),
      Plot.dot(rows, {
        x: "noise",
        y: "rate",
        r: 4,
        fill: (p: NoisePoint) => colors[p.of],
        title: (p) => `noise ${p.noise}: ${percent(p.rate)} of the ${p.of}`,
      }),
    ],
  });
  const kinds = [...new Set(rows.map((p) => p.of))];
  return new Figure({
    title: "Codes and decisions under noise",
    caption:
      "Share that differs from the same window without noise, with 95 % bootstrap intervals over subjects. A window near " +
      "a border of its code flips early; that its decision often stays is what the classifier behind the codes is for.",
    provenance,
  }, markup`${legend(kinds.map((name) => ({ name, color: colors[name] })))}${svg}`);
}
