/**
 * What the results of a run say in numbers and words, read once. It is kept beside the run's record, under the ids of
 * the results, so that a run that makes nothing new reads one file and not one of each result.
 */
import { join } from "../../path.ts";
import { sha256 } from "../../artifacts/sha256.ts";
import type { OutputRef, TaskResult } from "../../engine/mod.ts";
import { Layout } from "../../engine/system/layout.ts";
import { seal, unseal } from "../../engine/system/seal.ts";
import type { MeasuredValue } from "../report.ts";
import { measuredValues, openStatuses } from "./measured_values.ts";

/** Numbers of a run, and the results that are not as they should be. */
export interface RunNumbers {
  values: MeasuredValue[];
  statuses: ReturnType<typeof openStatuses>;
}

/**
 * All named numbers and open statuses of a run.
 *
 * @param root The project's. @param run Id of the run whose record has these results. @param tasks Those that are done.
 */
export async function runNumbers(root: string, run: string, tasks: TaskResult[]): Promise<RunNumbers> {
  const file = join(new Layout(root).run(run), "numbers.json");
  const of = await idOf(tasks);
  const kept = read(file);
  if (kept?.of === of) return kept.numbers;
  const numbers = { values: await measuredValues(tasks), statuses: openStatuses(tasks) };
  try {
    Deno.writeFileSync(file, seal(JSON.stringify({ of, numbers })));
  } catch {
    // A run without a record, or a store that may only be read: the next one reads them again.
  }
  return numbers;
}

/** What the numbers follow from: the tasks by name, and the content of their results. */
function idOf(tasks: TaskResult[]): Promise<string> {
  const content = ({ type, id }: OutputRef) => [type, id];
  const results = tasks.map((t) => [t.id, ...Object.values(t.outputs).map(content)]);
  return sha256(new TextEncoder().encode(JSON.stringify([1, ...results])));
}

function read(file: string): { of: string; numbers: RunNumbers } | undefined {
  try {
    return JSON.parse(unseal(Deno.readFileSync(file)));
  } catch {
    // Missing or damaged.
    return undefined;
  }
}
