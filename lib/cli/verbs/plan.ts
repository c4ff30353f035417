/** `plan FILE`: what would run, be restored or be blocked, and why; changes nothing. */
import type { Examples } from "../examples.ts";
import { Command, Option } from "@commander-js/extra-typings";
import {
  forceOption,
  fromOption,
  jsonOption,
  memoryOption,
  onlyOption,
  paramOption,
  paramsFileOption,
  profileOption,
  rootOption,
  untilOption,
} from "../flags.ts";
import { table } from "../terminal/format.ts";
import { count, duration } from "../../text/numbers.ts";
import type { PlannedTask } from "../../engine/mod.ts";
import { Exit, exitCodes } from "../terminal/exit.ts";
import { err, errStyle, json, out, outStyle } from "../terminal/terminal.ts";
import type { WorkflowOptions } from "../check_file.ts";
import { openEngineOf, openWorkflow } from "../workflow_file.ts";

export const examples: Examples = [
  ["plan workflows/first.yaml"],
  ["plan workflows/first.yaml --param k=12", "what other values would make run"],
  ["plan workflows/first.yaml --exit-code", "for scripts: 4 where something would run"],
];

export const command = new Command()
  .description(
    "Tell what `run` would do, why, and how long it should take. Runs no step and changes nothing.",
  )
  .argument("<file>", "workflow file")
  .addOption(paramOption)
  .addOption(paramsFileOption)
  .addOption(profileOption)
  .addOption(onlyOption)
  .addOption(untilOption)
  .addOption(fromOption)
  .addOption(forceOption)
  .option("-F, --force-all", "tell of every step as if no result were there")
  .addOption(memoryOption)
  .addOption(rootOption)
  .option("--exit-code", "end with 4 where something would run")
  .addOption(jsonOption)
  .action(tellPlan);

// The other options of `run` are taken as well, so that one word turns a run into its plan.
for (
  const flags of [
    "-j, --jobs <n>",
    "-k, --keep-going",
    "-n, --dry-run",
    "-q, --quiet",
    "--executor <where>",
    "--keep-failed",
    "--tag <word>",
    "--note <text>",
    "--strict-cache",
    "--reports <dir>",
    "--webhook <address>",
  ]
) command.addOption(new Option(flags).hideHelp());

/** What names the tasks of a plan. */
type PlanOptions =
  & WorkflowOptions
  & { exitCode?: true | undefined; forceAll?: true | undefined; executor?: string | undefined }
  & Partial<Record<"only" | "until" | "from" | "force", string[] | undefined>>;

/** Prints what `run` would do with the same options. */
export async function tellPlan(file: string, options: PlanOptions): Promise<void> {
  const plan = await openWorkflow(file, options, options.executor === "slurm" ? "read" : "run");
  const engine = await openEngineOf(plan, (event) => {
    if (event.type === "store-warning") err(`${errStyle.yellow("warning")}  ${event.message}`);
  });
  const { only, until, from } = options;
  const force = options.forceAll ?? options.force;
  const given = Object.entries({ only, until, from, force }).filter(([, steps]) => steps !== undefined);
  const tasks = await engine.plan(plan, Object.fromEntries(given));
  await engine.close();
  const problems = tasks.filter((t) => t.problem !== undefined);
  const work = tasks.some((t) => t.status === "run" || t.status === "unknown");
  const exit = problems.length > 0
    ? exitCodes.usage
    : options.exitCode === true && work
    ? exitCodes.work
    : exitCodes.done;
  if (options.json === true) {
    json({
      ok: problems.length === 0,
      workflow: plan.name,
      tasks: tasks.map(({ task, ...rest }) => ({ id: task.id, step: task.step, uses: task.uses, ...rest })),
      skipped: plan.skipped ?? [],
    });
    if (exit !== exitCodes.done) throw new Exit(exit);
    return;
  }
  const { bold, dim, yellow, green, red } = outStyle;
  const color = { run: yellow, unknown: yellow, restore: green, skip: dim };
  const words = { run: "run", unknown: "maybe", restore: "restore", skip: "skip" };
  out(table(tasks.map((t) => [
    t.problem === undefined ? color[t.status](words[t.status]) : red("problem"),
    t.task.id,
    t.status === "restore" || t.estimateSeconds === null ? "" : `about ${duration(t.estimateSeconds)}`,
    dim([t.problem === t.reason ? "told below" : t.reason, ...found(t)].join("; ")),
  ])));
  for (const { task, problem } of problems) err(`${errStyle.red("problem")}  ${task.id}: ${problem}`);
  const sound = tasks.filter((t) => t.problem === undefined);
  const of = (status: string) => sound.filter((t) => t.status === status);
  const open = [...of("run"), ...of("unknown")];
  const known = open.filter((t) => t.estimateSeconds !== null);
  const seconds = known.reduce((sum, t) => sum + t.estimateSeconds!, 0);
  const parts = [`${of("run").length} to run`, `${of("restore").length} to restore`];
  if (of("unknown").length > 0) {
    parts.push(`${of("unknown").length} to run unless their inputs come out unchanged`);
  }
  if (problems.length > 0) parts.unshift(`${problems.length} cannot run`);
  if (of("skip").length > 0) parts.push(`${of("skip").length} not selected`);
  if ((plan.skipped ?? []).length > 0) parts.push(`${plan.skipped!.length} left out by \`if\``);
  out(`\n${bold(plan.name)}: ${count(tasks.length, "task")}; ${parts.join(", ")}`);
  if (open.length > 0) {
    const unknown = open.length - known.length;
    out(
      `time: ${known.length === 0 ? "not known yet" : `about ${duration(seconds)} of work`}${
        known.length > 0 && unknown > 0 ? `, without ${count(unknown, "task")} that never ran` : ""
      }`,
    );
  }
  if (exit !== exitCodes.done) throw new Exit(exit);
}

/** What a task's requests found, and what its publication would come upon. */
function found({ files = {}, edited = [], problem, reason }: PlannedTask): string[] {
  return [
    ...Object.entries(files).map(([pattern, n]) => `${pattern}: ${count(n, "file")}`),
    ...edited.map((path) => `${path} was changed by hand and will be kept under another name`),
    ...(problem === undefined || problem === reason ? [] : ["cannot publish"]),
  ];
}
