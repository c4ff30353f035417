/** The pages of docs/ that say what the code says: steps, metrics, findings, codes. */
import { exitCodes } from "../../lib/cli/terminal/exit.ts";
import { compileCodes, deviceCodes } from "../../lib/hailo/error.ts";
import { catalogue } from "../../lib/metrics/catalogue.ts";
import { findingRules } from "../../lib/metrics/findings/mod.ts";
import { groups } from "../../lib/metrics/kinds/kind.ts";
import { examples } from "../../lib/steps/examples.ts";
import { registry } from "../../lib/steps/registry.ts";
import {
  type ParameterSet,
  type PortRow,
  signature,
  type StepReference,
  stepReference,
} from "../../lib/workflow/reference.ts";
import { formatted, table } from "./markdown.ts";

const written = (from: string) => `<!-- Written by \`deno task docs\` from ${from}. Change it there. -->\n\n`;
const code = (text: string) => `\`${text}\``;

/** All generated pages by their path below docs/. */
export async function referencePages(): Promise<Record<string, string>> {
  const steps = await Promise.all(
    registry.names.map(async (name) => stepReference(name, await registry.load(name))),
  );
  return await formatted({
    "steps/README.md": stepsPage(steps),
    ...Object.fromEntries(steps.map((step) => [`steps/${step.name}.md`, stepPage(step)])),
    "metrics.md": metricsPage(),
    "findings.md": findingsPage(),
    "codes.md": codesPage(),
  });
}

function stepsPage(steps: StepReference[]): string {
  return `${written("lib/steps/")}# Steps

What \`uses:\` may name. \`motiflow steps NAME\` shows the same in a terminal. A mark behind a type: \`?\` may be left out,
\`…\` takes any number. The types are explained in [artifacts](../artifacts.md), the language in
[workflows](../../workflows/README.md).

${
    table(
      ["step", "does", "takes → gives"],
      steps.map((step) => [`[${step.name}](${step.name}.md)`, step.summary, signature(step)]),
    )
  }
`;
}

function stepPage(step: StepReference): string {
  const { name, summary, inputs, outputs, outputChosenBy, sets, random } = step;
  const chosen = outputChosenBy === undefined ? "" : `One of these, as \`${outputChosenBy}\` says.\n\n`;
  return `${written(`lib/steps/${name.replaceAll("-", "_")}.ts`)}# ${name}

${summary}.${random ? " It draws random numbers: its seed comes from `params.seed` of the workflow." : ""}

\`\`\`yaml
${examples[name]}
\`\`\`

${inputs.length === 0 ? "" : `## Takes\n\n${ports(inputs)}\n\n`}## Gives

${chosen}${ports(outputs)}

${sets.map(parameters).join("\n\n")}
`;
}

function ports(rows: PortRow[]): string {
  const counts = { one: "", optional: "may be left out", many: "any number" };
  return table(
    ["port", "type", "", "what it is"],
    rows.map(({ port, type, arity, about }) => [
      code(port),
      type === undefined ? "anything" : `[${type}](../artifacts.md#${type.toLowerCase()})`,
      counts[arity],
      about,
    ]),
  );
}

function parameters({ choice, about, parameters }: ParameterSet): string {
  const title = choice === undefined ? "## Parameters" : `## \`${choice}\`\n\n${about}`;
  if (parameters.length === 0) return `${title}\n\nNothing stands below \`with:\`.`;
  return `${title}\n\n` + table(
    ["key below `with:`", "type", "default", "meaning"],
    parameters.map(({ path, type, required, fallback, about }) => [
      code(path),
      type,
      required ? "**required**" : fallback === undefined ? "" : code(fallback),
      about,
    ]),
  );
}

function metricsPage(): string {
  const kinds = [...catalogue.values()];
  const parts = groups.map((group) => {
    const rows = kinds.filter((kind) => kind.group === group).map((kind) => [
      code(kind.name),
      kind.title,
      kind.better === "neither" ? "" : kind.better,
      kind.range === undefined
        ? ""
        : kind.range.map((end) => end === Infinity ? "∞" : String(end)).join(" to "),
      kind.baseline === undefined ? "" : code(kind.baseline),
      kind.about,
    ]);
    const heads = ["name", "title", "better", "range", "beside it", "meaning"];
    return rows.length === 0 ? "" : `## ${group}\n\n${table(heads, rows)}`;
  }).filter((part) => part !== "");
  return `${written("lib/metrics/kinds/")}# Metrics

Every number that \`validate\`, \`summarize\`, \`compare\`, \`monitor\` and the others write. Each comes with its n and its
origin; \`alerts\`, \`gates\` and \`history --metric\` name them as they stand here.

${parts.join("\n\n")}
`;
}

function findingsPage(): string {
  const rows = findingRules.map(({ id, finding, advice, needs }) => [
    code(id),
    finding,
    typeof advice === "function" ? "depends on the numbers; it stands with the finding" : advice,
    needs.map(code).join(", "),
  ]);
  return `${written("lib/metrics/findings/")}# Findings

What \`validate\` looks for in its own numbers. A finding is shown with the numbers it rests on, in the terminal and in
the report; a rule is silent where the metrics and tables that it reads are not there.

${table(["id", "what is found", "what to do", "read from"], rows)}
`;
}

function codesPage(): string {
  const meanings: Record<keyof typeof exitCodes, string> = {
    done: "done",
    failed: "a step failed, or the program itself did",
    usage: "the workflow, the data or the usage is wrong; nothing of it was run",
    alert: "done, but an alert or a limit of `gates:` tripped",
    work: "`plan --exit-code`: something would run",
    interrupted: "interrupted; the same command goes on from there",
  };
  const exits = Object.entries(exitCodes).map((
    [name, value],
  ) => [String(value), meanings[name as keyof typeof exitCodes]]);
  const rows = (codes: Record<string, string>) =>
    Object.entries(codes).map(([name, meaning]) => [code(name), meaning]);
  return `${written("lib/cli/terminal/exit.ts and lib/hailo/error.ts")}# Codes

## Exit codes

${table(["code", "meaning"], exits)}

## Compiling for a device

Codes of \`compile-hailo\`, in its \`compile_report.json\` and in the report.

${table(["code", "what to do"], rows(compileCodes))}

## Measuring on a device

Codes of \`benchmark-on-device\`.

${table(["code", "what to do"], rows(deviceCodes))}
`;
}
