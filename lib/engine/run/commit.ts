/**
 * From an attempt's folder to a result: check what was declared, hash, look again at the inputs, flush, move into the
 * store, and write the record last. Dying anywhere before the record leaves nothing that a later run would trust.
 */
import { StepError, wroteLate } from "../step_error.ts";
import type { Code } from "../key/code_id.ts";
import type { AttemptResult } from "../executors/executor.ts";
import { treeStamp } from "../system/tree_stamp.ts";
import { keepCode } from "../store/code_store.ts";
import { contentId, makeManifest } from "../store/manifest.ts";
import { type ActionRecord, type StoredOutput, writeRecord } from "../store/action_record.ts";
import type { Store } from "../store/store.ts";

/**
 * Checks and hashes the outputs of an attempt that has ended.
 *
 * @throws StepError that names the port, or when anything was written after the step had returned.
 */
export async function collectOutputs(
  { out, stamp }: AttemptResult,
  declared: Record<string, string>,
): Promise<Record<string, StoredOutput>> {
  const outputs: Record<string, StoredOutput> = {};
  const untouched = () => {
    if (stamp === undefined || treeStamp(out) === stamp) return;
    throw wroteLate();
  };
  untouched();
  for (const [port, type] of Object.entries(declared)) {
    const bad = (why: string) => new StepError(`The step's output ${port} ${why}`, "output");
    let header: { type?: unknown };
    try {
      header = JSON.parse(await Deno.readTextFile(`${out}/${port}/artifact.json`));
    } catch {
      throw bad("has no valid artifact.json");
    }
    if (header?.type !== type) throw bad(`is declared as ${type} but holds ${String(header?.type)}`);
    try {
      const files = await makeManifest(`${out}/${port}`);
      outputs[port] = { type, id: contentId(files), files };
    } catch (error) {
      throw bad(`cannot be stored: ${(error as Error).message}`);
    }
  }
  untouched();
  return outputs;
}

/** Puts outputs into the store. After this their content is safe, but no key leads to them yet. */
export async function storeOutputs(
  store: Store,
  out: string,
  outputs: Record<string, StoredOutput>,
): Promise<void> {
  for (const [port, output] of Object.entries(outputs)) {
    await store.adopt(`${out}/${port}`, output.id, output.files);
  }
}

/** Makes the result findable. */
export function commitRecord(store: Store, record: ActionRecord, code: Code): void {
  keepCode(store.fs, store.layout, code);
  writeRecord(store.fs, store.layout, record);
}
