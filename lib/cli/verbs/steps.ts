/** `steps [NAME]`: the reference of steps and their parameters. */
import type { Examples } from "../examples.ts";
import { Command } from "@commander-js/extra-typings";
import { InputError } from "../../errors.ts";
import { examples as stepExamples } from "../../steps/examples.ts";
import { registry } from "../../steps/registry.ts";
import { suggestion } from "../../text/suggest.ts";
import { stepReference } from "../../workflow/reference.ts";
import { jsonOption } from "../flags.ts";
import { commandLine } from "../../text/program.ts";
import { stepLines, stepText } from "../terminal/step_text.ts";
import { json, out } from "../terminal/terminal.ts";

export const examples: Examples = [
  ["steps"],
  ["steps window"],
];

export const command = new Command()
  .description("List the steps that `uses:` may name; with a name, its ports, parameters and an example.")
  .argument("[name]", "step, e.g. window")
  .addOption(jsonOption)
  .action(async (name, options) => {
    if (name !== undefined) {
      if (!registry.names.includes(name)) {
        throw new InputError(
          `Cannot find step: there is no step "${name}"`,
          suggestion(name, registry.names),
        );
      }
      const reference = stepReference(name, await registry.load(name));
      const example = stepExamples[name]!;
      return options.json === true ? json({ ...reference, example }) : out(stepText(reference, example));
    }
    const all = await Promise.all(
      registry.names.map(async (name) => stepReference(name, await registry.load(name))),
    );
    if (options.json === true) return json(all);
    out(all.map(stepLines).join("\n"));
    out(`\nparameters and an example: ${commandLine("steps", ["NAME"])}`);
  });
