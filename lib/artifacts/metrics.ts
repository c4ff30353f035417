/** Metrics: numbers with n, origin and interval. */
import { own } from "../own.ts";
import { join } from "../path.ts";
import { z } from "zod";
import type { ArtifactType, Json, Origin } from "./artifact.ts";
import { InputError } from "../errors.ts";
import * as judgement from "./judgement.ts";
import { readHeader, writeHeader } from "./artifact.ts";
import { type HeldOut, heldOutSchema, type Readiness, readinessSchema } from "./readiness.ts";
import { freeObject, misfitOf, objectOf, origins, readJson } from "./read_json.ts";
import { writeJson } from "./write_json.ts";

/** An interval with its true level and how it was made. */
export interface Interval {
  level: number;
  lower: number;
  upper: number;
  /** e.g. `logit t over 12 subjects`, `nadeau-bengio`, `wilson`. */
  method: string;
  /** e.g. `bonferroni m=5`. */
  correction?: string;
}

/** What a metric of an own step is. Steps of this project need not say it: `lib/metrics/catalogue.ts` does. */
export interface StatedKind {
  /** What readers call it. */
  title?: string;
  /** Which way is better; without it nothing is called better or worse. */
  better?: "higher" | "lower" | "neither";
  /** Attainable values, `null` for no bound; without it intervals are never cut. */
  range?: [number | null, number | null];
  /** Name of the metric that is drawn beside it. */
  baseline?: string;
  /** One sentence for readers. */
  about?: string;
}

/** One number. */
export interface Metric {
  /** `null` where undefined (one cluster, no labels), with the reason in `note`. */
  value: number | null;
  /** How many of `of` the number rests on. */
  n: number;
  /** What is counted, e.g. `windows`, `subjects`, `folds`. */
  of: string;
  /** Of a mean over folds: what the numbers of the folds rest on together, e.g. windows. */
  total?: number;
  unit?: string;
  origin: Origin;
  interval?: Interval;
  /** Why there is no interval, where one would be expected: too few subjects, no spread. */
  noInterval?: string;
  note?: string;
  /** What each judged subject adds: the value without it; empty where there is only one subject. */
  jackknife?: { subjects: string[]; without: (number | null)[] };
  /** For metrics of own steps. */
  kind?: StatedKind;
}

export interface Metrics {
  metrics: Record<string, Metric>;
  /** Rows are true classes, columns predictions; counts of windows of the test part. */
  confusion?: { labels: string[]; counts: number[][] };
  /** Further tables by name (per subject, per class, reliability bins, folds …): rows of plain objects. */
  tables: Record<string, { [column: string]: Json }[]>;
  /** Of summaries over folds: test windows by training windows, which the corrected test of their means needs. */
  testTrainRatio?: number;
  /** Of summaries: coordinates of the results that were gathered, in the order of table `folds`. */
  cells?: judgement.CellOf[];
  /** What was judged. */
  judgedOn?: judgement.JudgedOn;
  /** How far it was held out from what was fitted. */
  heldOut?: HeldOut;
  /** The verdict, where gates are set. */
  readiness?: Readiness;
  /** Of a comparison of two sides. */
  verdict?: judgement.Verdict;
  /** Of new recordings against a reference. */
  monitored?: judgement.Monitored;
  /** Of a comparison of groups of subjects. */
  groupDesign?: judgement.GroupDesign;
  /** Of a search for levels. */
  levelsChoice?: judgement.LevelsChoice;
  /** For people: further settings and facts. No step and no report rests on them. */
  details: { [key: string]: Json };
}

/** `metrics.json`. */
const metricsSchema = () =>
  objectOf<Metrics>({
    metrics: z.record(
      z.string(),
      objectOf<Metric>({
        value: z.number().nullable(),
        n: z.number().nonnegative(),
        of: z.string(),
        total: z.number().optional(),
        unit: z.string().optional(),
        origin: z.enum(origins),
        interval: objectOf<Interval>({
          level: z.number().min(0).max(1),
          lower: z.number(),
          upper: z.number(),
          method: z.string(),
          correction: z.string().optional(),
        }).optional(),
        noInterval: z.string().optional(),
        note: z.string().optional(),
        jackknife: z.object({
          subjects: z.array(z.string()),
          without: z.array(z.number().nullable()),
        }).optional(),
        kind: z.object({
          title: z.string().optional(),
          better: z.enum(["higher", "lower", "neither"]).optional(),
          range: z.tuple([z.number().nullable(), z.number().nullable()]).optional(),
          baseline: z.string().optional(),
          about: z.string().optional(),
        }).optional(),
      }),
    ),
    confusion: z.object({ labels: z.array(z.string()), counts: z.array(z.array(z.number())) }).optional(),
    tables: z.record(z.string(), z.array(freeObject)),
    testTrainRatio: z.number().optional(),
    cells: z.array(judgement.cellSchema()).optional(),
    judgedOn: judgement.judgedOnSchema().optional(),
    heldOut: heldOutSchema().optional(),
    readiness: readinessSchema().optional(),
    verdict: judgement.verdictSchema().optional(),
    monitored: judgement.monitoredSchema().optional(),
    groupDesign: judgement.groupDesignSchema().optional(),
    levelsChoice: judgement.levelsChoiceSchema().optional(),
    details: freeObject,
  });

