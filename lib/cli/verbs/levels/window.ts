/** `levels window`: window length by rule. */
import { Command } from "@commander-js/extra-typings";
import { windowAdvice } from "../../../fsq/levels_presets.ts";
import { windowPresets } from "../../../signal/window/window_advice.ts";
import { number } from "../../../text/numbers.ts";
import { jsonOption, positive, wholePositive } from "../../flags.ts";
import { table } from "../../terminal/format.ts";
import { json, out } from "../../terminal/terminal.ts";
import { describe, list, parseNumbers } from "./shared.ts";

export const command = new Command("window")
  .description(
    "Window length by the guides' rule, in seconds at your rate; without levels their usual pairs.",
  )
  .argument("[levels]", "e.g. 8,6,5", parseNumbers)
  .requiredOption("--rate <hertz>", "samples per second", positive)
  .option("--base <samples>", "samples of the middle choice", wholePositive, 100)
  .addOption(jsonOption)
  .action((levels, options) => {
    if (levels === undefined) {
      const pairs = windowPresets(options.rate);
      if (options.json === true) return json(pairs);
      return out(table(pairs.map((p) => [`${p.length} samples`, `${number(p.seconds)} s`, list(p.levels)])));
    }
    const { codes } = describe(levels, {});
    const advice = windowAdvice(codes, options.rate, options.base);
    if (options.json === true) return json(advice);
    const { samples, seconds } = advice;
    out(
      `${samples} samples = ${number(seconds)} s at ${number(options.rate)} Hz for ${codes} codes; ` +
        `with half of it as hop one prediction every ${number(seconds / 2)} s`,
    );
    out(
      "A rule of thumb without evidence: what a window must hold is set by the movement. The window step says which " +
        "labelled bouts are too short for it.",
    );
  });
