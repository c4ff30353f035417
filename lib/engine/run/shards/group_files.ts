/**
 * Parts files into groups, each of which becomes a shard. Where a group ends follows from the names around it and not
 * from what the files hold, so that a changed file changes one group, and one that comes or goes changes its neighbors'.
 */
import { sha256 } from "../../system/canonical_json.ts";

/** A file of a request. */
export interface GroupedFile {
  /** Relative to the fixed part of the request's pattern. */
  name: string;
  /** Bytes. */
  size: number;
}

/** Bytes of a shard, and how many there should be between those bounds. */
const bounds = { least: 1 << 20, most: 1 << 26, shards: 256 };

/**
 * Files in the order of their names, in groups of neighbors.
 *
 * Groups hold `bounds` bytes by the mean size of a file, rounded to a power of two, so that the sum of all sizes may
 * change without changing where groups end. A file of a shard's size stands alone.
 *
 * @param together Files whose names are equal without what it matches stay in one group.
 */
export function groupFiles(files: readonly GroupedFile[], together?: string): GroupedFile[][] {
  const cut = together === undefined ? undefined : new RegExp(together);
  const units = [
    ...Map.groupBy(files, ({ name }) => cut === undefined ? name : name.replace(cut, "")),
  ].map(([name, members]) => ({ name, members, size: members.reduce((sum, { size }) => sum + size, 0) }));
  const total = units.reduce((sum, { size }) => sum + size, 0);
  const target = Math.min(bounds.most, Math.max(bounds.least, powerOfTwo(total / bounds.shards)));
  const usual = powerOfTwo(Math.max(1, target * units.length / Math.max(1, total)));
  const groups: GroupedFile[][] = [];
  let open: GroupedFile[] = [];
  let count = 0;
  const close = () => {
    if (open.length > 0) groups.push(open);
    [open, count] = [[], 0];
  };
  for (const { name, members, size } of units) {
    if (size >= target) close();
    open.push(...members);
    count++;
    if (size >= target || count >= 2 * usual || (2 * count >= usual && endsGroup(name, usual))) close();
  }
  close();
  return groups;
}

/** Whether the files that stay together are one for each of some regular expressions. */
export function areComplete(names: readonly string[], together: string, each: readonly string[]): boolean {
  const cut = new RegExp(together);
  const kinds = each.map((one) => new RegExp(one));
  return Map.groupBy(names, (name) => name.replace(cut, "")).values().every((members) =>
    members.length === kinds.length &&
    kinds.every((kind) => members.filter((name) => kind.test(name)).length === 1)
  );
}

/** Whether a name is one of those that end groups: two in `usual`. */
function endsGroup(name: string, usual: number): boolean {
  return parseInt(sha256(name).slice(0, 8), 16) < 2 ** 33 / usual;
}

function powerOfTwo(value: number): number {
  return 2 ** Math.round(Math.log2(Math.max(1, value)));
}
