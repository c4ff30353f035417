/** `levels analyse`: what levels mean. */
import { Command } from "@commander-js/extra-typings";
import { jsonOption, wholePositive } from "../../flags.ts";
import { Exit, exitCodes } from "../../terminal/exit.ts";
import { json } from "../../terminal/terminal.ts";
import { describe, parseNumbers, print } from "./shared.ts";

export const command = new Command("analyse").alias("analyze")
  .description("What levels mean: codes, bits, storage, windows needed, remarks.")
  .argument("<levels>", "e.g. 8,6,5", parseNumbers)
  .option("--windows <n>", "windows that will be coded", wholePositive)
  .option(
    "--floats <n>",
    "float32 numbers that one code stands for: the base of a compression",
    wholePositive,
  )
  .option("--edge", "for a small device")
  .addOption(jsonOption)
  .action((levels, options) => {
    const use = {
      ...(options.windows === undefined ? {} : { windows: options.windows }),
      ...(options.floats === undefined ? {} : { floats: options.floats }),
      edge: options.edge === true,
    };
    const facts = describe(levels, use);
    if (options.json === true) json(facts);
    else print(facts);
    if (facts.findings.some((f) => f.severity === "error")) throw new Exit(exitCodes.failed);
  });
