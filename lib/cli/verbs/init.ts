/** `init [DIR]`: a project with a small workflow that runs at once, to change step by step. */
import type { Examples } from "../examples.ts";
import { Command } from "@commander-js/extra-typings";
import { join } from "node:path";
import { commandLine } from "../../text/program.ts";
import { userPath } from "../paths.ts";
import { out } from "../terminal/terminal.ts";

export const examples: Examples = [
  ["init", "the folder you stand in"],
  [`init my-study --data "../recordings/*.csv"`],
];

export const command = new Command()
  .description(
    "Make a folder a project: its marker, a .gitignore, a first workflow and its editor schema. " +
      "Existing files are never changed. Where there are recordings, the workflow is written for them.",
  )
  .argument("[dir]", "folder of the project", ".")
  .option(
    "--data <path>",
    "folder, file or quoted pattern of recordings; by default data/ of the project, or the tables lying in it",
  )
  .action(async (dir, { data }) => {
    const { registry } = await import("../../steps/registry.ts");
    const { workflowJsonSchema } = await import("../../workflow/schema.ts");
    const { firstWorkflow, startProject } = await import("../../workflow/project/start.ts");
    const { firstWorkflowFor } = await import("../../steps/shared/first_workflow.ts");
    const project = userPath(dir);
    const first = await firstWorkflowFor(project, data === undefined ? undefined : userPath(data));
    first.lines.forEach((line) => out(line));
    const written = await startProject(project, await workflowJsonSchema(registry), first.text);
    out(`wrote ${written.map((path) => join(dir, path)).join(", ")}`);
    out(`run it with: ${commandLine("run", [join(dir, firstWorkflow)])}`);
  });
