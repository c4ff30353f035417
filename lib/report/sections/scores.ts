/** How good it is, on what, and against what. */
import { findingGroups } from "../../metrics/finding_groups.ts";
import { headlines, titleOf, withReferences } from "../../metrics/catalogue.ts";
import type { Json } from "../../artifacts/artifact.ts";
import { Metrics } from "../../artifacts/metrics.ts";
import { metricForest } from "../figures/metric_forest.ts";
import { metricTable } from "../figures/metric_table.ts";
import { isNumber, isWhole } from "../judged_metrics.ts";
import { defineSection } from "../section.ts";
import { type Loaded, sourceName, type Sources } from "../sources.ts";
import { folded, Fragment, heading, note, objectTable, stack, table } from "../table.ts";
import { markup } from "../../text/html.ts";

export default defineSection({
  id: "scores",
  title: "Scores",
  claims: ["summary", "folds", "segments", "findings"],
  needs: async (sources) => {
    const all = await sources.all(Metrics);
    return all.length === 0 ? undefined : all;
  },
  missing: "No metrics are connected to this report.",
  draw,
});

/** Tables and figures of all metrics: those outside a matrix in full, cells of a matrix when nothing sums them up. */
async function draw(
  all: Loaded<Metrics>[],
  _: Sources,
  __: unknown,
  claimed: ReadonlySet<string>,
): Promise<Fragment> {
  const whole = all.filter(isWhole);
  const shown = whole.length > 0 ? whole : all;
  return stack(...shown.map((source) => metricsBlock(source, shown.length > 1, claimed)));
}

function metricsBlock(source: Loaded<Metrics>, titled: boolean, claimed: ReadonlySet<string>): Fragment {
  const metrics = source.value;
  const name = sourceName(source);
  const rest = Object.entries(metrics.tables).filter(([n, t]) =>
    !claimed.has(n) && t.length > 0 && t.length <= 60
  );
  return stack(
    titled &&
      new Fragment(markup`<h3 id="metrics-${name.replace(/[^A-Za-z0-9]+/g, "-")}">${name}</h3>`),
    whatWasJudged(metrics),
    findingsTable(metrics),
    metricForest(metrics),
    folded(
      `All ${Object.keys(metrics.metrics).length} metrics`,
      metricTable(metrics),
      foldTable(metrics),
      segmentTable(metrics),
      ...rest.map(([n, rows]) => stack(heading(n.replaceAll("_", " ")), objectTable(rows))),
    ),
  );
}

function whatWasJudged({ judgedOn = {} }: Metrics): Fragment | undefined {
  const text = (["data", "part", "rule"] as const).flatMap((key) =>
    judgedOn[key] === undefined ? [] : `${key}: ${judgedOn[key]}`
  );
  return text.length === 0 ? undefined : note(`Judged on ${text.join(" · ")}.`);
}

/** What `validate` found worth a look, with the evidence; a finding of several cells is told once. */
function findingsTable({ tables }: Metrics): Fragment | undefined {
  const shown = findingGroups(tables).filter(([first]) => first.severity !== "info");
  if (shown.length === 0) return undefined;
  const cells = tables.folds?.length ?? 1;
  return stack(
    heading("Findings"),
    table(
      ["finding", "evidence", "advice"],
      shown.map((rows) => [
        `${rows[0].finding}${cells > 1 ? ` (${rows.length} of ${cells} cells)` : ""}`,
        String(rows[0].evidence),
        String(rows[0].advice),
      ]),
    ),
  );
}

/** The main metrics of each cell of the matrix, one column a cell. */
function foldTable({ tables }: Metrics): Fragment | undefined {
  const cells = tables.folds;
  if (cells === undefined || cells.length < 2 || cells.length > 12) return undefined;
  const axes = Object.keys(cells[0]).slice(0, Math.max(1, Object.keys(cells[0]).indexOf("accuracy")));
  const header = cells.map((c) => axes.map((axis) => `${axis} ${c[axis]}`).join(", "));
  const rows = headlines.flatMap(({ name }) => withReferences(name)).filter((name) =>
    cells.some((c) => isNumber(c[name]))
  )
    .map((name) => [titleOf(name), ...cells.map((c) => isNumber(c[name]) ? c[name] : null)]);
  return stack(heading("By cell of the matrix"), table(["metric", ...header], rows));
}

/** Segment scores of classifier, motifs and behaviours: what smoothing does, averaged over cells. */
function segmentTable({ tables }: Metrics): Fragment | undefined {
  const groups = Map.groupBy(tables.segments ?? [], (r) => String(r.source));
  if (groups.size === 0) return undefined;
  const columns = Object.keys(tables.segments[0]).filter((c) =>
    c !== "source" && tables.segments.every((r) => r[c] === null || isNumber(r[c])) &&
    !["fold", "seed"].includes(c)
  );
  const mean = (rows: { [c: string]: Json }[], c: string) => {
    const values = rows.map((r) => r[c]).filter(isNumber);
    const sum = values.reduce((a, b) => a + b, 0);
    return values.length === 0
      ? null
      : /segments|sequences/.test(c)
      ? sum
      : Number((sum / values.length).toPrecision(4));
  };
  return stack(
    heading("Segments"),
    table(
      ["labels of", ...columns.map((c) => titleOf(c))],
      [...groups].map(([name, rows]) => [name, ...columns.map((c) => mean(rows, c))]),
    ),
    new Fragment(
      markup`<p class="caption">Counts are summed, scores averaged over the cells of the matrix.</p>`,
    ),
  );
}
