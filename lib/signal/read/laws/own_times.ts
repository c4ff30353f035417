/** The law that samples are placed by times of their own, where a table has a time column for each signal. */
import { InputError } from "../../../errors.ts";
import type { Place } from "./place.ts";

/** A name as it was before a program made it unique. */
const plain = (name: string) => name.replace(/[._]\d+$/, "");

/**
 * Refuses sensor columns before which another time column of the same name stands than the one that is read.
 *
 * @param sample First rows; where they show the same times, both columns are one clock.
 * @throws {InputError} naming column and its own time column.
 */
export function refuseForeignTimes(
  header: readonly string[] | null,
  time: number | undefined,
  values: readonly number[],
  place: Place,
  sample: readonly (readonly string[])[] = [],
): void {
  if (header === null || time === undefined) return;
  const times = header.flatMap((name, c) => plain(name) === plain(header[time]) ? [c] : []);
  if (times.length < 2) return;
  for (const c of values) {
    const own = times.findLast((t) => t < c);
    if (own === undefined || own === time) continue;
    // Programs that write a time column for each channel repeat those of one sensor.
    if (sample.length > 1 && sample.every((row) => row[own] === row[time])) continue;
    const group = values.filter((v) => times.findLast((t) => t < v) === own);
    throw new InputError(
      `Cannot use time: ${header[c]} has a time column of its own, column ${own + 1} (${
        header[own]
      }); column ${time + 1} is another signal's`,
      {
        ...place,
        hint: group.length === values.length
          ? `Set time: ${own + 1}.`
          : `Read the signals of each time column apart: sensors: { all: [{ time: ${own + 1}, columns: [${
            c + 1
          }] }, …] }, by position.`,
      },
    );
  }
}
