/** `kernel install|start`: notebooks in Jupyter. */
import type { Examples } from "../examples.ts";
import { Command } from "@commander-js/extra-typings";
import { jsonOption } from "../flags.ts";
import { json, out } from "../terminal/terminal.ts";
import { programWords } from "../../text/program.ts";

export const examples: Examples = [
  ["kernel install", "then choose Motiflow in JupyterLab, or jupyter nbconvert --execute"],
  ["kernel start connection.json", "what Jupyter calls"],
];

const install = new Command("install")
  .description("Let Jupyter offer this program for notebooks, in JupyterLab, nbconvert and editors.")
  .addOption(jsonOption)
  .action(async (options) => {
    const { installKernel, jupyterFolder, kernelName } = await import("../../report/kernel/jupyter.ts");
    const folder = await installKernel(
      programWords(),
      jupyterFolder((name) => Deno.env.get(name), Deno.build.os),
    );
    if (options.json === true) return json({ name: kernelName, folder });
    out(`wrote ${folder}/kernel.json`);
    out(
      `choose Motiflow in JupyterLab, or: jupyter nbconvert --execute --to html ` +
        `--ExecutePreprocessor.kernel_name=${kernelName} NOTEBOOK`,
    );
  });

const start = new Command("start")
  .description("What Jupyter calls to start the kernel.")
  .argument("<file>", "connection file, as Jupyter writes it")
  .action(async (file) => {
    const { serveKernel } = await import("../../report/kernel/jupyter.ts");
    // Jupyter interrupts the whole group of processes: the kernel listens, this one only waits for its end.
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGINT", () => {});
    await serveKernel(file, Deno.cwd());
  });

export const command = new Command()
  .description(
    "Let Jupyter run notebooks of your projects: with its own kernel for Deno they would not find motiflow.",
  )
  .addCommand(install.exitOverride())
  .addCommand(start.exitOverride());
