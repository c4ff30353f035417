/** Names of behaviours as a form, and what was filled in as a names file. */
import type { Behaviours } from "../../artifacts/behaviours.ts";
import { formatNames, type NamesFile, parseNames } from "../../temporal/names_file.ts";

/**
 * A names file with what a form says: fields `name`, `color` and `note` of each key. What tells which behaviour is meant
 * stays as it is.
 *
 * @throws {InputError} for a behaviour without name, two of one name, or what is no colour.
 */
export function filledIn(file: NamesFile, form: FormData): string {
  const keys = Object.keys(file.behaviours);
  const field = (name: string, i: number) => {
    const value = form.get(`${name}-${i}`);
    return typeof value === "string" ? value.trim() : "";
  };
  const behaviours = keys.map((key, i) => {
    const { color: _color, note: _note, ...kept } = file.behaviours[key]!;
    // The field of a colour has always one; a box tells whether it is meant.
    const color = form.get(`colored-${i}`) === null ? "" : field("color", i);
    const note = field("note", i);
    return [key, {
      ...kept,
      name: field("name", i),
      ...(color === "" ? {} : { color }),
      ...(note === "" ? {} : { note }),
    }];
  });
  const text = formatNames({ ...file, behaviours: Object.fromEntries(behaviours) });
  parseNames(text);
  return text;
}

/** Seconds of each behaviour, by id. */
export function secondsOf({ names, bouts }: Behaviours): number[] {
  const seconds = names.map(() => 0);
  for (const { label, duration } of bouts) if (label >= 0) seconds[label] = seconds[label]! + duration;
  return seconds;
}
