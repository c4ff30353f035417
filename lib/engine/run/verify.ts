/** Finds steps that do not do the same twice: every task runs again on its stored inputs, and content is compared. */
import { InputError } from "../../errors.ts";
import type { Task } from "../../workflow/workplan.ts";
import { makeManifest } from "../store/manifest.ts";
import type { TaskResult, VerifyReport } from "../types.ts";
import type { StoredOutput } from "../store/action_record.ts";
import type { Decision, KnownOutputs } from "./planner.ts";
import { Run } from "./run.ts";
import type { RunParts } from "./run_parts.ts";
import { RunSession } from "./run_session.ts";
import { schedule } from "./scheduler.ts";
import type { TaskRunner } from "./task_runner.ts";

/**
 * A full run, then each task once more beside the store. Tasks that measure, or are never taken from the cache, are
 * left out.
 */
export async function verify(parts: RunParts): Promise<VerifyReport> {
  const first = await new Run(parts).go();
  if (first.status !== "succeeded") {
    const broken = first.tasks.find((t) => t.outcome === "failed") ??
      first.tasks.find((t) => t.outcome === "blocked");
    const why = first.status === "cancelled" || broken === undefined
      ? `the run ${first.id} was cancelled`
      : `${broken.id} ${broken.outcome} in run ${first.id}: ${broken.error ?? broken.reason}`;
    throw new InputError(`Cannot verify: ${why}`);
  }
  const session = new RunSession(parts);
  try {
    await findOutputs(parts, first.tasks, session.state.known);
    return await compareAll(parts, session);
  } finally {
    await session.close();
  }
}

/** Finds what the run just before used, or made where the store keeps nothing. */
async function findOutputs(
  { workplan, planner }: RunParts,
  made: readonly TaskResult[],
  known: KnownOutputs,
): Promise<void> {
  for (const task of workplan.tasks) {
    const decision = await planner.decide(task, known, undefined);
    if (decision.record !== undefined) known.set(task.id, decision.record.outputs);
    else if (decision.cache.mode !== "pure") {
      known.set(task.id, await outputsOf(made.find((t) => t.id === task.id)!));
    }
  }
}

async function compareAll(
  { workplan, planner, options }: RunParts,
  session: RunSession,
): Promise<VerifyReport> {
  const { state: { known } } = session;
  const runner = await session.runner();
  const report: VerifyReport = { tasks: [] };
  const tasks = workplan.tasks.filter((t) =>
    t.cache.mode !== "never" && t.measures !== true && known.has(t.id)
  );
  // Inputs come from the store, so no task has to wait for another.
  const free = tasks.map((task): Task => ({ ...task, inputs: {} }));
  const byId = new Map(tasks.map((t) => [t.id, t]));
  await schedule(free, {
    jobs: session.jobs,
    memory: await session.memoryFor(workplan.tasks),
    keepGoing: true,
    seconds: () => 1,
    signal: options.signal,
    settle: async () => false,
    run: async ({ id }, threads) => {
      const task = byId.get(id)!;
      const decision = await planner.decide(task, known, undefined);
      if (decision.cache.mode !== "never") {
        report.tasks.push(await compare(task, decision, runner, known, threads));
      }
      return "ok";
    },
    blocked: () => {},
    skipped: () => {},
  });
  const order = new Map(workplan.tasks.map((t, i) => [t.id, i]));
  report.tasks.sort((a, b) => order.get(a.id)! - order.get(b.id)!);
  return report;
}

async function compare(
  task: Task,
  decision: Decision,
  runner: TaskRunner,
  known: KnownOutputs,
  threads: number,
): Promise<VerifyReport["tasks"][number]> {
  const before = known.get(task.id)!;
  try {
    const after = await runner.probe(task, decision, threads);
    const ports = Object.fromEntries(
      Object.keys(task.outputs).map((
        port,
      ) => [port, { before: before[port]?.id ?? null, after: after[port]!.id }]),
    );
    return { id: task.id, same: Object.values(ports).every((p) => p.before === p.after), ports };
  } catch (error) {
    return { id: task.id, same: false, ports: {}, error: (error as Error).message };
  }
}

/** The outputs of a task that was made just now, from its directories. */
async function outputsOf(made: TaskResult): Promise<Record<string, StoredOutput>> {
  const outputs: Record<string, StoredOutput> = {};
  for (const [port, { type, id, dir }] of Object.entries(made.outputs)) {
    outputs[port] = { type, id, files: await makeManifest(dir) };
  }
  return outputs;
}
