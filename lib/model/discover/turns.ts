/** How far the windows of each sensor are turned before teachers and student see them. */
import type { TurnedSensor } from "../../artifacts/model.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { directionsOf, judgeOrientation } from "../../signal/worn/orientation.ts";

/** Radians by sensor. */
export interface Turns {
  teachers: number[];
  student: number[];
  /** Sensors that are turned any way round without having been asked to be, as people wore them in many ways. */
  anyWay: TurnedSensor[];
}

/** Radians that the student's windows are turned by at most where people wore a sensor alike. */
const usual = 0.8;

/**
 * Radians that a window is turned by at most before a teacher sees it, where people wore its sensor alike: of more,
 * codes forget which way a body leans, and few labels tell sitting from standing less well.
 */
const mostTaught = 0.3;

/**
 * A sensor that the people of the windows `rows` wore in many ways is turned any way round, for teachers too: what a code
 * says of its tilt would hold for nobody else. Gravity tells, no label does.
 *
 * @param given Radians for all sensors, of which teachers see no more than is good for them.
 */
export function turnsOf(windows: Windows, rows: ArrayLike<number>, given?: number): Turns {
  const { recordings, ...set } = windows.recordings;
  const seen = [...Map.groupBy(Array.from(rows), (row) => windows.recording[row])];
  const directions = seen.map(([number, own]) =>
    directionsOf(recordings[number], set, covered(windows, own))
  );
  const found = judgeOrientation(
    { recordings: seen.map(([number]) => recordings[number]), ...set },
    directions,
  )
    .flatMap(({ sensor, people, share, turnedPeople }) =>
      turnedPeople === undefined ? [{ sensor, people, share }] : []
    );
  const manyWays = new Set(found.map(({ sensor }) => sensor));
  const student = set.sensors.map((sensor) => given ?? (manyWays.has(sensor) ? Math.PI : usual));
  const teachers = set.sensors.map((sensor, s) =>
    manyWays.has(sensor) ? student[s] : Math.min(student[s], mostTaught)
  );
  return { teachers, student, anyWay: given === undefined ? found : [] };
}

/** Stretches of a recording that windows of it cover, `[from, to)`. */
function covered({ start, length }: Windows, rows: readonly number[]): [from: number, to: number][] {
  const stretches: [number, number][] = [];
  for (const from of rows.map((row) => start[row]).sort((a, b) => a - b)) {
    const last = stretches.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = from + length;
    else stretches.push([from, from + length]);
  }
  return stretches;
}
