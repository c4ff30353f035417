/** What changed between two runs, in words: a task, and one ingredient of its key. */
import type { Json } from "../../artifacts/artifact.ts";
import { clip } from "../../text/clip.ts";
import type { Change, RunDiff } from "../types.ts";

/** `params.k: 12 → 8`; content ids are shortened. */
export function changeLine({ what, before, after }: Change): string {
  const show = (value: Json) => {
    if (value === null) return "nothing";
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return clip(text.replace(/\b([0-9a-f]{12})[0-9a-f]{20,}\b/g, "$1"), 60);
  };
  return `${what}: ${show(before)} → ${show(after)}`;
}

type TaskDiff = RunDiff["tasks"][number];

/** Whether a task is worth a line. */
export function hasChanged({ changes, outputs, before, after }: TaskDiff): boolean {
  return changes.length > 0 || outputs.length > 0 || before === null || after === null;
}

/** Where a task is missing, or which of its results are others. */
export function taskChange({ before, after, outputs }: TaskDiff): string {
  if (before === null) return "only in the second";
  if (after === null) return "only in the first";
  return outputs.length > 0 ? `other ${outputs.join(", ")}` : "same bytes";
}
