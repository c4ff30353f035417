/** `levels presets`: levels with a name. */
import { Command } from "@commander-js/extra-typings";
import { analyzeLevels } from "../../../fsq/levels_analysis.ts";
import { presets } from "../../../fsq/levels_presets.ts";
import { jsonOption } from "../../flags.ts";
import { table } from "../../terminal/format.ts";
import { json, out } from "../../terminal/terminal.ts";
import { list } from "./shared.ts";

export const command = new Command("presets")
  .description("Levels that the guides and the FSQ paper name.")
  .addOption(jsonOption)
  .action((options) => {
    const rows = presets.map((p) => ({
      ...p,
      codes: analyzeLevels(p.levels).codes,
      belowPaper: p.levels.some((level) => level < 5),
    }));
    if (options.json === true) return json(rows);
    out(table([
      ["", "levels", "codes", "below 5", "for"],
      ...rows.map((p) => [p.name, list(p.levels), String(p.codes), p.belowPaper ? "yes" : "", p.use]),
    ]));
    out("None was measured to fit: levels below 5 are under the paper's least; measure with select-levels.");
  });
