/** Makes room: drops the least recently used results, then every blob that no result needs. */
import { InputError } from "../../errors.ts";
import { actions, blobs, blobsOf, type FoundAction } from "./action_list.ts";
import type { CacheEntry, GcItem, GcOptions, GcReport } from "../types.ts";
import type { Store } from "./store.ts";
import { type HeldLock, storeLock, tryLock } from "../system/lock.ts";
import { pinnedKeys } from "./pins.ts";
import { names } from "../system/names.ts";
import { sweep } from "./sweep.ts";

/** What the store holds, most recently used first. */
export function listCache(store: Store): CacheEntry[] {
  const pinned = pinnedKeys(store.layout);
  return [...actions(store.layout)].map(({ record, lastUsed }) => ({
    key: record.key,
    uses: record.ingredients.uses,
    step: record.step,
    created: record.created,
    lastUsed: lastUsed.toISOString(),
    bytes: distinctBytes([record]),
    seconds: record.seconds,
    pinned: pinned.has(record.key),
  })).sort((a, b) => a.lastUsed < b.lastUsed ? 1 : -1);
}

function distinctBytes(records: FoundAction["record"][]): number {
  const sizes = new Map(records.flatMap((r) => blobsOf(r).map((b) => [b.sha256, b.size])));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/**
 * Removes what exceeds the limits.
 *
 * @throws {InputError} while a run uses the store, and where it may only be read.
 */
export function collectGarbage(store: Store, options: GcOptions): GcReport {
  const { layout, fs } = store;
  using held = options.dryRun ? undefined : takeStore(layout.lock(storeLock));
  if (!options.dryRun && held === undefined) {
    throw new InputError("Cannot clean the store: a run is using it", {
      hint: "Try again when the run has ended.",
    });
  }
  const oldest = options.maxAgeDays === undefined ? -Infinity : Date.now() - options.maxAgeDays * 86_400_000;
  const pinned = pinnedKeys(layout);
  const rank = ({ record, lastUsed }: FoundAction) => pinned.has(record.key) ? Infinity : lastUsed.getTime();
  const all = [...actions(layout)].sort((a, b) => rank(a) === rank(b) ? 0 : rank(b) - rank(a));
  const kept = new Map<string, number>();
  const dropped: FoundAction[] = [];
  let keptActions = 0;
  let keptBytes = 0;
  let full = false;
  for (const action of all) {
    const fresh = blobsOf(action.record).filter((b) => !kept.has(b.sha256));
    const added = [...new Map(fresh.map((b) => [b.sha256, b.size])).values()].reduce(
      (sum, size) => sum + size,
      0,
    );
    const withdrawn = options.drop?.has(action.record.key) ?? false;
    const pin = !withdrawn && pinned.has(action.record.key);
    full ||= !pin && !withdrawn && keptBytes + added > (options.maxBytes ?? Infinity);
    if (withdrawn || !pin && (full || action.lastUsed.getTime() < oldest)) {
      dropped.push(action);
      continue;
    }
    keptActions++;
    keptBytes += added;
    for (const blob of fresh) kept.set(blob.sha256, blob.size);
  }
  const items: GcItem[] = dropped.map(({ record }) => ({
    kind: "result",
    name: `${record.key.slice(0, 12)} ${record.task}`,
    bytes: 0,
  }));
  // Records first: dying on the way must not leave a record whose content is gone.
  if (!options.dryRun) { for (const { record } of dropped) fs.remove(layout.action(record.key)); }
  const left = all.filter((a) => !dropped.includes(a));
  const artifacts = new Set(left.flatMap((a) => Object.values(a.record.outputs).map((o) => o.id)));
  if (!options.dryRun) {
    for (const name of names(layout.artifacts)) if (!artifacts.has(name)) fs.remove(layout.artifact(name));
  }
  for (const { sha, path, size } of blobs(layout)) {
    if (kept.has(sha)) continue;
    items.push({ kind: "content", name: sha.slice(0, 12), bytes: size });
    if (!options.dryRun) fs.remove(path);
  }
  const code = new Set(left.map((a) => a.record.ingredients.code));
  const { maxAgeDays, dryRun = false } = options;
  items.push(...sweep(store, { code, held: storeLock, maxAgeDays, dryRun }));
  return {
    removedActions: dropped.length,
    removedBytes: items.reduce((sum, { bytes }) => sum + bytes, 0),
    keptActions,
    keptBytes,
    dryRun,
    items,
  };
}

function takeStore(lock: string): HeldLock | undefined {
  try {
    return tryLock(lock);
  } catch (cause) {
    throw new InputError(`Cannot clean the store: ${(cause as Error).message}`, {
      file: lock,
      hint: "Clean it as the user that owns it.",
      cause,
    });
  }
}
