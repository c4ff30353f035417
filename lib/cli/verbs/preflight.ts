/** `preflight`: whether an ONNX file compiles for a Hailo-8 or has a form in C, before anything is trained or packed. */
import { Command, Option } from "@commander-js/extra-typings";
import type { Examples } from "../examples.ts";
import { jsonOption, wholePositive } from "../flags.ts";
import { preflightFile, readOnnxFile } from "../../hailo/compile/preflight_file.ts";
import { table } from "../terminal/format.ts";
import { Exit, exitCodes } from "../terminal/exit.ts";
import { json, out, outStyle } from "../terminal/terminal.ts";

export const examples: Examples = [
  ["preflight encoder.onnx"],
  ["preflight model.device.onnx --json"],
  ["preflight encoder.onnx --target c --layout NTC"],
];

export const command = new Command()
  .description(
    "Judge whether an ONNX file compiles for a Hailo-8: operators, shapes, names, weights, with node and cure; or, with " +
      "--target c, whether it has a form in C for microcontrollers. Exits with 1 where it has not.",
  )
  .argument("<file>", "an ONNX file, weights beside it included")
  .addOption(new Option("--target <name>", "what it is to run on").choices(["hailo8", "c"]).default("hailo8"))
  .option("--layout <layout>", "order of its input for --target c, as import takes it, e.g. NTC or flat")
  .option(
    "--length <n>",
    "samples of a window for --target c, where the file leaves them open",
    wholePositive,
  )
  .option("--sensors <n>", "sensors of a window for --target c, likewise", wholePositive)
  .option("--channels <n>", "channels of a sensor for --target c, likewise", wholePositive)
  .addOption(jsonOption)
  .action(async (file, options) => {
    const result = options.target === "c" ? await judgeC(file, options) : await preflightFile(file);
    if (options.json === true) json(result);
    else print(result);
    if (!result.ok) throw new Exit(exitCodes.failed);
  });

/** What an import step would be told of a file that leaves it open. */
interface Sizes {
  layout?: string;
  length?: number;
  sensors?: number;
  channels?: number;
}

async function judgeC(file: string, { layout, length, sensors, channels }: Sizes): Promise<Judged> {
  const { preflightC } = await import("../../hailo/package/c/preflight_c.ts");
  const names = (n: number, name: string) => Array.from({ length: n }, (_, i) => `${name}${i}`);
  return await preflightC(await readOnnxFile(file), file, {
    ...{ levels: null, rate: 0, temperature: 1 },
    ...(layout === undefined ? {} : { layout }),
    ...(length === undefined ? {} : { length }),
    ...(sensors === undefined ? {} : { sensors: names(sensors, "sensor") }),
    ...(channels === undefined ? {} : { channels: names(channels, "channel") }),
  });
}

/** A verdict, and figures to show beside it. */
interface Judged {
  ok: boolean;
  findings: { severity: "error" | "warning"; message: string; remedy: string }[];
  facts: [name: string, value: string][];
}

function print(result: Judged): void {
  const { green, yellow, red, dim } = outStyle;
  const color = { error: red, warning: yellow };
  result.findings.forEach(({ severity, message, remedy }, i) => {
    out(`${color[severity](severity)}  ${message}`);
    if (result.findings[i + 1]?.remedy !== remedy) out(`  ${dim(remedy)}`);
  });
  out(table(result.facts.map(([name, value]) => [name, value])));
  out(
    result.ok
      ? `${green("ok")}  nothing in it is known to stand in the way`
      : `${red("not ready")}  see above`,
  );
}
