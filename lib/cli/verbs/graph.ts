/** `graph FILE`: the steps as a picture. */
import type { Examples } from "../examples.ts";
import { Command, Option } from "@commander-js/extra-typings";
import { paramOption, paramsFileOption, profileOption, rootOption } from "../flags.ts";
import type { Graph } from "../../graph/graph.ts";
import { userPath } from "../paths.ts";
import { err, json, out } from "../terminal/terminal.ts";
import { openWorkflow } from "../workflow_file.ts";

export const examples: Examples = [
  ["graph workflows/first.yaml --out steps.svg"],
  ["graph workflows/first.yaml --format dot", "for Graphviz, to the terminal"],
];

const formats = ["mermaid", "svg", "dot"] as const;

export const command = new Command()
  .description("Draw the steps and their typed edges.")
  .argument("<file>", "workflow file")
  .addOption(
    new Option("--format <format>", "what to draw: mermaid, or what the ending of --out says").choices(
      formats,
    ),
  )
  .option("--out <file>", "write it there, e.g. steps.svg or steps.dot; by default it is printed")
  .option("--tasks", "draw each matrix cell on its own")
  .addOption(paramOption)
  .addOption(paramsFileOption)
  .addOption(profileOption)
  .addOption(rootOption)
  .option("--json", "nodes and edges as JSON")
  .action(async (file, options) => {
    const plan = await openWorkflow(file, options);
    const { graphOf } = await import("../../workflow/graph.ts");
    const graph = graphOf(plan, { tasks: options.tasks === true });
    if (options.json === true) return json(graph);
    const ending = formats.find((format) => options.out?.endsWith(`.${format}`));
    const format = options.format ?? ending ?? "mermaid";
    const text = (await draw(graph, format)).trimEnd();
    if (options.out === undefined) return out(text);
    const { ownerOf, sealed, sealPlace, writeOwn } = await import("../../report/own_file.ts");
    await writeOwn(userPath(options.out), sealed(`${text}\n${comment[format](sealPlace)}\n`), ownerOf);
    err(`wrote ${options.out}`);
  });

/** A line that nobody sees, for the seal by which the program knows its own file. */
const comment = {
  mermaid: (text: string) => `%% ${text}`,
  svg: (text: string) => `<!-- ${text} -->`,
  dot: (text: string) => `// ${text}`,
};

async function draw(graph: Graph, format: (typeof formats)[number]): Promise<string> {
  if (format === "svg") return (await import("../../graph/svg.ts")).svg(graph);
  const { mermaid, dot } = await import("../../graph/text.ts");
  return format === "dot" ? dot(graph) : mermaid(graph);
}
