/** How good it is, on what, and against what. */
import type { Json } from "../../artifacts/artifact.ts";
import { Metrics } from "../../artifacts/metrics.ts";
import type { ReliabilityBin } from "../../metrics/calibration/calibration.ts";
import { escapeHtml } from "../escape.ts";
import { confusionMatrix } from "../figures/confusion.ts";
import { classScores, metricForest, metricTable } from "../figures/metrics.ts";
import { reliabilityDiagram } from "../figures/reliability.ts";
import { subjectAccuracy, type SubjectScore } from "../figures/subjects.ts";
import { metricName } from "../metric_names.ts";
import { type Loaded, sourceName, type Sources } from "../sources.ts";
import { absent, Fragment, note, objectTable, stack, table } from "../table.ts";

const isNumber = (value: unknown): value is number => typeof value === "number";

/** Rows that describe bins of confidence. */
function binsOf({ tables }: Metrics): ReliabilityBin[] | undefined {
  return tables.reliability?.map((r) => ({
    lower: Number(r.lower),
    upper: Number(r.upper),
    count: Number(r.count),
    confidence: isNumber(r.confidence) ? r.confidence : null,
    accuracy: isNumber(r.accuracy) ? r.accuracy : null,
  }));
}

/** Rows that describe one subject each; a subject in several cells counts once for each. */
function subjectsOf({ tables }: Metrics): SubjectScore[] | undefined {
  return tables.per_subject?.filter((r) => isNumber(r.accuracy) && Number(r.windows) > 0).map((r) => ({
    subject: String(r.subject),
    accuracy: Number(r.accuracy),
    n: Number(r.windows),
  }));
}

const originOf = ({ metrics }: Metrics) =>
  (metrics.accuracy ?? Object.values(metrics)[0])?.origin ?? "measured";

const isWhole = ({ cell }: Loaded<Metrics>) => Object.keys(cell).length === 0;

/** The metrics that speak for the whole: outside any matrix where there are such. */
export async function headlineMetrics(sources: Sources): Promise<Loaded<Metrics> | undefined> {
  return await firstWith(sources, ({ metrics }) => metrics.accuracy) ?? await firstWith(sources, (m) => m);
}

/** The first metrics for which `pick` finds something, those outside a matrix before others. */
async function firstWith<T>(sources: Sources, pick: (metrics: Metrics) => T | undefined) {
  const all = await sources.all(Metrics);
  const ordered = [...all.filter(isWhole), ...all.filter((m) => !isWhole(m))];
  return ordered.find(({ value }) => pick(value) !== undefined);
}

/** Tables and figures of all metrics: those outside a matrix in full, cells of a matrix when nothing sums them up. */
export async function scoresSection(sources: Sources): Promise<Fragment> {
  const all = await sources.all(Metrics);
  if (all.length === 0) return absent("No metrics are connected to this report.");
  const whole = all.filter(isWhole);
  const shown = whole.length > 0 ? whole : all;
  return stack(...shown.map((source) => metricsBlock(source, shown.length > 1)));
}

/** Tables that have a section or a figure of their own, or are too long for a page. */
const elsewhere = new Set([
  "summary",
  "folds",
  "reliability",
  "per_subject",
  "per_recording",
  "per_class",
  "code_usage",
  "code_dictionary",
  "usage",
  "segments",
  "findings",
  "gates",
  "frontier",
  "dimensions",
  "comparison",
  "drift",
  "drift_bins",
  "noise",
]);

function metricsBlock(source: Loaded<Metrics>, titled: boolean): Fragment {
  const metrics = source.value;
  const name = sourceName(source);
  const rest = Object.entries(metrics.tables).filter(([n, t]) =>
    !elsewhere.has(n) && t.length > 0 && t.length <= 60
  );
  return stack(
    titled &&
      new Fragment(`<h3 id="metrics-${name.replace(/[^A-Za-z0-9]+/g, "-")}">${escapeHtml(name)}</h3>`),
    judgedOn(metrics),
    findingsTable(metrics),
    metricForest(metrics),
    metricTable(metrics),
    foldTable(metrics),
    segmentTable(metrics),
    ...rest.map(([n, rows]) =>
      stack(new Fragment(`<h4>${escapeHtml(n.replaceAll("_", " "))}</h4>`), objectTable(rows))
    ),
  );
}

