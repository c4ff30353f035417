/** `levels`: analyse, recommend and optimise FSQ levels. One file a verb below. */
import { Command } from "@commander-js/extra-typings";
import { command as analyse } from "./levels/analyse.ts";
import { command as recommend } from "./levels/recommend.ts";
import { command as select } from "./levels/select.ts";
import { command as presets } from "./levels/presets.ts";
import { command as window } from "./levels/window.ts";
import { command as optimise } from "./levels/optimise.ts";

export const command = new Command()
  .description("Analyse, recommend and optimise FSQ levels.");
for (const child of [analyse, recommend, select, presets, window, optimise]) {
  command.addCommand(child.exitOverride());
}
