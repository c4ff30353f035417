/** Whether judged windows are held out from what was fitted. */
import type { Model } from "../../artifacts/model.ts";
import type { HeldOut } from "../../artifacts/readiness.ts";
import { Part, type Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import type { Judged } from "./judged.ts";

/**
 * Counts the judged windows that something was fitted on or stopped by: those of the training and validation part of the
 * split, and those of people in the model's own training part, unless the model says that it comes from other recordings.
 */
export function heldOutFacts(
  { recording, recordings }: Windows,
  split: Split,
  judged: Judged,
  model?: Pick<Model, "training">,
): HeldOut {
  const { training } = model ?? {};
  const elsewhere = training?.data !== undefined && training.data !== recordings.source.name;
  const shares = split.sharesSubjects;
  // Where people are in several parts by rule, that is told once, not by their windows.
  const known = new Set(shares || elsewhere || training?.data === undefined ? [] : training.subjects);
  const fitted = (row: number) =>
    split.part[row] === Part.train || split.part[row] === Part.validation ||
    known.has(recordings.recordings[recording[row]].subject);
  return {
    leaks: split.leaks,
    sharesSubjects: shares && !elsewhere,
    judged: judged.rows.length,
    trained: elsewhere ? 0 : judged.rows.reduce((n, row) => n + (fitted(row) ? 1 : 0), 0),
    subjects: judged.subjects,
  };
}
