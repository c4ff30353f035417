/** `diff A B`: params, code, inputs, metrics and timings of two runs side by side. */
import { Command } from "@commander-js/extra-typings";
import { jsonOption, rootOption } from "../flags.ts";
import type { RunRecord } from "../../engine/mod.ts";
import { table } from "../terminal/format.ts";
import { duration, number } from "../../text/numbers.ts";
import { headlineMetrics } from "../../schedule/measured_values.ts";
import { json, out, outStyle } from "../terminal/terminal.ts";
import { changeLine } from "./why.ts";
import { openProjectEngine } from "../project_engine.ts";

export const command = new Command()
  .description("Compare two runs: params, changed ingredients, metrics, timings.")
  .argument("<before>", "run id, its beginning, or latest")
  .argument("<after>", "run id, its beginning, or latest")
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (before, after, options) => {
    const engine = await openProjectEngine(options.root);
    const [a, b] = [await engine.readRun(before), await engine.readRun(after)];
    const difference = await engine.diffRuns(before, after);
    await engine.close();
    const metrics = await compareMetrics(a, b);
    if (options.json === true) return json({ before: a.id, after: b.id, ...difference, metrics });
    const { bold, dim } = outStyle;
    out(`${bold(a.id)} ${a.workflow} ${dim(a.started)}\n${bold(b.id)} ${b.workflow} ${dim(b.started)}`);
    if (difference.params.length > 0) out("\nparams");
    for (const change of difference.params) out(`  ${changeLine(change)}`);
    const changed = difference.tasks.filter((t) =>
      t.changes.length > 0 || t.outputs.length > 0 || !t.before || !t.after
    );
    out(changed.length === 0 ? "\nall steps have the same results" : "\nsteps");
    for (const task of changed) {
      const note = task.before === null
        ? "only in the second"
        : task.after === null
        ? "only in the first"
        : task.outputs.length > 0
        ? `other ${task.outputs.join(", ")}`
        : "same bytes";
      out(`  ${task.id}: ${note}`);
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

interface MetricPair {
  task: string;
  name: string;
  before: number | null;
  after: number | null;
}

async function compareMetrics(a: RunRecord, b: RunRecord): Promise<MetricPair[]> {
  const pairs = new Map<string, MetricPair>();
  for (const [side, run] of [["before", a], ["after", b]] as const) {
    for (const { task, metrics } of await readable(run)) {
      for (const [name, { value }] of Object.entries(metrics)) {
        const id = `${task} ${name}`;
        const pair = pairs.get(id) ?? { task, name, before: null, after: null };
        pair[side] = value;
        pairs.set(id, pair);
      }
    }
  }
  return [...pairs.values()];
}

/** Metrics that are still in the store. */
async function readable(run: RunRecord) {
  try {
    return await headlineMetrics(run.tasks);
  } catch {
    return [];
  }
}
