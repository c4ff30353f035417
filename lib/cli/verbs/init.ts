/** `init [DIR]`: a project with a small workflow that runs at once, to change step by step. */
import { Command } from "@commander-js/extra-typings";
import { isAbsolute, join, resolve } from "node:path";
import { commandLine } from "../invocation.ts";
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
    // A new folder is nowhere yet: it is meant from where the user stands, also where `deno task` has changed away.
    const start = Deno.env.get("INIT_CWD");
    const folder = start === undefined || isAbsolute(dir) ? dir : resolve(start, dir);
    const written = await startProject(folder, await workflowJsonSchema(registry));
    out(`wrote ${written.map((path) => join(folder, path)).join(", ")}`);
    out(`run it with: ${commandLine("run", [join(folder, firstWorkflow)])}`);
  });
