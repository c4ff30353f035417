/** What the columns of a table without header are, by what stands in them. */
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
const steady = { rows: 8, most: 40 };

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
    c !== time && (!numeric[c] || whole(c)) && distinct <= steady.most && run >= steady.rows
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

function isCounter(cells: readonly string[]): boolean {
  let one = 0;
  for (let i = 1; i < cells.length; i++) if (Number(cells[i]) - Number(cells[i - 1]) === 1) one++;
  return cells.length > 10 && one > 0.9 * (cells.length - 1);
}
