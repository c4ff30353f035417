/** `compare A B`: is one run, or one workflow's latest run, better than another? */
import type { Examples } from "../examples.ts";
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { collect, jsonOption, rootOption, wholePositive } from "../flags.ts";
import type { Metrics } from "../../artifacts/metrics.ts";
import type { RunSide } from "../../schedule/compare_runs.ts";
import { table } from "../terminal/format.ts";
import { number } from "../../text/numbers.ts";
import { json, out, outStyle } from "../terminal/terminal.ts";
import { openProjectEngine } from "../project_engine.ts";
import { runOf, runWord } from "../run_word.ts";

export const examples: Examples = [
  ["compare workflows/a.yaml workflows/b.yaml"],
  ["compare latest 20260131 --metric macro_f1 --by subject"],
];

export const command = new Command()
  .description(
    "Compare the judged results of two runs: A, B or inconclusive. Subjects, recordings or folds are paired.",
  )
  .argument("<a>", runWord)
  .argument("<b>", "the same for the other side")
  .option("--metric <name>", "metrics to compare; the first decides", collect)
  .option("--step <id>", "step whose metrics are compared; by default the gathered or last ones")
  .addOption(
    new Option("--by <unit>", "what is paired").choices(["auto", "subject", "recording", "fold"]).default(
      "auto" as const,
    ),
  )
  .addOption(
    new Option("--paired <when>", "whether equal ids are the same subjects").choices([
      "auto",
      "always",
      "never",
    ])
      .default("auto" as const),
  )
  .option("--alpha <p>", "two-sided error of the whole comparison", share, 0.05)
  .option("--min-effect <d>", "least |Cohen's d| that matters", share, 0.2)
  .option("--planned <n>", "planned looks at growing data (O'Brien-Fleming)", wholePositive, 1)
  .option("--look <n>", "number of this look", wholePositive, 1)
  .option("--lower <metric>", "metrics of which less is better, where they do not state it", collect)
  .option("--higher <metric>", "metrics of which more is better, where they do not state it", collect)
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (a, b, options) => {
    const engine = await openProjectEngine(options.root);
    const runs = [await runOf(engine, a), await runOf(engine, b)];
    await engine.close();
    const { compareRuns } = await import("../../schedule/compare_runs.ts");
    const directions = Object.fromEntries([
      ...(options.lower ?? []).map((metric) => [metric, "lower" as const] as const),
      ...(options.higher ?? []).map((metric) => [metric, "higher" as const] as const),
    ]);
    const { result, ...sides } = await compareRuns(runs[0], runs[1], {
      metrics: options.metric,
      step: options.step,
      by: options.by,
      paired: options.paired,
      alpha: options.alpha,
      minEffect: options.minEffect,
      directions,
      ...(options.planned === 1 && options.look === 1
        ? {}
        : { looks: { planned: options.planned, look: options.look } }),
    });
    if (options.json === true) {
      const side = ({ run, task }: RunSide) => ({ run: run.id, task });
      return json({ a: side(sides.a), b: side(sides.b), ...result });
    }
    print(result, sides);
  });

function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0) || text.trim() === "") {
    throw new InvalidArgumentError("It must be a number of at least 0.");
  }
  return value;
}

function print(result: Metrics, sides: Record<"a" | "b", RunSide>): void {
  const { bold, dim } = outStyle;
  for (const name of ["a", "b"] as const) {
    const { run, task } = sides[name];
    out(`${name.toUpperCase()}  ${run.workflow} ${task} ${dim(run.id)}`);
  }
  const { winner, primary } = result.verdict!;
  out(`\n${bold(winner === "inconclusive" ? "inconclusive" : `${winner} is better`)} on ${primary}\n`);
  const cell = (value: unknown) => typeof value === "number" ? number(value) : "–";
  out(table([
    ["", "A", "B", "A − B", "interval", "test", "p", "below", "g", ""],
    ...result.tables.comparison.map((r) => [
      String(r.metric),
      cell(r.mean_a),
      cell(r.mean_b),
      cell(r.difference),
      r.lower === null ? "–" : `${cell(r.lower)} … ${cell(r.upper)} (${number(100 * Number(r.level))} %)`,
      `${r.test}, ${r.paired === true ? `${r.n_a} pairs of ${r.unit}s` : `${r.n_a} and ${r.n_b} ${r.unit}s`}`,
      cell(r.p),
      cell(r.p_limit),
      cell(r.hedges_g),
      String(r.winner),
    ]),
  ]));
  for (const row of result.tables.comparison) out(dim(`${row.metric}: ${row.reason}`));
}
