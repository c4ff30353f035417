/** `doctor`: what this machine can do. */
import type { Examples } from "../examples.ts";
import { Command } from "@commander-js/extra-typings";
import { jsonOption, rootOption } from "../flags.ts";
import { projectRoot } from "../paths.ts";
import { checkMachine, type MachineFinding } from "../../device/machine_checks.ts";
import { table } from "../terminal/format.ts";
import { json, out, outStyle } from "../terminal/terminal.ts";

export const examples: Examples = [
  ["doctor"],
];

export const command = new Command()
  .description(
    "Tell what this machine can do: Deno, ONNX Runtime, Jupyter kernel, Hailo, SSH, Slurm, GPU; and how the schedule is.",
  )
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (options) => {
    const findings: MachineFinding[] = await checkMachine();
    const { scheduleHealth } = await import("../../schedule/health.ts");
    findings.push(...scheduleHealth(await projectRoot(options.root)));
    if (options.json === true) return json(findings);
    const { green, yellow, red } = outStyle;
    const color = { ok: green, missing: yellow, problem: red };
    out(table(findings.map((f) => [color[f.status](f.status), f.name, f.detail])));
  });
