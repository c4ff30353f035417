/** Walks the records and blobs of a store. */
import { join } from "../../path.ts";
import type { Layout } from "../system/layout.ts";
import { names } from "../system/names.ts";
import { type ActionRecord, readRecord } from "./action_record.ts";

/** A record and when it was last used. */
export interface FoundAction {
  record: ActionRecord;
  lastUsed: Date;
}

/** All keys with a record file, readable or not. */
export function* actionKeys(layout: Layout): Generator<string> {
  for (const head of names(layout.actions)) {
    for (const rest of names(join(layout.actions, head))) {
      if (rest.endsWith(".json")) yield head + rest.slice(0, -".json".length);
    }
  }
}

/** All readable records; unreadable ones are misses and not listed. */
export function* actions(layout: Layout): Generator<FoundAction> {
  for (const key of actionKeys(layout)) {
    const { record } = readRecord(layout, key);
    if (record !== undefined) {
      yield { record, lastUsed: Deno.statSync(layout.action(key)).mtime ?? new Date(0) };
    }
  }
}

/** All blobs by hash, with their size. */
export function* blobs(layout: Layout): Generator<{ sha: string; path: string; size: number }> {
  for (const head of names(layout.objects)) {
    for (const rest of names(join(layout.objects, head))) {
      const path = join(layout.objects, head, rest);
      yield { sha: head + rest, path, size: Deno.lstatSync(path).size };
    }
  }
}

/** Size and hash of everything that a record's outputs consist of. */
export function blobsOf(record: ActionRecord): { sha256: string; size: number }[] {
  return Object.values(record.outputs).flatMap((output) => output.files);
}
