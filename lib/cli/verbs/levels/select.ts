/** `levels select`: levels to start from for a number of behaviours. */
import { Command, Option } from "@commander-js/extra-typings";
import { analyzeLevels } from "../../../fsq/levels_analysis.ts";
import { selectLevels, suggestCodes } from "../../../fsq/levels_presets.ts";
import { jsonOption, wholePositive } from "../../flags.ts";
import { json, out } from "../../terminal/terminal.ts";
import { describe, print } from "./shared.ts";

export const command = new Command("select")
  .description("Levels to start from for a number of distinct behaviours.")
  .argument("<behaviours>", "number of distinct behaviours", wholePositive)
  .addOption(
    new Option("--complexity <how>", "how intricate they are in time").choices(
      ["low", "medium", "high"] as const,
    )
      .default("medium" as const),
  )
  .addOption(jsonOption)
  .action((behaviours, options) => {
    const levels = selectLevels(behaviours, options.complexity);
    const codes = suggestCodes(behaviours);
    if (options.json === true) {
      return json({ levels, codes: analyzeLevels(levels).codes, by20PerClass: codes });
    }
    print(describe(levels, {}));
    out(
      `20 codes a behaviour would be ${codes.start}; worth trying: ${codes.range[0]} to ${codes.range[1]}. ` +
        "A start, not a result: measure with select-levels.",
    );
  });
