/** `preflight`: whether an ONNX file compiles for a Hailo-8, before any compiler sees it. */
import { Command } from "@commander-js/extra-typings";
import type { Examples } from "../examples.ts";
import { jsonOption } from "../flags.ts";
import { type FilePreflight, preflightFile } from "../../hailo/compile/preflight_file.ts";
import { table } from "../terminal/format.ts";
import { Exit, exitCodes } from "../terminal/exit.ts";
import { json, out, outStyle } from "../terminal/terminal.ts";

export const examples: Examples = [
  ["preflight encoder.onnx"],
  ["preflight model.device.onnx --json"],
];

export const command = new Command()
  .description(
    "Judge whether an ONNX file compiles for a Hailo-8: operators, shapes, names, weights, with node and cure. Exits " +
      "with 1 where it does not.",
  )
  .argument("<file>", "an ONNX file, weights beside it included")
  .addOption(jsonOption)
  .action(async (file, options) => {
    const result = await preflightFile(file);
    if (options.json === true) json(result);
    else print(result);
    if (!result.ok) throw new Exit(exitCodes.failed);
  });

function print(result: FilePreflight): void {
  const { green, yellow, red, dim } = outStyle;
  const color = { error: red, warning: yellow };
  for (const { severity, message, remedy } of result.findings) {
    out(`${color[severity](severity)}  ${message}\n  ${dim(remedy)}`);
  }
  out(table(result.facts.map(([name, value]) => [name, value])));
  out(result.ok ? `${green("ok")}  nothing in it is known not to compile` : `${red("not ready")}  see above`);
}