function judgedOn({ details }: Metrics): Fragment | undefined {
  const text = ["data", "part", "rule"].flatMap((key) =>
    typeof details[key] === "string" ? `${key}: ${details[key]}` : []
  );
  return text.length === 0 ? undefined : note(`Judged on ${text.join(" · ")}.`);
}

/** What `validate` found worth a look, with the evidence; a finding of several cells is told once. */
function findingsTable({ tables }: Metrics): Fragment | undefined {
  const groups = [...Map.groupBy(tables.findings ?? [], (r) => String(r.id)).values()];
  const shown = groups.filter(([first]) => first.severity !== "info");
  if (shown.length === 0) return undefined;
  const cells = tables.folds?.length ?? 1;
  return stack(
    new Fragment("<h4>Findings</h4>"),
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

const foldMetrics = [
  "accuracy",
  "balanced_accuracy",
  "macro_f1",
  "majority_accuracy",
  "twin_accuracy",
  "ece",
  "perplexity",
  "motif_accuracy",
  "behaviour_accuracy",
  "edit_score",
];

/** The main metrics of each cell of the matrix, one column a cell. */
function foldTable({ tables }: Metrics): Fragment | undefined {
  const cells = tables.folds;
  if (cells === undefined || cells.length < 2 || cells.length > 12) return undefined;
  const axes = Object.keys(cells[0]).slice(0, Math.max(1, Object.keys(cells[0]).indexOf("accuracy")));
  const header = cells.map((c) => axes.map((axis) => `${axis} ${c[axis]}`).join(", "));
  const rows = foldMetrics.filter((name) => cells.some((c) => isNumber(c[name])))
    .map((name) => [metricName(name), ...cells.map((c) => isNumber(c[name]) ? c[name] : null)]);
  return stack(new Fragment("<h4>By cell of the matrix</h4>"), table(["metric", ...header], rows));
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
    new Fragment("<h4>Segments</h4>"),
    table(
      ["labels of", ...columns.map(metricName)],
      [...groups].map(([name, rows]) => [name, ...columns.map((c) => mean(rows, c))]),
    ),
    new Fragment('<p class="caption">Counts are summed, scores averaged over the cells of the matrix.</p>'),
  );
}

/** Confusion matrix and the scores by class that follow from it. */
export async function confusionSection(sources: Sources): Promise<Fragment> {
  const source = await firstWith(sources, (m) => m.confusion);
  if (source === undefined) return absent("No metrics with a confusion matrix are connected to this report.");
  const { confusion, details } = source.value;
  const part = typeof details.part === "string" ? `${details.part} part` : sourceName(source);
  const rows = classScores(confusion!).map((r) => [r.class, r.windows, r.precision, r.recall, r.f1]);
  return stack(
    confusionMatrix(confusion!, { origin: originOf(source.value), title: `Confusion matrix, ${part}` }),
    table(["class", "windows", "precision", "recall", "F1"], rows),
  );
}

/** Accuracy subject by subject. */
export async function subjectsSection(sources: Sources): Promise<Fragment> {
  const source = await firstWith(sources, (m) => subjectsOf(m)?.[0]);
  if (source === undefined) return absent("No metrics per subject are connected to this report.");
  const { value } = source;
  return stack(
    subjectAccuracy(subjectsOf(value)!, {
      origin: originOf(value),
      majority: value.metrics.majority_accuracy?.value ?? undefined,
    }),
  );
}

/** Calibration of the stated confidence. */
export async function calibrationSection(sources: Sources): Promise<Fragment> {
  const source = await firstWith(sources, (m) => binsOf(m)?.[0]);
  if (source === undefined) return absent("No metrics with confidence bins are connected to this report.");
  const { value } = source;
  const metric = (name: string) => value.metrics[name]?.value ?? undefined;
  return stack(
    reliabilityDiagram(binsOf(value)!, {
      origin: originOf(value),
      ece: metric("ece"),
      nullEce: metric("ece_null"),
    }),
  );
}
