/** How good it is, on what, and against what. */
import type { Json } from "../../artifacts/artifact.ts";
import { Metrics } from "../../artifacts/metrics.ts";
import { confusionMatrix } from "../figures/confusion.ts";
import { metricForest, metricTable } from "../figures/metrics.ts";
import { type ConfidenceBin, reliabilityDiagram } from "../figures/reliability.ts";
import { subjectAccuracy, type SubjectScore } from "../figures/subjects.ts";
import { type Loaded, sourceName, type Sources } from "../sources.ts";
import { Fragment, note, objectTable, stack } from "../table.ts";

type Row = { [column: string]: Json };

const isNumber = (value: unknown): value is number => typeof value === "number";

/** Rows that describe bins of confidence. */
function binsOf(tables: Metrics["tables"]): ConfidenceBin[] | undefined {
  const rows = Object.values(tables).find((t) =>
    t.length > 0 && "confidence" in t[0] && "lower" in t[0] && "accuracy" in t[0]
  );
  return rows?.map((r) => ({
    lower: Number(r.lower),
    upper: Number(r.upper),
    count: Number(r.count ?? r.n ?? 0),
    confidence: isNumber(r.confidence) ? r.confidence : null,
    accuracy: isNumber(r.accuracy) ? r.accuracy : null,
  }));
}

/** Rows that describe one subject each. */
function subjectsOf(tables: Metrics["tables"]): SubjectScore[] | undefined {
  const rows = Object.values(tables).find((t) => t.length > 0 && "subject" in t[0] && "accuracy" in t[0]);
  return rows?.filter((r) => isNumber(r.accuracy)).map((r: Row) => ({
    subject: String(r.subject),
    accuracy: Number(r.accuracy),
    n: Number(r.n ?? r.windows ?? r.count ?? 0),
  })).filter((r) => r.n > 0);
}

const majorityOf = ({ metrics }: Metrics) =>
  Object.entries(metrics).find(([name, m]) =>
    /majority/.test(name) && /accuracy|majority$|baseline/.test(name) && m.value !== null
  )?.[1].value ?? undefined;

const originOf = ({ metrics }: Metrics) =>
  (metrics.accuracy ?? Object.values(metrics)[0])?.origin ?? "measured";

/** The metrics that speak for the whole: outside any matrix where there are such. */
export async function headlineMetrics(sources: Sources): Promise<Loaded<Metrics> | undefined> {
  const all = await sources.all(Metrics);
  const whole = all.filter(({ cell }) => Object.keys(cell).length === 0);
  return whole.find(({ value }) => "accuracy" in value.metrics) ??
    all.find(({ value }) => "accuracy" in value.metrics) ??
    whole[0] ?? all[0];
}

/** Tables and figures of all metrics: those outside a matrix in full, cells of a matrix when nothing sums them up. */
export async function scoresSection(sources: Sources): Promise<Fragment> {
  const all = await sources.all(Metrics);
  if (all.length === 0) return note("No metrics are connected to this report.");
  const whole = all.filter(({ cell }) => Object.keys(cell).length === 0);
  const shown = whole.length > 0 ? whole : all;
  return stack(...shown.map((source) => metricsBlock(source, shown.length > 1)));
}

function metricsBlock(source: Loaded<Metrics>, titled: boolean): Fragment {
  const { metrics, tables, details } = source.value;
  const name = sourceName(source);
  const id = `metrics-${name.replace(/[^A-Za-z0-9]+/g, "-")}`;
  const used = new Set(
    Object.entries(tables).filter(([, t]) => t.length > 0 && ("confidence" in t[0] || "subject" in t[0])).map(
      ([n]) => n,
    ),
  );
  const rest = Object.entries(tables).filter(([n, t]) => !used.has(n) && t.length > 0 && t.length <= 60);
  const what = Object.entries(details).filter(([, v]) => typeof v === "string" || typeof v === "number");
  return stack(
    titled && new Fragment(`<h3 id="${id}">${name}</h3>`),
    what.length > 0 && note(what.map(([k, v]) => `${k.replaceAll("_", " ")}: ${v}`).join(" · ")),
    metricForest(metrics),
    metricTable(metrics),
    ...rest.map(([n, rows]) => stack(new Fragment(`<h4>${n.replaceAll("_", " ")}</h4>`), objectTable(rows))),
  );
}

/** Confusion matrix of each part that was judged. */
export async function confusionSection(sources: Sources): Promise<Fragment> {
  const shown = await pooledOrFirst(sources, (m) => m.confusion);
  if (shown === undefined) return note("No metrics with a confusion matrix are connected to this report.");
  const { source, found } = shown;
  return stack(
    confusionMatrix(found, {
      origin: originOf(source.value),
      title: `Confusion matrix, ${sourceName(source)}`,
    }),
  );
}

/** Accuracy subject by subject. */
export async function subjectsSection(sources: Sources): Promise<Fragment> {
  const shown = await pooledOrFirst(sources, (m) => subjectsOf(m.tables));
  if (shown === undefined || shown.found.length === 0) {
    return note("No metrics per subject are connected to this report.");
  }
  const { source, found } = shown;
  return stack(
    subjectAccuracy(found, { origin: originOf(source.value), majority: majorityOf(source.value) }),
  );
}

/** Calibration of the stated confidence. */
export async function calibrationSection(sources: Sources): Promise<Fragment> {
  const shown = await pooledOrFirst(sources, (m) => binsOf(m.tables));
  if (shown === undefined) return note("No metrics with confidence bins are connected to this report.");
  const { source: { value }, found } = shown;
  const metric = (pattern: RegExp) =>
    Object.entries(value.metrics).find(([n]) => pattern.test(n))?.[1].value ?? undefined;
  return stack(
    reliabilityDiagram(found, {
      origin: originOf(value),
      ece: metric(/^ece$/),
      nullEce: metric(/ece_null|null_ece|ece_bias/),
    }),
  );
}

/** The first metrics for which `pick` finds something, those outside a matrix before others. */
async function pooledOrFirst<T>(sources: Sources, pick: (metrics: Metrics) => T | undefined) {
  const all = await sources.all(Metrics);
  const ordered = [...all].sort((a, b) => Object.keys(a.cell).length - Object.keys(b.cell).length);
  for (const source of ordered) {
    const found = pick(source.value);
    if (found !== undefined) return { source, found };
  }
  return undefined;
}
