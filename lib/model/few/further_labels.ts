/** Windows without labels that a network is trained on beside the few that have some. */
import type { Windows } from "../../artifacts/windows.ts";
import type { Random } from "../../random.ts";

/**
 * The labelled `rows` and up to `count` other windows, drawn from `candidates`, labelled by what `say` says of them. The
 * windows of the result have no labels but these.
 *
 * @param say Label ids of windows.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random } from "../../random.ts";
 * const windows = { labels: Int32Array.of(4, 2, 0, 1) };
 * const say = (rows: Int32Array) => rows.map(() => 4);
 * const taught = furtherLabels(windows, Int32Array.of(1), Int32Array.of(0, 1, 3), 2, say, new Random(1));
 * assert.deepEqual([...taught.rows].sort(), [0, 1, 3]);
 * // Windows 0 and 3 have what was said of them, window 2 has nothing.
 * assert.deepEqual([...taught.windows.labels], [4, 2, -1, 4]);
 * ```
 */
export function furtherLabels<W extends Pick<Windows, "labels">>(
  windows: W,
  rows: Int32Array,
  candidates: Int32Array,
  count: number,
  say: (rows: Int32Array) => Int32Array,
  rng: Random,
): { windows: W; rows: Int32Array } {
  const known = new Set(rows);
  const others = candidates.filter((row) => !known.has(row));
  const drawn = Math.max(0, Math.min(count, others.length));
  for (let i = 0; i < drawn; i++) {
    const at = i + rng.below(others.length - i);
    [others[i], others[at]] = [others[at], others[i]];
  }
  const further = others.slice(0, drawn);
  const labels = new Int32Array(windows.labels.length).fill(-1);
  for (const row of rows) labels[row] = windows.labels[row];
  say(further).forEach((label, i) => labels[further[i]] = label);
  return { windows: { ...windows, labels }, rows: Int32Array.from([...rows, ...further]) };
}
