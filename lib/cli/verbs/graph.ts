/** `graph FILE`: the steps as a picture. */
import { Command, Option } from "@commander-js/extra-typings";
import { paramOption, paramsFileOption, profileOption, rootOption } from "../flags.ts";
import type { Graph } from "../../graph/graph.ts";
import { json, out } from "../terminal/terminal.ts";
import { openWorkflow } from "../workflow_file.ts";

export const command = new Command()
  .description("Draw the steps and their typed edges.")
  .argument("<file>", "workflow file")
  .addOption(
    new Option("--format <format>", "what to print").choices(["mermaid", "svg", "dot"]).default("mermaid"),
  )
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
    out((await draw(graph, options.format)).trimEnd());
  });

async function draw(graph: Graph, format: "mermaid" | "svg" | "dot"): Promise<string> {
  if (format === "svg") return (await import("../../graph/svg.ts")).svg(graph);
  const { mermaid, dot } = await import("../../graph/text.ts");
  return format === "dot" ? dot(graph) : mermaid(graph);
}
