/** What `train` takes where nothing was asked for and the data decide; docs/defaults.md has what each choice is worth. */
import type { Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { levelsForClasses } from "../../fsq/levels_for_classes.ts";
import { peopleOf } from "../../metrics/calibration/temperature_for_others.ts";

/** The levels that were asked for, or those that suit the number of classes. @param log Told what was chosen. */
export function levelsOf(
  asked: number[] | null | undefined,
  classes: number,
  log: (text: string) => void,
): number[] | null {
  if (asked !== undefined) return asked;
  const levels = levelsForClasses(classes);
  log(`Levels [${levels.join(", ")}], which suit ${classes} classes`);
  return levels;
}

/** Epochs of a large set and of the smallest, and the steps that no set should have fewer of. */
const [usualEpochs, mostEpochs, fewestUpdates] = [25, 250, 1000];

/** The epochs that were asked for, or as many as make enough steps: a small set has few in each. */
export function epochsOf(asked: number | undefined, windows: number, batch: number): number {
  const enough = Math.ceil(fewestUpdates / Math.ceil(windows / batch));
  return asked ?? Math.min(mostEpochs, Math.max(usualEpochs, enough));
}

/** Fewest people by whom an epoch is chosen. */
const fewestJudges = 3;

/**
 * Which epoch is kept: one or two people choose by chance, and those without labels do not choose. Where parts share
 * their people, they judge themselves.
 *
 * @param rows Windows that validate, all with labels.
 */
export const keptOf = (
  { sharesSubjects }: Pick<Split, "sharesSubjects">,
  windows: Pick<Windows, "recording" | "recordings">,
  rows: Int32Array,
): "best" | "last" => sharesSubjects || peopleOf(windows, rows) >= fewestJudges ? "best" : "last";

/** Fewest steps of time that a maximum leaves. */
const fewestSteps = 4;

/**
 * Maxima over time after the convolutions: of four steps after the first, of two after all others but the last, of fewer
 * where little time is left.
 *
 * @param length Samples that the network sees.
 */
export function poolsOf(asked: number[] | undefined, convolutions: number, length: number): number[] {
  if (asked !== undefined) return asked;
  let left = length;
  return Array.from({ length: convolutions }, (_, i) => {
    const wanted = i === convolutions - 1 ? [] : i === 0 ? [4, 2] : [2];
    const pool = wanted.find((pool) => Math.floor(left / pool) >= fewestSteps) ?? 1;
    left = Math.floor(left / pool);
    return pool;
  });
}
