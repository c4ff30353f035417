/**
 * Withdraws a person: every result that holds their data, and every one that was made from such a result, leaves the store
 * and the team's cache. What was made without them stays, shards of others among it.
 */
import { subjectsOf } from "../../artifacts/recording/subjects.ts";
import type { SharedCache } from "../share/shared_cache.ts";
import type { ForgetReport } from "../types.ts";
import { actions, blobsOf } from "./action_list.ts";
import type { ActionRecord } from "./action_record.ts";
import { collectGarbage } from "./gc.ts";
import type { Store } from "./store.ts";

/**
 * @param shared Where the team's results lie, if anywhere.
 * @throws {InputError} while a run uses the store, and where the team's results cannot be removed.
 */
export async function forgetSubject(
  store: Store,
  subject: string,
  shared: SharedCache | undefined,
  dryRun: boolean,
): Promise<ForgetReport> {
  const records = [...actions(store.layout)].map(({ record }) => record);
  const lost = new Set<ActionRecord>();
  const known = new Set<string>();
  const trained: string[] = [];
  for (const record of records) {
    for (const { type, id, files } of Object.values(record.outputs)) {
      const names = subjectsOf(store.layout.artifact(id), files.map(({ path }) => path));
      for (const name of names) known.add(name);
      if (!names.has(subject)) continue;
      lost.add(record);
      if (type === "Model") trained.push(record.task);
    }
  }
  addMadeFrom(records, lost);
  const kept = new Set(records.filter((r) => !lost.has(r)).flatMap(blobsOf).map(({ sha256 }) => sha256));
  const content = [...lost].flatMap(blobsOf).map(({ sha256 }) => sha256).filter((sha) => !kept.has(sha));
  const keys = [...lost].map(({ key }) => key);
  // What lies here says what has to go there, so it goes last: a try that failed can be made again.
  if (!dryRun) await shared?.remove(keys, [...new Set(content)]);
  const report = collectGarbage(store, { drop: new Set(keys), dryRun });
  return {
    ...report,
    subject,
    known: [...known].sort(),
    results: [...new Set([...lost].map(({ task }) => task))],
    trained: [...new Set(trained)],
  };
}

/** Adds what was made from the outputs of those that are there already. */
function addMadeFrom(records: readonly ActionRecord[], lost: Set<ActionRecord>): void {
  const ids = new Set([...lost].flatMap(outputIds));
  for (let before = -1; before < lost.size;) {
    before = lost.size;
    for (const record of records) {
      const inputs = Object.values(record.ingredients.inputs).flat();
      if (lost.has(record) || !inputs.some(({ id }) => ids.has(id))) continue;
      lost.add(record);
      for (const id of outputIds(record)) ids.add(id);
    }
  }
}

function outputIds({ outputs }: ActionRecord): string[] {
  return Object.values(outputs).map(({ id }) => id);
}
