/**
 * From an attempt's folder to a result: check what was declared, hash, look again at the inputs, flush, move into the
 * store, and write the record last. Dying anywhere before the record leaves nothing that a later run would trust.
 */
import { StepError, wroteLate } from "../step_error.ts";
import type { Json } from "../../artifacts/artifact.ts";
import type { Code } from "../key/code_id.ts";
import { mergedFile } from "../executors/protocol.ts";
import type { AttemptResult } from "../executors/executor.ts";
import { treeStamp } from "../system/tree_stamp.ts";
import { keepCode } from "../store/code_store.ts";
import { contentId, makeManifest, type ManifestEntry } from "../store/manifest.ts";
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
  for (const [port, type] of Object.entries(declared)) {
    const bad = (why: string) => {
      // What was written late explains what is wrong better than what it left.
      checkUntouched({ out, stamp });
      return new StepError(`The step's output ${port} ${why}`, "output");
    };
    let header: { type?: unknown };
    try {
      header = JSON.parse(Deno.readTextFileSync(`${out}/${port}/artifact.json`));
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
  checkUntouched({ out, stamp });
  return outputs;
}

/** Files of a folder that lie beside the shards of an output. */
export interface Beside {
  dir: string;
  files: ManifestEntry[];
}

/** What a merge that has ended said of the ports, and what it wrote beside their shards. @throws StepError as above. */
export async function collectMerged(
  { out, stamp }: AttemptResult,
  ports: readonly string[],
): Promise<{ merged: Json; beside: Record<string, Beside> }> {
  const beside: Record<string, Beside> = {};
  for (const port of ports) {
    const dir = `${out}/${port}`;
    beside[port] = { dir, files: (await makeManifest(dir)).filter(({ path }) => path !== mergedFile) };
  }
  const merged = JSON.parse(await Deno.readTextFile(`${out}/${ports[0]}/${mergedFile}`));
  checkUntouched({ out, stamp });
  return { merged, beside };
}

/** @throws StepError when anything was written after the step had returned. */
function checkUntouched({ out, stamp }: Pick<AttemptResult, "out" | "stamp">): void {
  if (stamp !== undefined && treeStamp(out) !== stamp) throw wroteLate();
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
