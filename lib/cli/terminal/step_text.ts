/** The reference of one step for a terminal. */
import { type ParameterSet, type PortRow, signature, type StepReference } from "../../workflow/reference.ts";
import { table } from "./format.ts";

/** Columns that the text fits into. */
const columns = 80;

/** One step in the list of all. */
export function stepLines(step: StepReference): string {
  return `${step.name}\n${wrapped(step.summary, 4)}\n${wrapped(signature(step), 4)}`;
}

/** @param example As below `steps:` of a workflow. */
export function stepText(step: StepReference, example: string): string {
  const parts = [
    `${step.name}: ${step.summary}`,
    ports("takes", step.inputs),
    ports(
      step.outputChosenBy === undefined ? "gives" : `gives, as \`${step.outputChosenBy}\` says, one of`,
      step.outputs,
    ),
    ...step.sets.map(setText),
    `example\n${indented(example, 2)}`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function ports(title: string, rows: PortRow[]): string {
  if (rows.length === 0) return "";
  const counts = { one: "", optional: "optional", many: "any number" };
  return `${title}\n` + indented(
    table(rows.map(({ port, type = "anything", arity, about }) => [port, type, counts[arity], about])),
    2,
  );
}

function setText({ choice, about, parameters }: ParameterSet): string {
  const title = choice === undefined ? "with" : `with ${choice}${about ? ` – ${about}` : ""}`;
  if (parameters.length === 0) return choice === undefined ? "" : title;
  const rows = parameters.map(({ path, type, required, fallback, about }) => {
    const state = required ? " · required" : fallback === undefined ? "" : ` · default ${fallback}`;
    return `  ${path}: ${type}${state}\n${wrapped(about, 6)}`;
  });
  return [title, ...rows].join("\n").trimEnd();
}

const indented = (text: string, by: number) => text.replaceAll(/^(?=.)/gm, " ".repeat(by));

/** Words in lines that fit, each indented. */
function wrapped(text: string, indent: number): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((w) => w !== "")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns - indent) {
      lines[lines.length - 1] += ` ${word}`;
    } else lines.push(word);
  }
  return indented(lines.join("\n"), indent);
}
