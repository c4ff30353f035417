/** Which windows come before and after each other, and which belong together. */
import type { Windows } from "../../artifacts/windows.ts";
import { restrict, stretchesOf } from "../../temporal/stretches.ts";

/** Windows that are learnt from, by their position among `rows`. */
export interface Sequence {
  /** Window numbers, ascending. */
  rows: Int32Array;
  /** Position of the window before and after in the same stretch; its own where there is none. */
  before: Int32Array;
  after: Int32Array;
  /** Positions of windows that have one after them. */
  followed: Int32Array;
}

/** The windows for which `wanted` holds with their neighbours in time, never across a recording or gap. */
export function sequenceOf(windows: Windows, wanted: (window: number) => boolean): Sequence {
  const rows: number[] = [], before: number[] = [], after: number[] = [], followed: number[] = [];
  for (const { from, to } of restrict(stretchesOf(windows), wanted)) {
    for (let row = from; row < to; row++) {
      const at = rows.push(row) - 1;
      before.push(row > from ? at - 1 : at);
      after.push(row + 1 < to ? at + 1 : at);
      if (row + 1 < to) followed.push(at);
    }
  }
  return {
    rows: Int32Array.from(rows),
    before: Int32Array.from(before),
    after: Int32Array.from(after),
    followed: Int32Array.from(followed),
  };
}

/** Groups within which everything is centred. */
export interface Groups {
  by: "recording" | "subject";
  /** Group of each position. */
  of: Int32Array;
  /** Positions by group. */
  members: Int32Array[];
}

/** The groups of the windows `rows`, numbered in order of appearance. */
export function groupsBy(windows: Windows, rows: Int32Array, by: Groups["by"]): Groups {
  const { recordings } = windows.recordings;
  const numbers = new Map<string, number>();
  const of = Int32Array.from(rows, (row) => {
    const recording = windows.recording[row];
    const name = by === "subject" ? recordings[recording].subject : String(recording);
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    return numbers.get(name)!;
  });
  const members = Array.from({ length: numbers.size }, (): number[] => []);
  of.forEach((group, i) => members[group].push(i));
  return { by, of, members: members.map((list) => Int32Array.from(list)) };
}
