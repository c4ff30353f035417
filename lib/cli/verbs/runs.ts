/** `runs`: earlier runs, newest first. */
import type { Examples } from "../examples.ts";
import { Command } from "@commander-js/extra-typings";
import { collectTag, jsonOption, rootOption, wholePositive } from "../flags.ts";
import { table } from "../terminal/format.ts";
import { moment, runTime } from "../../text/numbers.ts";
import { json, out, outStyle } from "../terminal/terminal.ts";
import { commandLine } from "../../text/program.ts";
import { openProjectEngine } from "../project_engine.ts";

export const examples: Examples = [
  ["runs"],
  ["runs --tag pilot --limit 5"],
];

export const command = new Command()
  .description("List earlier runs, newest first.")
  .option("--limit <n>", "how many", wholePositive, 20)
  .option("--tag <word>", "only runs that bear it; may be repeated", collectTag)
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (options) => {
    const engine = await openProjectEngine(options.root);
    const runs = await engine.listRuns({ limit: options.limit, tags: options.tag ?? [] });
    await engine.close();
    if (options.json === true) return json(runs.map(({ source: _, ...run }) => run));
    if (runs.length === 0 && options.tag !== undefined) {
      return out(`no run bears ${options.tag.join(" and ")}`);
    }
    if (runs.length === 0) {
      return out(`no runs yet; start one with: ${commandLine("run", ["workflows/first.yaml"])}`);
    }
    const { green, red, yellow } = outStyle;
    out(table(runs.map((run) => {
      const color = run.status === "succeeded" ? green : run.status === "failed" ? red : yellow;
      const counts = new Map<string, number>();
      for (const { outcome } of run.tasks) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      return [
        run.id,
        color(run.status),
        run.workflow,
        moment(run.started),
        runTime(run),
        [...counts].map(([outcome, n]) => `${n} ${outcome}`).join(", "),
        [...(run.tags ?? []).map((tag) => `#${tag}`), run.note ?? ""].join(" ").trim(),
      ];
    })));
  });
