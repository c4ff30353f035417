/** What a code of so many bits can tell of the latents. */
import { draw, Figure, legend, Plot, type Provenance } from "../plot.ts";
import { typesetNumber } from "../../text/typeset.ts";
import { percent } from "../../text/numbers.ts";
import { markup } from "../../text/html.ts";

/** One choice of levels. */
export interface FrontierPoint {
  /** e.g. `8 6 5`. */
  levels: string;
  codes: number;
  /** log2 of the codes. */
  bits: number;
  /** Share of the latents' variance that is lost, as modelled and as measured. */
  modelled: number | null;
  measured: number;
  /** 2^entropy of the codes that occur. */
  perplexity: number;
  /** On the modelled frontier, not only tried. */
  onFrontier: boolean;
  recommended: boolean;
}

const modeledColor = "#7b8794";
const measuredColor = "#0072b2";
const triedColor = "#e69f00";
const chosenColor = "#d55e00";

/** Options of {@linkcode frontierFigure}. */
export interface FrontierOptions {
  /** What the figure rests on, printed in its caption. */
  provenance: Provenance;
  /** `false` where no levels satisfy the limits, which the caption then states instead of a recommendation. */
  feasible?: boolean;
  /** Why nothing is feasible, as a clause; a general one by default. */
  reason?: string;
}

/** Rate against distortion: the modelled frontier, what was measured, and the recommended levels. */
export function frontierFigure(
  points: readonly FrontierPoint[],
  { provenance, feasible, reason }: FrontierOptions,
): Figure {
  const onLine = points.filter((p) => p.onFrontier && p.modelled !== null).toSorted((a, b) =>
    a.bits - b.bits
  );
  const chosen = points.filter((p) => p.recommended);
  const color = (p: FrontierPoint) => p.recommended ? chosenColor : p.onFrontier ? measuredColor : triedColor;
  const title = (p: FrontierPoint) =>
    `[${p.levels}]: ${p.codes} codes, ${percent(p.measured)} lost, perplexity ${typesetNumber(p.perplexity)}`;
  const common = { marginLeft: 56, marginRight: 24, width: 760 };
  const distortion = draw("Distortion by bits", {
    ...common,
    height: 280,
    marginTop: 24,
    marginBottom: 14,
    x: { label: null, ticks: 8, tickFormat: () => "", grid: true, inset: 8 },
    y: {
      type: "log",
      label: "variance lost (logarithmic)",
      grid: true,
      tickFormat: (d: number) => percent(d, d < 0.01 ? 1 : 0),
      ticks: 4,
      labelArrow: "none",
      inset: 8,
    },
    marks: [
      Plot.line(onLine, { x: "bits", y: "modelled", stroke: modeledColor, strokeDasharray: "4 3" }),
      Plot.dot(points, { x: "bits", y: "measured", fill: color, r: (p) => p.recommended ? 6 : 3.5, title }),
      Plot.text(points.filter((p) => p.recommended || !p.onFrontier), {
        x: "bits",
        y: "measured",
        text: (p) => `[${p.levels.replaceAll(" ", ", ")}]`,
        dy: -11,
        fontSize: 11,
        stroke: "var(--plot-background)",
        fill: "currentColor",
      }),
    ],
  });
  const use = draw("Perplexity by bits", {
    ...common,
    height: 170,
    marginTop: 24,
    marginBottom: 38,
    x: {
      label: "bits of a code (log2 of the number of codes)",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: 8,
      grid: true,
      inset: 8,
    },
    y: {
      type: "log",
      base: 2,
      label: "perplexity (logarithmic)",
      grid: true,
      labelArrow: "none",
      ticks: 4,
      inset: 6,
    },
    marks: [
      Plot.line(points.toSorted((a, b) => a.bits - b.bits), {
        x: "bits",
        y: (p) => 2 ** p.bits,
        stroke: modeledColor,
        strokeDasharray: "4 3",
        clip: true,
      }),
      Plot.dot(points, { x: "bits", y: "perplexity", fill: color, r: (p) => p.recommended ? 6 : 3.5, title }),
    ],
  });
  const best = chosen[0];
  const advice = feasible === false
    ? `Not feasible: ${reason ?? "no levels satisfy both limits"}.`
    : best === undefined
    ? ""
    : `Recommended: [${best.levels.replaceAll(" ", ", ")}], ${best.codes} codes, which lose ${
      percent(best.measured)
    } of the variance and are used with perplexity ${typesetNumber(best.perplexity)}.`;
  return new Figure(
    {
      title: "Levels: rate against distortion",
      caption:
        `${advice} Dashed above: the loss that the model predicts; dashed below: even use of all codes.`
          .trim(),
      provenance,
    },
    markup`${
      legend([
        ...(chosen.length > 0 ? [{ name: "recommended", color: chosenColor }] : []),
        { name: "frontier, measured", color: measuredColor },
        ...(points.some((p) => !p.onFrontier)
          ? [{ name: "tried, not on the frontier", color: triedColor }]
          : []),
        { name: "modelled", color: modeledColor },
      ])
    }${distortion}${use}`,
  );
}
