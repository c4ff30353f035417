/** `run FILE`: run what is needed. */
import type { Examples } from "../examples.ts";
import { Command, Option } from "@commander-js/extra-typings";
import {
  collectTag,
  forceOption,
  fromOption,
  jobsOption,
  memoryOption,
  onlyOption,
  paramOption,
  paramsFileOption,
  profileOption,
  rootOption,
  untilOption,
  webhookOption,
} from "../flags.ts";
import { runOnce } from "./run_once.ts";

export const examples: Examples = [
  ["run workflows/first.yaml"],
  [
    `run workflows/first.yaml --param levels=[8,6,5] --note "finer codes"`,
    "with other values, and a note on why",
  ],
  ["run workflows/first.yaml --until codes -j 2", "only up to a step"],
  ["run workflows/first.yaml --watch", "again after every change"],
];

export const command = new Command()
  .description("Run what is needed: steps whose result is in the store are restored.")
  .argument("<file>", "workflow file")
  .addOption(paramOption)
  .addOption(paramsFileOption)
  .addOption(profileOption)
  .addOption(onlyOption)
  .addOption(untilOption)
  .addOption(fromOption)
  .addOption(forceOption)
  .addOption(jobsOption)
  .addOption(
    new Option("--executor <where>", "run steps on this machine or as jobs of a Slurm cluster")
      .choices(["local", "slurm"] as const),
  )
  .option("-F, --force-all", "run every step although results are in the store")
  .option("-k, --keep-going", "after a failure, finish what does not depend on it")
  .option("--allow-missing", "go on without files that a step fails on; the report says that it is partial")
  .option("--tag <word>", "a word by which `runs --tag` finds this run; may be repeated", collectTag)
  .option("--note <text>", "what this run is about; `runs` and `show` tell it")
  .option("--strict-cache", "fail when a result cannot be stored")
  .option("--keep-failed", "keep the folders of failed steps")
  .option("--reports <dir>", "write <workflow>.json, .junit.xml and .prom there")
  .addOption(webhookOption)
  .addOption(new Option("--scheduled <time>", "due time that this run stands for").hideHelp())
  .addOption(memoryOption)
  .addOption(rootOption)
  .option("-n, --dry-run", "only tell what would run, as `plan` does")
  .option("--watch", "run again whenever the workflow, its data or its code changes")
  .option("--json", "events as JSON lines on stdout")
  .option("-q, --quiet", "only the summary")
  .action(async (file, options) => {
    if (options.dryRun === true) return await (await import("./plan.ts")).tellPlan(file, options);
    if (options.watch === true) return await (await import("./watch.ts")).watch(file, options, runOnce);
    await runOnce(file, options);
  });