/** Name of the file, in a Metrics and in a Benchmark. */
export const metricsFile = "metrics.json";

/**
 * Writes `metrics.json`. A value that is not finite is written as undefined, an interval with such an end is left out;
 * the note says so.
 */
export async function writeMetricsFile(dir: string, value: Metrics, type: string): Promise<void> {
  // A user's own step may return anything.
  const metrics = Object.entries(value?.metrics ?? {}).map((
    [key, metric],
  ) => [key, typeof metric === "object" && metric !== null ? writable(metric) : metric]);
  const written = value?.metrics === undefined ? value : { ...value, metrics: Object.fromEntries(metrics) };
  const misfit = misfitOf(written, metricsSchema);
  if (misfit !== undefined) throw new InputError(`Cannot write ${type}: ${misfit}`);
  await writeJson(dir, metricsFile, written, metricsSchema, type);
}

/** Reads `metrics.json` of an artifact of type `type`. @throws {InputError} */
export async function readMetricsFile(dir: string, type: string): Promise<Metrics> {
  return await readJson(dir, metricsFile, metricsSchema, type);
}

function writable({ interval, ...metric }: Metric): Metric {
  const lost: string[] = [];
  if (typeof metric.value === "number" && !Number.isFinite(metric.value)) {
    lost.push(`the value was ${metric.value}`);
    metric.value = null;
  }
  if (interval === undefined) return withNotes(metric, lost);
  const { lower, upper } = interval;
  if (Number.isFinite(lower) && Number.isFinite(upper)) return withNotes({ ...metric, interval }, lost);
  return withNotes(metric, [...lost, `the interval was ${lower} to ${upper}`]);
}

function withNotes(metric: Metric, more: string[]): Metric {
  if (more.length === 0) return metric;
  return { ...metric, note: [...(metric.note === undefined ? [] : [metric.note]), ...more].join("; ") };
}

/** Files: `metrics.json`, `confusion.csv`, `<table>.csv`. */
export const Metrics: ArtifactType<Metrics> = {
  name: "Metrics",
  version: 2,
  summary: "Numbers with n, origin and interval",
  async write(dir, value) {
    await writeMetricsFile(dir, value, "Metrics");
    // Lists are written as JSON: their entries may hold commas and spaces.
    const text = (v: Json) => typeof v === "object" && v !== null ? JSON.stringify(v) : String(v ?? "");
    const quote = (v: Json) => /[",\n]/.test(text(v)) ? `"${text(v).replaceAll('"', '""')}"` : text(v);
    if (value.confusion !== undefined) {
      const { labels, counts } = value.confusion;
      const rows = [["true \\ predicted", ...labels], ...counts.map((row, i) => [labels[i] ?? "", ...row])];
      Deno.writeTextFileSync(
        join(dir, "confusion.csv"),
        rows.map((r) => r.map(quote).join(",")).join("\n") + "\n",
      );
    }
    for (const [name, rows] of Object.entries(value.tables)) {
      const columns = [...new Set(rows.flatMap((r) => Object.keys(r)))];
      const lines = [columns, ...rows.map((r) => columns.map((c) => own(r, c) ?? null))];
      Deno.writeTextFileSync(
        join(dir, `${name}.csv`),
        lines.map((r) => r.map(quote).join(",")).join("\n") + "\n",
      );
    }
    await writeHeader(dir, { type: "Metrics", version: 2, meta: { metrics: Object.keys(value.metrics) } });
  },
  async read(dir) {
    await readHeader(dir, "Metrics", 2);
    return await readMetricsFile(dir, "Metrics");
  },
};
