/** `why FILE [STEP]`: which ingredient of the key changed since the nearest earlier result. */
import type { Examples } from "../examples.ts";
import { Command } from "@commander-js/extra-typings";
import { changeLine } from "../../engine/history/change_line.ts";
import { jsonOption, paramOption, paramsFileOption, profileOption, rootOption } from "../flags.ts";
import { requireStep } from "../steps.ts";
import { moment } from "../../text/numbers.ts";
import { json, out, outStyle } from "../terminal/terminal.ts";
import { openEngineOf, openWorkflow } from "../workflow_file.ts";

export const examples: Examples = [
  ["why workflows/first.yaml", "what the next run will do anew, and why"],
  ["why workflows/first.yaml model"],
  ["why workflows/production.yaml model[fold=0]", "one cell of a matrix"],
];

export const command = new Command()
  .description(
    "Name what changed since the nearest earlier result of a step: param, code, package, input, runtime.",
  )
  .argument("<file>", "workflow file")
  .argument("[step]", "step id, or task id such as model[fold=0]; all steps that are not restored without it")
  .addOption(paramOption)
  .addOption(paramsFileOption)
  .addOption(profileOption)
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (file, step, options) => {
    const plan = await openWorkflow(file, options);
    if (step !== undefined) requireStep(plan, step);
    const engine = await openEngineOf(plan);
    const answers = await engine.why(plan, step);
    await engine.close();
    if (options.json === true) return json(answers);
    const shown = step === undefined ? answers.filter(({ status }) => status === "run") : answers;
    const waiting = step === undefined ? answers.filter(({ status }) => status === "unknown") : [];
    if (shown.length === 0) out("nothing changed: every step is restored");
    for (const answer of shown) {
      out(`${outStyle.bold(answer.task)} ${answer.status}: ${answer.reason}`);
      if (answer.comparedWith !== null) {
        out(outStyle.dim(`  compared with the result of ${moment(answer.comparedWith)}`));
      }
      for (const change of answer.changes) out(`  ${changeLine(change)}`);
    }
    if (waiting.length > 0) out(`depends on them: ${waiting.map(({ task }) => task).join(", ")}`);
  });
