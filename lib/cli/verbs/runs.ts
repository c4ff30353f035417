/** `runs`: earlier runs, newest first. */
import { Command } from "@commander-js/extra-typings";
import { table } from "../terminal/format.ts";
import { duration } from "../../text/numbers.ts";
import { positive } from "./run.ts";
import { json, out, outStyle } from "../terminal/terminal.ts";
import { openProjectEngine } from "../workflow_file.ts";

export const command = new Command()
  .description("List earlier runs, newest first.")
  .option("--limit <n>", "how many", positive, 20)
  .option("--root <dir>", "project root")
  .option("--json", "as JSON")
  .action(async (options) => {
    const engine = await openProjectEngine(options.root);
    const runs = (await engine.listRuns()).slice(0, options.limit);
    await engine.close();
    if (options.json === true) return json(runs.map(({ source: _, ...run }) => run));
    if (runs.length === 0) return out("no runs yet; start one with: deno task run workflows/production.yaml");
    const { green, red, yellow } = outStyle;
    out(table(runs.map((run) => {
      const colour = run.status === "succeeded" ? green : run.status === "failed" ? red : yellow;
      const counts = new Map<string, number>();
      for (const { outcome } of run.tasks) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      return [
        run.id,
        colour(run.status),
        run.workflow,
        run.started.replace("T", " ").replace(/\..*/, ""),
        duration(run.seconds),
        [...counts].map(([outcome, n]) => `${n} ${outcome}`).join(", "),
      ];
    })));
  });
