/** What the columns of a table are, by what stands in them: where there is no header, or one in no language known here. */
import { parseInstant } from "../instant.ts";
import { habits, type Sample } from "./sample.ts";

/** Columns by position, counted from 1. */
export interface PlacesSeen {
  time?: number;
  label?: number;
  subject?: number;
  sensors: number[];
  leftOut: number[];
}

/** Rows for which a label or person stays at least, and most different ones. */
const steadyMarks = { rows: 8, most: 40 };

/** Whether a column goes forward nearly always, by steps that a clock could make: no counter of rows. */
function isClock(cells: readonly string[], numeric: boolean): boolean {
  const times = cells.map((cell) => numeric ? Number(cell.replace(",", ".")) : parseInstant(cell));
  if (times.some(Number.isNaN)) return false;
  let [forward, one] = [0, 0];
  for (let i = 1; i < times.length; i++) {
    if (times[i] > times[i - 1]) forward++;
    if (times[i] - times[i - 1] === 1) one++;
  }
  return forward > 0.9 * (times.length - 1) && one < 0.9 * (times.length - 1);
}

/**
 * Guesses columns by their contents: the first that goes forward is the time; of those whose few values stay for many rows,
 * the last is the label (texts before numbers) and one before it the person; the other numbers are sensors.
 */
export function lookAtContents({ cells, numeric }: Sample): PlacesSeen {
  const places = cells.map((_, c) => c);
  const kept = places.map((c) => ({ c, ...habits(cells[c]) }));
  const whole = (c: number) => numeric[c] && cells[c].every((cell) => /^-?\d+(\.0+)?$/.test(cell));
  const time = places.find((c) => isClock(cells[c], numeric[c]));
  const marks = kept.filter(({ c, distinct, run }) =>
    c !== time && (!numeric[c] || whole(c)) && distinct <= steadyMarks.most && run >= steadyMarks.rows
  );
  const several = marks.filter(({ distinct }) => distinct > 1);
  const label = (several.findLast(({ c }) => !numeric[c]) ?? several.at(-1))?.c;
  const subject = marks.findLast(({ c }) => c !== label && (label === undefined || c < label || !numeric[c]))
    ?.c;
  const taken = new Set([time, label, subject]);
  const sensors = places.filter((c) =>
    numeric[c] && !taken.has(c) && !marks.some((mark) => mark.c === c) && !isCounter(cells[c])
  );
  const from1 = (c: number) => c + 1;
  return {
    ...(time === undefined ? {} : { time: from1(time) }),
    ...(label === undefined ? {} : { label: from1(label) }),
    ...(subject === undefined ? {} : { subject: from1(subject) }),
    sensors: sensors.map(from1),
    leftOut: places.filter((c) => !taken.has(c) && !sensors.includes(c)).map(from1),
  };
}

/** What columns are whose names tell nothing. */
export interface UnnamedSeen {
  time?: string;
  label?: string;
  /** Columns whose few values stay: a label or who was recorded, which only the user can tell. */
  steady: string[];
}

/**
 * Guesses by contents among columns that are no sensors: the first that goes forward as time, a text whose few values
 * stay and come again as label. Of who was recorded and who did what, contents tell nothing for sure.
 *
 * @param names Columns to look at, of a table with a header.
 */
export function lookAtUnnamed({ header, cells, numeric }: Sample, names: readonly string[]): UnnamedSeen {
  const of = (name: string) => header!.indexOf(name);
  const time = names.find((name) => isClock(cells[of(name)], numeric[of(name)]));
  const steady = names.filter((name) => {
    const own = cells[of(name)];
    const { distinct, run } = habits(own);
    const marks = !numeric[of(name)] || own.every((cell) => /^-?\d+$/.test(cell));
    return name !== time && marks && distinct > 1 && distinct <= steadyMarks.most && run >= steadyMarks.rows;
  });
  const labels = steady.filter((name) => {
    const own = cells[of(name)].filter((cell) => cell !== "");
    const { distinct, run } = habits(own);
    return !numeric[of(name)] && distinct > 1 && own.length / run > distinct;
  });
  return {
    ...(time === undefined ? {} : { time }),
    ...(labels.length === 1 ? { label: labels[0] } : {}),
    steady: steady.filter((name) => labels.length !== 1 || name !== labels[0]),
  };
}

function isCounter(cells: readonly string[]): boolean {
  let one = 0;
  for (let i = 1; i < cells.length; i++) if (Number(cells[i]) - Number(cells[i - 1]) === 1) one++;
  return cells.length > 10 && one > 0.9 * (cells.length - 1);
}
