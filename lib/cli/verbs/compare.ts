/** `compare A B`: is one run, or one workflow's latest run, better than another? */
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { relative, resolve } from "node:path";
import { Metrics } from "../../artifacts/metrics.ts";
import type { Engine, RunRecord, TaskResult } from "../../engine/mod.ts";
import { InputError } from "../../errors.ts";
import type { Direction } from "../../metrics/direction.ts";
import { table } from "../terminal/format.ts";
import { number } from "../../text/numbers.ts";
import { positive } from "./run.ts";
import { json, out, outStyle } from "../terminal/terminal.ts";
import { collect, openProjectEngine, userPath } from "../workflow_file.ts";

export const command = new Command()
  .description(
    "Compare the judged results of two runs: A, B or inconclusive. Subjects, recordings or folds are paired.",
  )
  .argument("<a>", "run id, its beginning, latest, or a workflow file: its latest run")
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
  .option("--planned <n>", "planned looks at growing data (O'Brien-Fleming)", positive, 1)
  .option("--look <n>", "number of this look", positive, 1)
  .option("--lower <metric>", "metrics of which less is better, where the name does not tell", collect)
  .option("--higher <metric>", "metrics of which more is better, where the name does not tell", collect)
  .option("--root <dir>", "project root")
  .option("--json", "as JSON")
  .action(async (a, b, options) => {
    if (options.look > options.planned) {
      throw new InputError(`Cannot compare: look ${options.look} of ${options.planned} planned`);
    }
    const wanted = options.metric ?? ["accuracy", "macro_f1"];
    const engine = await openProjectEngine(options.root);
    const runs = [await runOf(engine, a), await runOf(engine, b)];
    await engine.close();
    const [left, right] = await Promise.all(runs.map((run) => judged(run, wanted[0], options.step)));
    const { compareMetrics } = await import("../../metrics/compare/compare_metrics.ts");
    const { Random } = await import("../../random.ts");
    const directions: Record<string, Direction> = {};
    for (const metric of options.lower ?? []) directions[metric] = "lower";
    for (const metric of options.higher ?? []) directions[metric] = "higher";
    const shared = wanted.filter((metric) => options.metric !== undefined || has(left.metrics, metric));
    const result = compareMetrics(left.metrics, right.metrics, {
      metrics: shared,
      by: options.by,
      paired: options.paired,
      alpha: options.alpha,
      minEffect: options.minEffect,
      directions,
      ...(options.planned === 1 ? {} : { looks: { planned: options.planned, look: options.look } }),
    }, new Random(0));
    const sides = { a: { run: runs[0].id, task: left.task }, b: { run: runs[1].id, task: right.task } };
    if (options.json === true) return json({ ...sides, ...result });
    print(result, runs, sides);
  });

function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0) || text.trim() === "") {
    throw new InvalidArgumentError("It must be a number of at least 0.");
  }
  return value;
}

/** A run by id, or the latest that succeeded of a workflow file. */
async function runOf(engine: Engine, word: string): Promise<RunRecord> {
  if (!/\.ya?ml$/.test(word)) return await engine.readRun(word);
  const file = relative(engine.root, resolve(userPath(word))).replaceAll("\\", "/");
  const run = (await engine.listRuns()).find((r) => r.file === file && r.status === "succeeded");
  if (run !== undefined) return run;
  throw new InputError(`${word} has no run that succeeded`, { hint: `Run it first: deno task run ${word}` });
}

interface Judged {
  task: string;
  metrics: Metrics;
}

const has = (metrics: Metrics, name: string) =>
  Object.hasOwn(metrics.metrics, name) ||
  ["per_subject", "per_recording", "folds"].some((table) =>
    metrics.tables[table]?.some((row) => Object.hasOwn(row, name))
  );

/** The metrics of a run that hold `metric`: of the given step, else gathered ones before cells, later before earlier. */
async function judged(run: RunRecord, metric: string, step: string | undefined): Promise<Judged> {
  const candidates = run.tasks.filter((t) =>
    dirOf(t) !== undefined && (step === undefined || named(t, step))
  );
  const cells = (t: TaskResult) => Object.keys(t.cell).length;
  for (const task of candidates.reverse().sort((x, y) => cells(x) - cells(y))) {
    const metrics = await read(run, task);
    if (has(metrics, metric)) return { task: task.id, metrics };
  }
  throw new InputError(
    `Run ${run.id} of ${run.workflow} has no ${metric}${step === undefined ? "" : ` in ${step}`}`,
    {
      hint: "Name a step with --step, or other metrics with --metric.",
    },
  );
}

const named = (task: TaskResult, step: string) => task.id === step || task.step === step;

function dirOf(task: TaskResult): string | undefined {
  return Object.values(task.outputs).find((output) => output.type === "Metrics")?.dir;
}

async function read(run: RunRecord, task: TaskResult): Promise<Metrics> {
  try {
    return await Metrics.read(dirOf(task)!);
  } catch (cause) {
    throw new InputError(`The metrics of ${task.id} in run ${run.id} are no longer in the store`, {
      hint: `Make them again: deno task run ${run.file}`,
      cause,
    });
  }
}

function print(
  result: Metrics,
  runs: RunRecord[],
  sides: Record<"a" | "b", { run: string; task: string }>,
): void {
  const { bold, dim } = outStyle;
  const side = (name: "a" | "b", run: RunRecord) =>
    out(`${name.toUpperCase()}  ${run.workflow} ${sides[name].task} ${dim(run.id)}`);
  side("a", runs[0]);
  side("b", runs[1]);
  const { winner, primary } = result.details;
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
