/** `diff A B`: params, code, inputs, metrics and timings of two runs side by side. */
import type { Examples } from "../examples.ts";
import { Command } from "@commander-js/extra-typings";
import { jsonOption, rootOption } from "../flags.ts";
import { changeLine, hasChanged, taskChange } from "../../engine/history/change_line.ts";
import { diffMetrics } from "../../schedule/numbers/diff_metrics.ts";
import { table } from "../terminal/format.ts";
import { duration, number } from "../../text/numbers.ts";
import { json, out, outStyle } from "../terminal/terminal.ts";
import { openProjectEngine } from "../project_engine.ts";
import { runOf, runWord } from "../run_word.ts";

export const examples: Examples = [
  ["diff latest 20260131"],
];

export const command = new Command()
  .description("Compare two runs: params, changed ingredients, metrics, timings.")
  .argument("<before>", runWord)
  .argument("<after>", "the same for the other one")
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (before, after, options) => {
    const engine = await openProjectEngine(options.root);
    const [a, b] = [await runOf(engine, before), await runOf(engine, after)];
    const difference = await engine.diffRuns(a.id, b.id);
    await engine.close();
    const metrics = await diffMetrics(a.tasks, b.tasks);
    if (options.json === true) return json({ before: a.id, after: b.id, ...difference, metrics });
    const { bold, dim } = outStyle;
    out(`${bold(a.id)} ${a.workflow} ${dim(a.started)}\n${bold(b.id)} ${b.workflow} ${dim(b.started)}`);
    if (difference.params.length > 0) out("\nparams");
    for (const change of difference.params) out(`  ${changeLine(change)}`);
    const changed = difference.tasks.filter(hasChanged);
    out(changed.length === 0 ? "\nall steps have the same results" : "\nsteps");
    for (const task of changed) {
      out(`  ${task.id}: ${taskChange(task)}`);
      for (const change of task.changes) out(`    ${changeLine(change)}`);
    }
    const moved = metrics.filter((m) => m.before !== m.after);
    if (moved.length > 0) {
      out("\nmetrics");
      const show = (value: number | null) => value === null ? "–" : number(value);
      out(table(moved.map((m) => [`  ${m.task}`, m.name, show(m.before), "→", show(m.after)])));
    }
    out("\ntimes");
    out(table([["  run", duration(a.seconds), "→", duration(b.seconds)]]));
  });
