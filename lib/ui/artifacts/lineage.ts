/** What an artifact was made from, back to the data, from the ingredients of stored results. */
import type { Engine, RunRecord } from "../../engine/mod.ts";
import { inputsOf, makerOf, type TakenInput } from "../runs/task_page.ts";

/** An artifact that went into another, directly or not. */
export interface Ancestor extends TakenInput {
  /** 1 for what went into the artifact itself. */
  depth: number;
  /** Task of the run that gave it. */
  task: string | undefined;
}

/** Artifacts that are told at most. */
const MOST = 200;

/** Ancestors of what `task` made in `run`, each once, depth first. */
export async function ancestorsOf(engine: Engine, run: RunRecord, task: string): Promise<Ancestor[]> {
  const found: Ancestor[] = [];
  const seen = new Set<string>();
  const follow = async (id: string, depth: number): Promise<void> => {
    const key = run.tasks.find((one) => one.id === id)?.key ?? null;
    const action = key === null ? undefined : await engine.readAction(key);
    if (action === undefined) return;
    for (const input of inputsOf(action)) {
      if (found.length >= MOST) return;
      if (seen.has(input.id)) continue;
      seen.add(input.id);
      const maker = makerOf(run, input.id);
      found.push({ ...input, depth, task: maker });
      if (maker !== undefined) await follow(maker, depth + 1);
    }
  };
  await follow(task, 1);
  return found;
}
