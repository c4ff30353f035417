/** `levels recommend`: levels for a number of codes. */
import { Command, Option } from "@commander-js/extra-typings";
import { recommendLevels } from "../../../fsq/levels_recommendation.ts";
import { jsonOption, wholePositive } from "../../flags.ts";
import { Exit, exitCodes } from "../../terminal/exit.ts";
import { json, out } from "../../terminal/terminal.ts";
import { checked, describe, level, list, print } from "./shared.ts";

export const command = new Command("recommend")
  .description("Levels whose product comes closest to a number of codes.")
  .argument("<codes>", "wanted number of codes", wholePositive)
  .argument("<dimensions>", "latent dimensions", wholePositive)
  .addOption(
    new Option("--priority <what>", "accuracy keeps to 5 levels and more").choices(
      ["speed", "balanced", "accuracy"] as const,
    )
      .default("balanced" as const),
  )
  .option("--falling", "strictly falling levels, for variances that fall by dimension")
  .option("--min-level <n>", "fewest levels of a dimension", level)
  .option("--max-level <n>", "most levels of a dimension", level)
  .addOption(jsonOption)
  .action((codes, dimensions, options) => {
    const found = checked(() =>
      recommendLevels(codes, dimensions, {
        priority: options.priority,
        profile: options.falling === true ? "decreasing" : "uniform",
        ...(options.minLevel === undefined ? {} : { minLevel: options.minLevel }),
        ...(options.maxLevel === undefined ? {} : { maxLevel: options.maxLevel }),
      })
    );
    if (options.json === true) json(found);
    else if (found.feasible) print(describe(found.levels, {}));
    else {out(
        `not feasible: ${found.reason}${
          found.nearest === undefined ? "" : `; nearest ${list(found.nearest)}`
        }`,
      );}
    if (!found.feasible) throw new Exit(exitCodes.failed);
  });
