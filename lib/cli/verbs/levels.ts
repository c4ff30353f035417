/** `levels`: analyse, recommend and optimise FSQ levels. One file a verb below. */
import type { Examples } from "../examples.ts";
import { Command } from "@commander-js/extra-typings";
import { command as analyse } from "./levels/analyse.ts";
import { command as recommend } from "./levels/recommend.ts";
import { command as select } from "./levels/select.ts";
import { command as presets } from "./levels/presets.ts";
import { command as window } from "./levels/window.ts";
import { command as optimise } from "./levels/optimise.ts";

export const examples: Examples = [
  ["levels analyse 8,6,5 --windows 5000"],
  ["levels recommend 256 3"],
  ["levels select 12"],
  ["levels presets"],
  ["levels window 8,6,5 --rate 50"],
  ["levels optimise --variances 1,0.5,0.25 --max-codes 256"],
];

export const command = new Command()
  .description("Analyse, recommend and optimise FSQ levels.");
for (const child of [analyse, recommend, select, presets, window, optimise]) {
  command.addCommand(child.exitOverride());
}
