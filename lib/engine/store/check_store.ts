/** Hashes everything in the store; what is damaged is removed, so that the next run makes it again. */
import { actionKeys, blobs } from "./action_list.ts";
import { hashFile } from "../system/hash_file.ts";
import type { CheckReport } from "../types.ts";
import { readRecord } from "./action_record.ts";
import type { Store } from "./store.ts";

export async function checkStore(store: Store): Promise<CheckReport> {
  const { layout, fs } = store;
  const report: CheckReport = { actions: 0, blobs: 0, bytes: 0, problems: [] };
  for (const { sha, path, size } of blobs(layout)) {
    report.blobs++;
    report.bytes += size;
    const found = await hashFile(path).catch(() => undefined);
    if (found?.sha256 === sha) continue;
    report.problems.push(`Content ${sha.slice(0, 12)} was damaged and is removed`);
    fs.remove(path);
  }
  for (const key of [...actionKeys(layout)]) {
    report.actions++;
    const { record, problem } = readRecord(layout, key);
    if (record === undefined) {
      report.problems.push(`${problem ?? `Record ${key} vanished`}; removed`);
      fs.remove(layout.action(key));
      continue;
    }
    const lost: string[] = [];
    for (const [port, { id, files }] of Object.entries(record.outputs)) {
      if (await store.repair(id, files, (message) => report.problems.push(message))) continue;
      lost.push(port);
      fs.remove(layout.artifact(id));
    }
    if (lost.length === 0) continue;
    report.problems.push(
      `The result of ${record.task} (${key.slice(0, 12)}) lost ${lost.join(", ")} and is removed`,
    );
    fs.remove(layout.action(key));
  }
  return report;
}
