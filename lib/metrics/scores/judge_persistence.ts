/** What motifs say of the next window and of who was recorded: what can be judged of them without any label. */
import type { Metric } from "../../artifacts/metrics.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { restrict, stretchesOf } from "../../temporal/stretches.ts";
import { bySubject, rowsOf, type ScoreBy, shareOfRows } from "./by_subject.ts";
import { type Judged, overRows } from "./judged.ts";
import { informationBy } from "./agreement_by_group.ts";
import { typedFrom } from "../../typed_from.ts";

/**
 * Agreement of neighbouring windows: the share of pairs with one motif beside what chance would give, and what the motif
 * tells of the next one less what it tells of the recording, which ranks clusterings where no labels are.
 *
 * @param whole All windows of the part, see {@linkcode withoutLabels}.
 * @param labels Motif of every window.
 */
export function judgePersistence(
  windows: Windows,
  whole: Judged,
  labels: Int32Array,
): Record<string, Metric> {
  const wanted = new Uint8Array(windows.start.length);
  for (const row of whole.rows) wanted[row] = 1;
  const next = new Int32Array(windows.start.length).fill(-1);
  for (const { from, to } of restrict(stretchesOf(windows), (row) => wanted[row] === 1)) {
    for (let row = from; row + 1 < to; row++) next[row] = row + 1;
  }
  const followed = typedFrom(Int32Array, whole.rows, (_, i) => i).filter((i) => next[whole.rows[i]] >= 0);
  if (followed.length === 0) return {};
  const pairs: Judged = {
    ...whole,
    rows: typedFrom(Uint32Array, followed, (i) => whole.rows[i]),
    labels: rowsOf(whole.labels, followed),
    subject: rowsOf(whole.subject, followed),
    recording: rowsOf(whole.recording, followed),
  };
  const now = typedFrom(Int32Array, pairs.rows, (row) => labels[row]);
  const then = typedFrom(Int32Array, pairs.rows, (row) => labels[next[row]]);
  const [ofNext, ofRecording] = [informationBy(now, then), informationBy(now, pairs.recording)];
  const told: ScoreBy = (group, count) => {
    const [next, recording] = [ofNext(group, count), ofRecording(group, count)];
    return {
      value: less(next.value, recording.value),
      without: (g) => less(next.without(g), recording.without(g)),
      groups: count,
    };
  };
  return {
    motif_same_next: shareOfRows(pairs, (i) => now[i] === then[i], {
      of: "pairs",
      note: "neighbouring windows with the same motif",
    }),
    motif_same_next_chance: overRows(pairs, chance(now, then), {
      of: "pairs",
      note: "what two independent draws of the same motifs would give",
    }),
    motif_persistence_bits: overRows(pairs, told(pairs.subject, pairs.subjects.length).value, {
      of: "pairs",
      unit: "bit",
      note: "what a motif tells of the next window's, less what it tells of the recording",
      ...bySubject(pairs, told),
    }),
  };
}

function less(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

/** Σ p(now = m) · p(then = m). */
function chance(now: Int32Array, then: Int32Array): number {
  const counts = new Map<number, [number, number]>();
  const count = (motif: number, side: 0 | 1) => {
    const own = counts.get(motif) ?? [0, 0];
    own[side]++;
    counts.set(motif, own);
  };
  now.forEach((motif) => count(motif, 0));
  then.forEach((motif) => count(motif, 1));
  return [...counts.values()].reduce((sum, [a, b]) => sum + a * b, 0) / now.length ** 2;
}
