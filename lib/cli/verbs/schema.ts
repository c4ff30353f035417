/** `schema`: JSON Schema of workflow files for editors. */
import type { Examples } from "../examples.ts";
import { Command } from "@commander-js/extra-typings";
import { registry } from "../../steps/registry.ts";
import { userPath } from "../paths.ts";
import { err, out } from "../terminal/terminal.ts";

export const examples: Examples = [
  ["schema --out workflows/workflow.schema.json"],
];

export const command = new Command()
  .description("Make the JSON Schema of workflow files, from the same definitions that the checker uses.")
  .option("--out <file>", "write it there, e.g. workflows/workflow.schema.json; by default it is printed")
  .action(async (options) => {
    const { isWorkflowSchema, workflowJsonSchema } = await import("../../workflow/schema.ts");
    const text = JSON.stringify(await workflowJsonSchema(registry), null, 1);
    if (options.out === undefined) return out(text);
    const { writeOwn } = await import("../../report/own_file.ts");
    await writeOwn(
      userPath(options.out),
      text + "\n",
      (there) => isWorkflowSchema(there) ? "ours" : "foreign",
    );
    err(`wrote ${options.out}`);
  });
