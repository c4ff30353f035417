/**
 * The lineage that a step with `lineage: true` is handed. Its key holds who the ancestors are and their keys, so a
 * stored result never tells of other parameters or code than those of the plan. When and in which run things were made is
 * in no key: these are facts about the stored results, as they were when the step ran, and they are kept in its record,
 * so that a second attempt at the same action is told the same.
 */
import type { Lineage, LineageTask } from "../../artifacts/lineage.ts";
import type { Task } from "../../workflow/workplan.ts";
import { filesDigest } from "../key/stat_cache.ts";
import { mapValues } from "../key/action_key.ts";
import { readRecord } from "../store/action_record.ts";
import { readCode } from "../store/code_store.ts";
import { fileOf } from "../store/run_record.ts";
import { commitOf } from "../system/git.ts";
import { basename, isAbsolute } from "../../path.ts";
import type { Decision, KnownOutputs } from "./planner.ts";
import type { RunParts } from "./run_parts.ts";
import { ancestorsOf, dependenciesOf } from "./select_tasks.ts";

/** The lineage of a task whose ancestors have their results. @param run Id of this run. */
export async function lineageOf(
  { workplan, planner, store: { layout }, motiflow }: RunParts,
  task: Task,
  decision: Decision,
  known: KnownOutputs,
  run: Lineage["run"],
): Promise<Lineage> {
  const packages = new Set<string>();
  const told = (one: Task, key: string): LineageTask => {
    const { record } = readRecord(layout, key);
    const code = one === task ? decision.code : readCode(layout, record?.ingredients.code ?? "");
    for (const name of Object.keys(code?.packages ?? {})) packages.add(name);
    const outputs = one === task ? {} : known.get(one.id) ?? {};
    return {
      id: one.id,
      step: one.step,
      cell: one.cell,
      uses: one.uses,
      from: dependenciesOf(one),
      key,
      outputs: mapValues(outputs, ({ type, id }) => ({ type, id })),
      ...(one === task || record === undefined ? {} : { made: madeOf(record) }),
    };
  };
  const tasks = [
    ...ancestorsOf(task, workplan.tasks).map((one) => told(one, planner.keyOf(one.id)!)),
    told(task, decision.key),
  ];
  const commit = await commitOf(workplan.root);
  const file = fileOf(workplan);
  return {
    tasks,
    workflow: { name: workplan.name, file: isAbsolute(file) ? basename(file) : file },
    run,
    program: motiflow,
    runtime: decision.parts.runtime,
    packages: [...packages].sort(),
    ...(commit === undefined ? {} : { commit }),
  };
}

function madeOf(
  { created, seconds, ingredients }: NonNullable<ReturnType<typeof readRecord>["record"]>,
): NonNullable<LineageTask["made"]> {
  const { params, seed, code, files, missing, environment } = ingredients;
  return {
    at: created,
    seconds,
    params,
    ...(seed === undefined ? {} : { seed }),
    code,
    files: mapValues(files, (hashes) => ({ count: Object.keys(hashes).length, digest: filesDigest(hashes) })),
    ...(missing === undefined ? {} : { missing }),
    environment,
  };
}
