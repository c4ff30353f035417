/** Rows that are no samples of all sensors: readings of one sensor each, and whole bursts. */
import { burstCells } from "../bursts/burst_columns.ts";
import { InputError } from "../../../errors.ts";
import { findTriads } from "../../triads.ts";
import { habits, type Sample } from "./sample.ts";

const sensorColumn =
  /^(sensor|device|source|type|stream|signal|channel|location|position)([ _-]?(type|name|id|location))?$/i;
const instruments = /acc|gyr|mag/i;

/** One sensor of a table of readings, by what stands in a column. */
export interface ReadingsSeen {
  column: string;
  values: string[];
  columns: string[];
  /** Whether these are instruments of one sensor instead of sensors. */
  instruments: boolean;
}

/** Whether each row is a reading of one of several sensors, which a column tells. */
export function lookForReadings({ header, cells, numeric }: Sample): ReadingsSeen | undefined {
  const at = header?.findIndex((name, c) => {
    const { distinct, run } = habits(cells[c]);
    return sensorColumn.test(name.trim()) && distinct > 1 && distinct <= 12 && run < 4;
  }) ?? -1;
  if (at < 0) return undefined;
  const names = header!.filter((_, c) => numeric[c]);
  const [triad] = findTriads(names);
  if (triad === undefined) return undefined;
  const all = [...new Set(cells[at])].filter((text) => text !== "").sort();
  const own = all.filter((text) => instruments.test(text));
  return {
    column: header![at],
    values: own.length > 0 ? own.filter((text) => /acc|gyr/i.test(text)) : all,
    columns: triad.map((k) => names[k]),
    instruments: own.length > 0,
  };
}

/** Fewest samples of a row that is a burst. */
const fewest = 4;

/** Whether each row is a burst; its samples, and whether the order of its columns had to be assumed. */
export function lookForBursts(
  sample: Sample,
): { samples: number; assumed: boolean; columns: number[] } | undefined {
  const { table, header, cells, numeric, file } = sample;
  if (header === null) return undefined;
  const others = new Set(cells.flatMap((_, c) => numeric[c] ? [] : [c]));
  const stems = Map.groupBy(
    cells.map((_, c) => c).filter((c) => /\d$/.test(header[c]) || /^\d/.test(header[c])),
    (c) => header[c].replaceAll(/\d+/g, "#"),
  );
  const numbered = [...stems.values()].filter((own) => own.length >= fewest).flat();
  if (numbered.length < 3 * fewest) return undefined;
  const channels = ["x", "y", "z"];
  for (const order of [undefined, "sample"] as const) {
    try {
      const found = burstCells(table, { channels, order }, others, file.name);
      return { samples: found.length, assumed: order !== undefined, columns: found.flat() };
    } catch (cause) {
      if (!(cause instanceof InputError)) throw cause;
    }
  }
  return undefined;
}

/** Columns of 0 and 1 among these, one for each class, where in each row some are set; and whether several ever are. */
export function lookForFlags(
  { header, cells }: Sample,
  names: readonly string[],
): { columns: string[]; overlap: boolean } | undefined {
  const columns = names.filter((name) => {
    const values = new Set(cells[header!.indexOf(name)]);
    return values.size === 2 && [...values].every((v) => /^[01](\.0+)?$/.test(v));
  });
  if (columns.length < 2) return undefined;
  const places = columns.map((name) => header!.indexOf(name));
  const set = cells[0].map((_, i) => places.filter((c) => Number(cells[c][i]) === 1).length);
  return { columns, overlap: set.some((n) => n > 1) };
}
