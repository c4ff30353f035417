/** `init [DIR]`: a project with a small workflow that runs at once, to change step by step. */
import { Command } from "@commander-js/extra-typings";
import { join } from "node:path";
import { commandLine } from "../invocation.ts";
import { userPath } from "../paths.ts";
import { out } from "../terminal/terminal.ts";

export const command = new Command()
  .description(
    "Make a folder a project: its marker, a .gitignore, a first workflow and its editor schema. " +
      "Existing files are never changed.",
  )
  .argument("[dir]", "folder of the project", ".")
  .action(async (dir) => {
    const { registry } = await import("../../steps/registry.ts");
    const { workflowJsonSchema } = await import("../../workflow/schema.ts");
    const { firstWorkflow, startProject } = await import("../../workflow/project/start.ts");
    const written = await startProject(userPath(dir), await workflowJsonSchema(registry));
    out(`wrote ${written.map((path) => join(dir, path)).join(", ")}`);
    out(`run it with: ${commandLine("run", [join(dir, firstWorkflow)])}`);
  });
