/** `verify FILE`: run again without cache and compare content ids. */
import type { Examples } from "../examples.ts";
import { Command } from "@commander-js/extra-typings";
import {
  jobsOption,
  jsonOption,
  memoryOption,
  paramOption,
  paramsFileOption,
  profileOption,
  rootOption,
  untilOption,
} from "../flags.ts";
import { Exit, exitCodes } from "../terminal/exit.ts";
import { count } from "../../text/numbers.ts";
import { openReporter } from "../terminal/reporter.ts";
import { json, out, outStyle } from "../terminal/terminal.ts";
import { openEngineOf, openWorkflow } from "../workflow_file.ts";

export const examples: Examples = [
  ["verify workflows/first.yaml --until codes"],
];

export const command = new Command()
  .description("Run all steps again beside the store and compare; names every step whose bytes differ.")
  .argument("<file>", "workflow file")
  .addOption(paramOption)
  .addOption(paramsFileOption)
  .addOption(profileOption)
  .addOption(untilOption)
  .addOption(jobsOption)
  .addOption(memoryOption)
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (file, options) => {
    const plan = await openWorkflow(file, options, "run");
    const reporter = openReporter({ quiet: options.json === true });
    const engine = await openEngineOf(plan, reporter.sink);
    const report = await engine.verify(plan, {
      ...(options.until !== undefined ? { until: options.until } : {}),
      ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
      ...(options.memory === undefined ? {} : { memory: options.memory }),
    });
    reporter.close();
    await engine.close();
    const different = report.tasks.filter((t) => !t.same);
    if (options.json === true) json(report);
    else {
      const { red, green } = outStyle;
      for (const task of different) {
        const ports = Object.entries(task.ports).filter(([, p]) => p.before !== p.after).map(([port]) =>
          port
        );
        out(`${red("differs")} ${task.id}: ${task.error ?? ports.join(", ")}`);
      }
      const judged = count(report.tasks.length, "task");
      out(
        different.length === 0
          ? `${green("same")}: ${judged} made the same bytes again`
          : `${different.length} of ${judged} differ`,
      );
    }
    if (different.length > 0) throw new Exit(exitCodes.failed);
  });
