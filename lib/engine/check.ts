/** Hashes everything in the store; what is damaged is removed, so that the next run makes it again. */
import { actionKeys, blobs, blobsOf } from "./action_list.ts";
import { hashFile } from "./hash_file.ts";
import type { CheckReport } from "./mod.ts";
import { readRecord } from "./record.ts";
import type { Store } from "./store.ts";

export async function checkStore(store: Store): Promise<CheckReport> {
  const { layout, fs } = store;
  const report: CheckReport = { actions: 0, blobs: 0, bytes: 0, problems: [] };
  const good = new Set<string>();
  for (const { sha, path, size } of blobs(layout)) {
    report.blobs++;
    report.bytes += size;
    const found = await hashFile(path).catch(() => undefined);
    if (found?.sha256 === sha) {
      good.add(sha);
      continue;
    }
    report.problems.push(`Content ${sha.slice(0, 12)} was damaged and is removed`);
    fs.remove(path);
  }
  for (const key of [...actionKeys(layout)]) {
    report.actions++;
    const { record, trouble } = readRecord(layout, key);
    if (record === undefined) {
      report.problems.push(`${trouble ?? `Record ${key} vanished`}; removed`);
      fs.remove(layout.action(key));
      continue;
    }
    const lost = blobsOf(record).filter((b) => !good.has(b.sha256));
    if (lost.length === 0) continue;
    report.problems.push(
      `The result of ${record.task} (${key.slice(0, 12)}) misses ${lost.length} files and is removed`,
    );
    fs.remove(layout.action(key));
    for (const { id } of Object.values(record.outputs)) fs.remove(layout.artifact(id));
  }
  return report;
}
