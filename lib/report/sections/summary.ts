/** The first and the last page: what came out, and what it is not good for. */
import { Behaviours } from "../../artifacts/behaviours.ts";
import { Benchmark, readBenchmark } from "../../artifacts/benchmark.ts";
import { Codes } from "../../artifacts/codes.ts";
import { Hef, readCompileReport } from "../../artifacts/hef.ts";
import { type Metric, Metrics } from "../../artifacts/metrics.ts";
import { Split } from "../../artifacts/split.ts";
import { headline } from "../../hailo/device/benchmark.ts";
import { quantile } from "../../metrics/statistics/summary.ts";
import { escapeHtml } from "../escape.ts";
import { baselineOf, metricName } from "../metric_names.ts";
import { count, number, percent } from "../plot.ts";
import { sourceName, Sources } from "../sources.ts";
import { Fragment, table, type TableCell } from "../table.ts";
import { readDataFacts } from "./data.ts";
import { headlineMetrics } from "./scores.ts";

/** Title, versions and a table with the main results. */
export async function overviewSection(
  sources: Sources,
  { title = "Report", description = "" } = {},
): Promise<Fragment> {
  const config = JSON.parse(await Deno.readTextFile(new URL("../../../deno.json", import.meta.url)));
  const inputs = new Set(sources.list.map((s) => s.step)).size;
  const head = `<h1 id="title">${escapeHtml(title)}</h1>` +
    (description === "" ? "" : `<p>${escapeHtml(description)}</p>`) +
    `<p class="note">${
      escapeHtml(
        `${config.name} ${config.version}, Deno ${Deno.version.deno}; made from the results of ${inputs} steps. ` +
          "Date, parameters and code of the run stand in the run's record.",
      )
    }</p>`;
  const rows = [...await scoreRows(sources), ...await useRows(sources), ...await deviceRows(sources)];
  return new Fragment(
    head + (rows.length === 0 ? "" : table(["", "result", "baseline", "n", "origin"], rows).html),
  );
}

async function scoreRows(sources: Sources): Promise<TableCell[][]> {
  const found = await headlineMetrics(sources);
  if (found === undefined) return [];
  const wanted = /^(accuracy|balanced_accuracy|macro_f1|ece)$/;
  const row = (name: string, { metrics }: Metrics, suffix = ""): TableCell[] => {
    const m = metrics[name];
    return [
      metricName(name) + suffix,
      valueText(m),
      number(metrics[baselineOf[name]]?.value),
      `${count(m.n)} ${m.of}`,
      m.origin,
    ];
  };
  if (Object.keys(found.cell).length === 0) {
    return Object.keys(found.value.metrics).filter((name) => wanted.test(name)).map((name) =>
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
    number(quantile(valuesOf(baselineOf.accuracy), 0.5)),
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

/** What a reader must not conclude, computed from what the report is made from. */
export async function limitsSection(sources: Sources): Promise<Fragment> {
  const limits: string[] = [];
  const data = await readDataFacts(sources);
  if (data?.recordings.origin === "simulated") {
    limits.push(
      "All data are simulated. The scores show that the pipeline works, not how well it does on people: " +
        "no deployment may rest on them before it has been validated on recordings of real subjects.",
    );
  }
  const splits = await sources.all(Split);
  if (splits.some(({ value }) => value.leaks)) {
    limits.push("Training and test share subjects or samples; the scores do not carry over to new subjects.");
  }
  const held = new Set(splits.flatMap(({ value }) => value.groups.test)).size;
  if (splits.length > 0 && held < 10) {
    limits.push(`Only ${held} subjects (or time blocks) are held out; intervals over subjects are wide.`);
  }
  const behaviours = (await sources.first(Behaviours))?.value;
  const seconds = behaviours?.bouts.reduce((sum, b) => sum + b.duration, 0) ?? 0;
  const unassigned = behaviours?.bouts.reduce((sum, b) => sum + (b.label < 0 ? b.duration : 0), 0) ?? 0;
  if (unassigned > 0.05 * seconds) {
    limits.push(`${percent(unassigned / seconds)} of the recorded time belongs to no behaviour.`);
  }
  if (sources.list.some(({ type }) => ["OnnxBundle", "Hef", "Benchmark", "Package"].includes(type))) {
    limits.push(...await deviceLimits(sources));
  }
  limits.push(
    "Windows that overlap or follow each other are not independent; intervals over windows are narrower than the truth.",
  );
  return new Fragment(`<ul>\n${limits.map((text) => `<li>${escapeHtml(text)}</li>`).join("\n")}\n</ul>`);
}

/** What is not known of the device, where the report is about one. */
async function deviceLimits(sources: Sources): Promise<string[]> {
  const limits: string[] = [];
  const hef = await sources.first(Hef);
  const status = hef && (await readCompileReport(hef.dir)).status;
  if (!status?.startsWith("compiled")) {
    limits.push(
      "No Hailo executable was compiled; whatever is said about the device part is an estimate made on this machine.",
    );
  }
  const benchmarks = await Promise.all((await sources.all(Benchmark)).map(({ dir }) => readBenchmark(dir)));
  if (!benchmarks.some((b) => b.kind === "hailo" && b.status === "measured" && b.origin === "measured")) {
    limits.push("No latency was measured on a Hailo device.");
  }
  return limits;
}
