/** Two runs side by side. */
import { own } from "../../own.ts";
import type { Layout } from "../system/layout.ts";
import type { Change, RunDiff, RunRecord, TaskResult } from "../types.ts";
import { readCode } from "../store/code_store.ts";
import { diffIngredients, diffJson } from "../key/diff_ingredients.ts";
import { readRecord } from "../store/action_record.ts";

/** What differs between two recorded runs: parameters, and for each task its key's ingredients and its outputs. */
export function diffRuns(layout: Layout, before: RunRecord, after: RunRecord): RunDiff {
  const params: Change[] = [];
  for (const name of new Set([...Object.keys(before.params), ...Object.keys(after.params)])) {
    diffJson(`params.${name}`, own(before.params, name) ?? null, own(after.params, name) ?? null, params);
  }
  const [left, right] = [byId(before), byId(after)];
  const tasks = [...new Set([...left.keys(), ...right.keys()])].map((id) => {
    const [a, b] = [left.get(id), right.get(id)];
    return {
      id,
      before: a === undefined ? null : brief(a),
      after: b === undefined ? null : brief(b),
      changes: keyChanges(layout, a?.key, b?.key),
      outputs: Object.keys({ ...a?.outputs, ...b?.outputs }).filter((p) =>
        a?.outputs[p]?.id !== b?.outputs[p]?.id
      ),
    };
  });
  return { params, tasks };
}

function byId(run: RunRecord): Map<string, TaskResult> {
  return new Map(run.tasks.map((t) => [t.id, t]));
}

function brief({ outcome, key, seconds }: TaskResult): Pick<TaskResult, "outcome" | "key" | "seconds"> {
  return { outcome, key, seconds };
}

function keyChanges(layout: Layout, a: string | null | undefined, b: string | null | undefined): Change[] {
  if (!a || !b || a === b) return [];
  const [before, after] = [readRecord(layout, a).record, readRecord(layout, b).record];
  if (before === undefined || after === undefined) return [];
  return diffIngredients(before.ingredients, after.ingredients, (id) => readCode(layout, id));
}
