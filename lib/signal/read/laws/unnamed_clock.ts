/** The law that a stated rate agrees with the clock that a table holds, also where nobody named it under `time`. */
import { InputError } from "../../../errors.ts";
import type { Columns, Table } from "../table.ts";
import { measureRate } from "./rate.ts";
import { typicalStep } from "./steps.ts";
import { secondsPerUnit } from "./time_unit.ts";

const clocks = /^(t|time|time[ _]?stamp|epoch|datetime|seconds_elapsed|elapsed)\b/i;

/** Position of a column that is a clock by its name; undefined where there is none, or several. */
export function unnamedClock({ header }: Table, taken: readonly (number | undefined)[]): number | undefined {
  const found = (header ?? []).flatMap((name, c) => clocks.test(name) && !taken.includes(c) ? [c] : []);
  return found.length === 1 ? found[0] : undefined;
}

/**
 * Compares a stated rate with the times of a column, where those tell a rate beyond doubt.
 *
 * @throws {InputError} where they differ by more than 5 %.
 */
export function checkAgainstClock(
  { time, instants, lineOf }: Columns,
  name: string,
  rate: number,
  maxGap: number,
  file: string,
): void {
  for (let i = 0; i < time.length; i++) if (!(time[i] >= (time[i - 1] ?? -Infinity))) return;
  const place = { file, row: lineOf(0) };
  let measured;
  try {
    const step = typicalStep(time);
    const unit = instants
      ? 1e-3
      : secondsPerUnit("auto", { step, first: time[0], name, rate: undefined, place });
    measured = measureRate(time.map((t) => (t - time[0]) * unit), maxGap, false, place);
  } catch (cause) {
    if (cause instanceof InputError) return;
    throw cause;
  }
  if (!Number.isFinite(measured) || Math.abs(measured / rate - 1) <= 0.05) return;
  throw new InputError(
    `Cannot use rate ${rate}: the column ${name} shows ${Number(measured.toPrecision(4))} samples a second`,
    { ...place, hint: `Correct rate, or set time: ${name}, which brings the samples to the rate.` },
  );
}
