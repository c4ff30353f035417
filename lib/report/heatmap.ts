/** A matrix of counts as a heat map of row shares. */
import { textWidth } from "./fit_text.ts";
import { draw, figureWidth, heat, heatOpacity, inkOnHeat, labelMargin, Plot } from "./plot.ts";
import { typesetCount } from "../text/typeset.ts";
import { percent } from "../text/numbers.ts";
import { type Html } from "../text/html.ts";

/** Options of {@linkcode heatmap}. */
export interface HeatmapOptions {
  /** What the matrix shows, read aloud by screen readers. */
  label: string;
  /** Names of the rows, from top to bottom; they may repeat. */
  rows: readonly string[];
  /** Names of the columns, from left to right; they are slanted where they would overlap. */
  columns: readonly string[];
  /** Counts as `[row][column]`; a row without any stays blank. */
  counts: readonly (readonly number[])[];
  /** Title of the vertical axis. */
  rowTitle: string;
  /** Title of the horizontal axis, which stands on top. */
  columnTitle: string;
  /** What stands in a cell: the share of its row in percent, or that share with the count below it. */
  cells: "percent" | "percent and count";
}

/** Cells are shaded by their share of the row's total; empty rows stay blank. */
export function heatmap(
  { label, rows, columns, counts, rowTitle, columnTitle, cells }: HeatmapOptions,
): Html {
  const totals = counts.map((row) => row.reduce((sum, n) => sum + n, 0));
  const data = rows.flatMap((row, i) =>
    columns.map((column, j) => ({
      row: `${i}`,
      column: `${j}`,
      n: counts[i][j],
      share: counts[i][j] / totals[i],
      total: totals[i],
      names: [row, column],
    }))
  ).filter((cell) => cell.total > 0);
  const left = labelMargin(rows) + 22;
  const slanted = columns.some((name) => textWidth(name) > (figureWidth - left) / columns.length - 6);
  const longest = Math.max(...columns.map(textWidth)) / 6.8;
  const top = slanted ? Math.min(170, 34 + longest * 4.6) : 44;
  const width = Math.min(figureWidth, left + 40 + columns.length * 88);
  const both = cells === "percent and count";
  const cellHeight = both ? 38 : 30;
  // A slanted label of the last column leans out to the right.
  const right = slanted ? Math.min(90, longest * 4.2) : 12;
  const narrow = (width - left - right) / columns.length < 34;
  return draw(label, {
    width,
    height: top + 14 + rows.length * cellHeight,
    marginLeft: left,
    marginTop: top,
    marginRight: right,
    marginBottom: 14,
    x: { type: "band", domain: columns.map((_, j) => `${j}`), padding: 0.04 },
    y: { type: "band", domain: rows.map((_, i) => `${i}`), padding: 0.04 },
    marks: [
      Plot.axisX({
        anchor: "top",
        label: columnTitle,
        labelAnchor: "center",
        labelArrow: "none",
        tickSize: 0,
        tickRotate: slanted ? -40 : 0,
        tickFormat: (j: string) => columns[Number(j)],
        labelOffset: top - 8,
      }),
      Plot.axisY({
        anchor: "left",
        label: rowTitle,
        labelAnchor: "center",
        labelArrow: "none",
        tickSize: 0,
        tickFormat: (i: string) => rows[Number(i)],
        labelOffset: left - 4,
      }),
      Plot.cell(data, {
        x: "column",
        y: "row",
        fill: heat,
        fillOpacity: (d) => heatOpacity(d.share),
        title: (d) => `${d.names[0]} → ${d.names[1]}: ${d.n} of ${d.total} (${percent(d.share)})`,
      }),
      Plot.text(data.filter((d) => d.n > 0), {
        x: "column",
        y: "row",
        text: (d) => shareText(d.share) + (both ? `\n${typesetCount(d.n)}` : ""),
        fill: (d) => inkOnHeat(d.share),
        fontSize: narrow ? 9 : 11,
        lineHeight: 1.15,
      }),
    ],
  });
}

function shareText(share: number): string {
  if (share === 1) return "100";
  if (share >= 0.995) return ">99";
  return share < 0.005 ? "<1" : (100 * share).toFixed(0);
}
