/** The first page: what came out. */
import { judgedTogether, kindOf, metricOf, titleOf } from "../../metrics/catalogue.ts";
import { BehaviourFacts } from "../../artifacts/behaviours.ts";
import { Benchmark, headline, readBenchmark } from "../../artifacts/benchmark.ts";
import { Codebook } from "../../artifacts/codes.ts";
import { Hef, readCompileReport } from "../../artifacts/hef.ts";
import { type Metric, Metrics } from "../../artifacts/metrics.ts";
import { findingGroups } from "../../metrics/finding_groups.ts";
import { quantile } from "../../metrics/statistics/summary.ts";
import { answer } from "../answer.ts";
import { readDataFacts } from "../data_facts.ts";
import { firstWith, mainMetrics } from "../judged_metrics.ts";
import { typesetCount, typesetNumber } from "../../text/typeset.ts";
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
  const judged = await mainMetrics(sources);
  const sentences = answer(
    await readDataFacts(sources),
    judged?.value,
    (await sources.first(BehaviourFacts))?.value,
  );
  const parts = [
    partial(sources),
    sentences.length > 0 && markup`<p class="answer">${sentences.join(" ")}</p>`,
    await verdict(sources),
    await nextSteps(sources),
    rows.length > 0 && table(["result", "value", "baseline", "n", "origin"], rows),
    note(
      `${config.name} ${config.version}, Deno ${Deno.version.deno}; made from the results of ${inputs} steps. ` +
        (sources.lineage === undefined
          ? "Date, parameters and code of the run stand in the run's record."
          : "Dates, parameters, data and code stand under How this was made."),
    ),
  ];
  return new Fragment(
    markup`<h1 id="title">${title}</h1>${description !== "" && markup`<p>${description}</p>`}${parts}`,
  );
}

/** What the numbers are without, where a step went on without files. */
function partial({ lineage }: Sources): Fragment | string {
  const items = (lineage?.tasks ?? []).flatMap(({ id, made }) =>
    Object.entries(made?.missing ?? {}).map(([request, names]) => {
      const all = names.length + made!.files[request]!.count;
      const named = names.slice(0, NAMED).join(", ");
      const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
      return markup`<li>${id} went on without ${typesetCount(names.length)} of ${
        typesetCount(all)
      } files, on which it failed: ${named}${more}</li>`;
    })
  );
  if (items.length === 0) return "";
  return new Fragment(
    markup`<div class="note warning"><strong>PARTIAL</strong>: some files could not be used, and every number here is of the others.<ul>${items}</ul></div>`,
  );
}

/** Files that are named. */
const NAMED = 8;

/** The verdict on the gates stands before all numbers, with what to do about each reason. */
async function verdict(sources: Sources): Promise<Fragment | string> {
  const found = await firstWith(sources, ({ readiness }) => readiness);
  const readiness = found?.value.readiness;
  if (readiness === undefined) {
    const judged = await mainMetrics(sources);
    if (judged === undefined) return "";
    if (!Object.hasOwn(judged.value.metrics, "accuracy")) {
      return note(
        "No verdict: without labels nothing says what is right. Look at how each behaviour moves and who shows it; " +
          "the step label names behaviours by a few windows that you know.",
      );
    }
    return note("No verdict: nobody has said what the use needs. The gates of the step validate say it.");
  }
  const { verdict, reasons } = readiness;
  const why = reasons.map(({ reason, cure }) => markup`<li>${reason}. ${cure}</li>`);
  return new Fragment(
    markup`<div class="note${verdict !== "READY" && " warning"}"><strong>${verdict}</strong>${
      why.length > 0 && markup`<ul>${why}</ul>`
    }</div>`,
  );
}

/** Findings that the first page shows; the scores show them all. */
const FINDINGS = 4;

/** What to do next, by the findings on the numbers: each once, however many folds found it. */
async function nextSteps(sources: Sources): Promise<Fragment | string> {
  const found = await firstWith(
    sources,
    ({ tables }) => tables.findings?.length ? tables.findings : undefined,
  );
  const rank = ["warning", "advice"];
  const first = findingGroups(found?.value.tables ?? {}).filter(([row]) => row!.severity !== "info").map((
    rows,
  ) => ({
    row: rows[0]!,
    where: foundIn(found?.value.cells ?? [], rows),
  }))
    .sort((a, b) => rank.indexOf(String(a.row.severity)) - rank.indexOf(String(b.row.severity)));
  if (first.length === 0) return "";
  const items = first.slice(0, FINDINGS).map(({ row, where }) =>
    markup`<li><strong>${String(row.finding)}</strong>: ${String(row.evidence)}${where}. ${
      String(row.advice)
    }</li>`
  );
  const more = first.length - items.length;
  return new Fragment(
    markup`<p>Next steps${more > 0 && ` (${more} more under Scores)`}:</p><ul>${items}</ul>`,
  );
}

/** Which cell of several a finding's numbers are of, and how many more found the same. */
function foundIn(cells: NonNullable<Metrics["cells"]>, rows: Metrics["tables"][string]): string {
  if (cells.length < 2) return "";
  const cell = Object.keys(cells[0]!).map((axis) => `${axis} ${rows[0]![axis]}`).join(", ");
  const same = rows.length === 1 ? "in none" : `likewise in ${rows.length - 1}`;
  return ` (in ${cell}, and ${same} of the ${cells.length - 1} others)`;
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
    const { baseline, bound } = kindOf(name, m);
    const beside = metricOf(metrics, baseline)?.value;
    return [
      titleOf(name, m) + suffix,
      valueText(m),
      `${typesetNumber(beside)}${typeof beside === "number" && bound !== undefined ? ` ${bound}` : ""}`,
      `${typesetCount(m.n)} ${m.of}`,
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
    `${typesetNumber(quantile(all, 0.5))} (${typesetNumber(Math.min(...all))} to ${
      typesetNumber(Math.max(...all))
    })`,
    typesetNumber(quantile(valuesOf(kindOf("accuracy").baseline!), 0.5)),
    `${typesetCount(cells.length)} cells`,
    [...new Set(cells.map(({ value }) => value.metrics.accuracy.origin))].join(", "),
  ]];
}

function valueText({ value, unit, interval }: Metric): string {
  const range = interval === undefined
    ? ""
    : ` [${typesetNumber(interval.lower)}, ${typesetNumber(interval.upper)}]`;
  return `${typesetNumber(value)}${range}${unit === undefined ? "" : ` ${unit}`}`;
}

async function useRows(sources: Sources): Promise<TableCell[][]> {
  const rows: TableCell[][] = [];
  const codes = await sources.first(Codebook);
  const behaviours = await sources.first(BehaviourFacts);
  const origin = (await readDataFacts(sources))?.recordings.origin ?? behaviours?.value.origin ?? "measured";
  if (codes !== undefined) {
    const { counts, codebookSize, perplexity, windows } = codes.value;
    rows.push([
      "codes used",
      `${counts.length} of ${codebookSize}, perplexity ${typesetNumber(perplexity)}`,
      "",
      `${typesetCount(windows)} windows`,
      origin,
    ]);
  }
  if (behaviours !== undefined) {
    const { names, bouts } = behaviours.value;
    rows.push([
      "behaviours",
      `${names.length}`,
      "",
      `${typesetCount(bouts.length)} bouts`,
      behaviours.value.origin,
    ]);
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
        `p50 ${typesetNumber(row.p50)}, p95 ${typesetNumber(row.p95)} ms`,
        "",
        `${typesetCount(row.n)} windows`,
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
