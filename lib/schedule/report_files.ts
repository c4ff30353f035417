/** A run's report as other programs read it: JSON, JUnit XML, Prometheus text. */
import type { MeasuredValue, RunReport } from "./report.ts";

/** A report by file ending. */
export function reportTexts(report: RunReport): Record<string, string> {
  return {
    "json": JSON.stringify(report, null, 1) + "\n",
    "junit.xml": junit(report),
    "prom": prometheus(report),
  };
}

/** Whether a text is a report with that ending, of any run: then the next one may replace it. */
export function isReport(ending: string, text: string): boolean {
  if (ending === "prom") return text.includes("motiflow_run_success{");
  if (ending === "junit.xml") return /<testsuite [^]*<testcase classname="[^"]*" name="run /.test(text);
  try {
    const { run, workflow, values, alerts } = JSON.parse(text) as Partial<RunReport>;
    return typeof run === "string" && typeof workflow === "string" && Array.isArray(values) &&
      Array.isArray(alerts);
  } catch {
    return false;
  }
}

/** A test suite with a case for each limit: CI systems show broken ones as failures, unjudged ones as skipped. */
export function junit(
  { workflow, run, started, ended, alerts, unjudged, failures, values }: RunReport,
): string {
  const element = (name: string, inner: string) => {
    const head = `  <testcase classname="${xml(workflow)}" name="${xml(name)}"`;
    return inner === "" ? `${head}/>` : `${head}>${inner}</testcase>`;
  };
  const cases = [
    element(`run ${run}`, ""),
    ...failures.map((f) => element(`step ${f.task}`, `<error message="${xml(f.message)}"/>`)),
    ...alerts.map((a) =>
      element(
        `${a.metric} of ${a.task} ${a.direction} ${a.threshold}`,
        `<failure message="${xml(a.message)}">n = ${a.n}</failure>`,
      )
    ),
    ...unjudged.map((u) => element(u.metric, `<skipped message="${xml(`${u.metric} ${u.reason}`)}"/>`)),
  ];
  const seconds = (Date.parse(ended) - Date.parse(started)) / 1000;
  const properties = values.filter((v) => v.value !== null).map((v) =>
    `    <property name="${xml(`${v.task} ${v.metric}`)}" value="${v.value} (n = ${v.n} ${
      xml(v.of)
    }, ${v.origin})"/>`
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${xml(workflow)}" tests="${cases.length}" failures="${alerts.length}" ` +
    `errors="${failures.length}" skipped="${unjudged.length}" timestamp="${started}" time="${seconds}">`,
    ...(properties.length === 0 ? [] : ["  <properties>", ...properties, "  </properties>"]),
    ...cases,
    "</testsuite>",
    "",
  ].join("\n");
}

function xml(text: string): string {
  // Characters that XML 1.0 cannot hold at all are left out.
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "")
    .replaceAll(
      /[&<>"\n\t\r]/g,
      (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? `&#${c.charCodeAt(0)};`,
    );
}

/** For the text-file collector of the node exporter. */
export function prometheus({ workflow, ended, status, values, alerts }: RunReport): string {
  const labels = (pairs: Record<string, string>) =>
    `{${Object.entries(pairs).map(([name, value]) => `${name}="${label(value)}"`).join(",")}}`;
  const of = ({ task, metric, origin }: MeasuredValue) => labels({ workflow, task, metric, origin });
  const known = values.filter((v) => v.value !== null);
  const family = (name: string, help: string, lines: string[]) =>
    lines.length === 0
      ? []
      : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines.map((l) => name + l)];
  return [
    ...family("motiflow_metric", "Metric of the last run.", known.map((v) => `${of(v)} ${number(v.value!)}`)),
    ...family("motiflow_metric_n", "How many the metric rests on.", known.map((v) => `${of(v)} ${v.n}`)),
    ...family(
      "motiflow_alert",
      "Broken limit of the last run, with the value that broke it.",
      alerts.map((a) =>
        labels({
          workflow,
          task: a.task,
          metric: a.metric,
          direction: a.direction,
          limit: String(a.threshold),
        }) +
        ` ${number(a.value)}`
      ),
    ),
    ...family("motiflow_alerts", "Number of broken limits.", [`${labels({ workflow })} ${alerts.length}`]),
    ...family("motiflow_run_success", "1 when all steps succeeded.", [
      `${labels({ workflow })} ${status === "succeeded" ? 1 : 0}`,
    ]),
    ...family("motiflow_run_timestamp_seconds", "When the last run ended.", [
      `${labels({ workflow })} ${Date.parse(ended) / 1000}`,
    ]),
    "",
  ].join("\n");
}

function label(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function number(value: number): string {
  return Number.isFinite(value) ? String(value) : Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}
