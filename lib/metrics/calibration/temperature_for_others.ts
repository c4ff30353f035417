/** The temperature that people who were not asked are given, fitted on a few who were. */
import type { Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { fitTemperature } from "./temperature.ts";

/**
 * A temperature of `people`, drawn towards 1: its logarithm counts `people / (people + 1)`, as if one more person had
 * needed none. People differ: on UMAFall the temperature of one person raised the likelihood loss of the others in four
 * of five draws, on SP+SW it lowered it in nearly every one. Drawn towards 1 it costs the first a quarter of what it
 * cost, and gives the second four fifths of what it gave (docs/defaults.md).
 *
 * ```ts
 * import { drawnToOne } from "./temperature_for_others.ts";
 * import assert from "node:assert/strict";
 * assert.equal(drawnToOne(4, 1), 2);
 * assert.equal(drawnToOne(1, 7), 1);
 * assert.equal(drawnToOne(4, Infinity), 4);
 * ```
 */
export function drawnToOne(temperature: number, people: number): number {
  return people === Infinity ? temperature : temperature ** (people / (people + 1));
}

/** How many people these windows are of. */
export function peopleOf(
  { recording, recordings }: Pick<Windows, "recording" | "recordings">,
  rows: Int32Array,
): number {
  return new Set(Array.from(rows, (row) => recordings.recordings[recording[row]].subject)).size;
}

/**
 * The temperature for whom a model will be used on; 1 where nobody validates.
 *
 * Where parts share their people, those of the validation part are whom it is used on, and nothing is drawn to 1.
 *
 * @param logits `[rows, classes]` of the validation rows.
 * @param truth Class of each of them.
 */
export function temperatureForOthers(
  windows: Pick<Windows, "recording" | "recordings">,
  split: Pick<Split, "sharesSubjects">,
  rows: Int32Array,
  logits: Float32Array,
  truth: Int32Array,
  classes: number,
): number {
  if (rows.length === 0) return 1;
  const { temperature } = fitTemperature(logits, truth, classes);
  return drawnToOne(temperature, split.sharesSubjects ? Infinity : peopleOf(windows, rows));
}
