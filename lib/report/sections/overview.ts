/** The first page: what came out. */
import { judgedTogether, kindOf, metricOf, titleOf } from "../../metrics/catalogue.ts";
import { Behaviours } from "../../artifacts/behaviours.ts";
import { Benchmark, headline, readBenchmark } from "../../artifacts/benchmark.ts";
import { Codes } from "../../artifacts/codes.ts";
import { Hef, readCompileReport } from "../../artifacts/hef.ts";
import { type Metric, Metrics } from "../../artifacts/metrics.ts";
import { readinessOf, verdictText } from "../../artifacts/readiness.ts";
import { quantile } from "../../metrics/statistics/summary.ts";
import { readDataFacts } from "../data_facts.ts";
import { firstWith, mainMetrics } from "../judged_metrics.ts";
import { count, number } from "../plot.ts";
import { defineSection } from "../section.ts";
import { sourceName, Sources } from "../sources.ts";
import { Fragment, note, table, type TableCell } from "../table.ts";
import { markup } from "../../text/html.ts";

export default defineSection({
  id: "overview",
  title: "Overview",
  needs: (sources) => Promise.resolve(sources),
  draw,
});

/** Title, versions and a table with the main results. */
async function draw(
  _: Sources,
  sources: Sources,
  { title = "Report", description = "" }: OverviewOptions,
): Promise<Fragment> {
  const config = JSON.parse(await Deno.readTextFile(new URL("../../../deno.json", import.meta.url)));
  const inputs = new Set(sources.list.map((s) => s.step)).size;
  const rows = [...await scoreRows(sources), ...await useRows(sources), ...await deviceRows(sources)];
  return new Fragment(
    markup`<h1 id="title">${title}</h1>${description !== "" && markup`<p>${description}</p>`}${await verdict(
      sources,
    )}${
      note(
        `${config.name} ${config.version}, Deno ${Deno.version.deno}; made from the results of ${inputs} steps. ` +
          "Date, parameters and code of the run stand in the run's record.",
      )
    }${rows.length > 0 && table(["", "result", "baseline", "n", "origin"], rows)}`,
  );
}

/** The verdict on the gates stands before all numbers. */
async function verdict(sources: Sources): Promise<Fragment | string> {
  const found = await firstWith(sources, ({ details }) => readinessOf(details));
  const readiness = found && readinessOf(found.value.details);
  if (readiness === undefined) return "";
  return note(`${verdictText(readiness)}.`, readiness.verdict === "READY" ? "note" : "warning");
}

/** What a notebook may say of the first page. */
export interface OverviewOptions {
  /** Title of the report. @default "Report" */
  title?: string;
  /** One paragraph below the title. */
  description?: string;
}

async function scoreRows(sources: Sources): Promise<TableCell[][]> {
  const found = await mainMetrics(sources);
  if (found === undefined) return [];
  const row = (name: string, { metrics }: Metrics, suffix = ""): TableCell[] => {
    const m = metrics[name];
    return [
      titleOf(name, m) + suffix,
      valueText(m),
      number(metricOf(metrics, kindOf(name, m).baseline)?.value),
      `${count(m.n)} ${m.of}`,
      m.origin,
    ];
  };
  if (Object.keys(found.cell).length === 0) {
    return judgedTogether.filter((name) => Object.hasOwn(found.value.metrics, name)).map((name) =>
      row(name, found.value)
    );
  }
  // Nothing sums the matrix up: one cell must not stand for all of them.
  const cells = (await sources.all(Metrics)).filter((m) =>
    m.step === found.step && m.value.metrics.accuracy !== undefined
  );
  if (cells.length <= 12) return cells.map((m) => row("accuracy", m.value, `, ${sourceName(m)}`));
  const valuesOf = (name: string) => cells.flatMap(({ value }) => value.metrics[name]?.value ?? []);
  const all = valuesOf("accuracy");
  return [[
    `accuracy, ${found.step}, median and range over the matrix`,
    `${number(quantile(all, 0.5))} (${number(Math.min(...all))} to ${number(Math.max(...all))})`,
    number(quantile(valuesOf(kindOf("accuracy").baseline!), 0.5)),
    `${count(cells.length)} cells`,
    [...new Set(cells.map(({ value }) => value.metrics.accuracy.origin))].join(", "),
  ]];
}

function valueText({ value, unit, interval }: Metric): string {
  const range = interval === undefined ? "" : ` [${number(interval.lower)}, ${number(interval.upper)}]`;
  return `${number(value)}${range}${unit === undefined ? "" : ` ${unit}`}`;
}

async function useRows(sources: Sources): Promise<TableCell[][]> {
  const rows: TableCell[][] = [];
  const codes = await sources.first(Codes);
  const behaviours = await sources.first(Behaviours);
  const origin = (await readDataFacts(sources))?.recordings.origin ?? behaviours?.value.origin ?? "measured";
  if (codes !== undefined) {
    const { counts, codebookSize, perplexity, codes: all } = codes.value;
    rows.push([
      "codes used",
      `${counts.length} of ${codebookSize}, perplexity ${number(perplexity)}`,
      "",
      `${count(all.length)} windows`,
      origin,
    ]);
  }
  if (behaviours !== undefined) {
    const { names, bouts } = behaviours.value;
    rows.push(["behaviours", `${names.length}`, "", `${count(bouts.length)} bouts`, behaviours.value.origin]);
  }
  return rows;
}

async function deviceRows(sources: Sources): Promise<TableCell[][]> {
  const rows: TableCell[][] = [];
  for (const source of await sources.all(Benchmark)) {
    const report = await readBenchmark(source.dir);
    const row = headline(report);
    if (row !== undefined) {
      rows.push([
        `latency on ${report.device}`,
        `p50 ${number(row.p50)}, p95 ${number(row.p95)} ms`,
        "",
        `${count(row.n)} windows`,
        report.origin,
      ]);
    }
  }
  const hef = await sources.first(Hef);
  if (hef !== undefined) {
    const { status } = await readCompileReport(hef.dir);
    rows.push(["Hailo executable", status, "", "", ""]);
  }
  return rows;
}
