/** What is done to a wearer's accelerometers before anything else: calibration, and time in which they were not worn. */
import type { Recording, Recordings } from "../../artifacts/recordings.ts";
import type { CalibrationFacts, DayFacts, NotWornFacts } from "../../artifacts/recording/quality.ts";
import { mergeGaps } from "../read/sample_times.ts";
import { accelerometerOf } from "../triads.ts";
import { unitFactor } from "../units.ts";
import { gapless } from "../window/stretches.ts";
import { autocalibrate, stillMoments } from "./autocalibrate.ts";
import { epochsOf, type Triad } from "./epochs.ts";
import { notWorn } from "./non_wear.ts";

/** Seconds over which a still moment is averaged. */
const momentSeconds = 10;

/** Every sensor's accelerometer; none where no triad is one, or its unit is no acceleration. */
function accelerometers(set: Recordings) {
  const triad = accelerometerOf(set.channels, set.triads);
  const toG = triad === undefined ? undefined : unitFactor(set.units[triad[0]], "g");
  if (triad === undefined || toG === undefined) return undefined;
  const width = set.sensors.length * set.channels.length;
  return set.sensors.map((sensor, s) => ({
    sensor,
    of: ({ data }: Recording): Triad => ({
      data,
      width,
      toG,
      places: triad.map((c) => s * set.channels.length + c) as [number, number, number],
    }),
  }));
}

const without =
  "no channels are an accelerometer in g, mg or m/s^2; name them acc_x, acc_y, acc_z and their units";

/** What tells recordings of one device: its serial number, or else the file. */
const deviceOf = ({ id, facts }: Recording) => String(facts?.serial ?? id.replace(/\.part\d+$/, ""));

/**
 * Corrects offset and gain of every accelerometer in place, device by device, by its still moments.
 *
 * @returns What was found for each, whether it was applied or not, and sentences on those that could not be.
 */
export function calibrateRecordings(set: Recordings): { facts: CalibrationFacts[]; notes: string[] } {
  const sensors = accelerometers(set);
  if (sensors === undefined) return { facts: [], notes: [`Nothing was calibrated: ${without}`] };
  const facts: CalibrationFacts[] = [];
  const length = Math.round(momentSeconds * set.rate);
  for (const [device, own] of Map.groupBy(set.recordings, deviceOf)) {
    for (const { sensor, of } of sensors) {
      const points = own.flatMap((r) => {
        const { mean, sd } = epochsOf(of(r), gapless(r.samples, r.gaps), length, length);
        return [...stillMoments(mean, sd)];
      });
      const { refused, ...fit } = autocalibrate(Float64Array.from(points));
      if (refused === undefined) { for (const r of own) correct(r, of(r), fit); }
      facts.push({
        device,
        sensor,
        ...fit,
        applied: refused === undefined,
        ...(refused === undefined ? {} : { refused }),
      });
    }
  }
  return { facts, notes: calibrationNotes(facts) };
}

/** Sentences on accelerometers that were left as they are. */
export function calibrationNotes(facts: readonly CalibrationFacts[]): string[] {
  const refused = facts.filter((f) => !f.applied);
  return [...Map.groupBy(refused, (f) => f.refused)].map(([why, all]) =>
    `Not calibrated (${why}): ${all.slice(0, 5).map((f) => `${f.sensor} of ${f.device}`).join(", ")}${
      all.length > 5 ? ` and ${all.length - 5} more` : ""
    }`
  );
}

function correct(
  recording: Recording,
  { data, width, places, toG }: Triad,
  { offset, gain }: Pick<CalibrationFacts, "offset" | "gain">,
): void {
  delete recording.scale;
  places.forEach((place, a) => {
    const shift = offset[a] / toG;
    for (let i = place; i < data.length; i += width) data[i] = (data[i] + shift) * gain[a];
  });
}

/** Stretches `[from, to)` of samples by id of recording. */
export type Stretches = ReadonlyMap<string, readonly [number, number][]>;

/**
 * Finds when sensors were not worn; a recording counts as not worn while any of its sensors is not.
 *
 * @param gap Whether that time becomes gaps, in place.
 */
export function findNotWorn(
  set: Recordings,
  gap: boolean,
): { facts: NotWornFacts[]; stretches: Stretches; notes: string[] } {
  const sensors = accelerometers(set);
  const stretches = new Map<string, [number, number][]>();
  if (sensors === undefined) {
    return { facts: [], stretches, notes: [`Time that was not worn was not looked for: ${without}`] };
  }
  const facts: NotWornFacts[] = [];
  for (const r of set.recordings) {
    const found = mergeGaps(
      sensors.flatMap(({ of }) => notWorn(of(r), set.rate, gapless(r.samples, r.gaps))),
    );
    if (found.length === 0) continue;
    stretches.set(r.id, found);
    const samples = found.reduce((n, [a, b]) => n + b - a, 0);
    facts.push({ recording: r.id, hours: samples / set.rate / 3600, share: samples / r.samples });
    if (gap) r.gaps = mergeGaps([...r.gaps, ...found]);
  }
  return { facts, stretches, notes: notWornNotes(facts, set.recordings.length, gap) };
}

/** A sentence on time without a wearer, where there was some. @param count Recordings in all. */
export function notWornNotes(facts: readonly NotWornFacts[], count: number, gap: boolean): string[] {
  const hours = facts.reduce((sum, f) => sum + f.hours, 0);
  return facts.length === 0 ? [] : [
    `Not worn for ${hours.toFixed(1)} h in ${facts.length} of ${count} recordings${
      gap ? ", which are gaps" : ", which were kept; non_wear: gap keeps windows away from them"
    }`,
  ];
}

/**
 * Hours and mean movement of every day of every subject whose recordings tell when they began.
 *
 * @param notWorn Stretches in which nobody wore the sensor, where they were looked for: they count as hours apart, and their
 *   movement not at all.
 */
export function daysOf(set: Recordings, notWorn?: Stretches): DayFacts[] {
  const sensors = accelerometers(set);
  if (sensors === undefined) return [];
  const days: DayFacts[] = [];
  for (const r of set.recordings) {
    const begin = Date.parse(`${r.facts?.start}Z`) / 1000;
    if (Number.isNaN(begin)) continue;
    const { data, width, places: [x, y, z], toG } = sensors[0].of(r);
    const off = notWorn?.get(r.id) ?? [];
    for (const [from, to] of gapless(r.samples, mergeGaps([...r.gaps, ...off]))) {
      for (const { day, start, end } of pieces(from, to, begin, set.rate)) {
        let enmo = 0;
        for (let t = start; t < end; t++) {
          const i = t * width;
          const [a, b, c] = [data[i + x], data[i + y], data[i + z]];
          enmo += Math.max(0, Math.sqrt(a * a + b * b + c * c) * toG - 1);
        }
        const samples = end - start;
        days.push({ subject: r.subject, day, hours: samples / set.rate / 3600, enmo: 1000 * enmo / samples });
      }
    }
    for (const { day, start, end } of off.flatMap(([a, b]) => pieces(a, b, begin, set.rate))) {
      days.push({
        subject: r.subject,
        day,
        hours: 0,
        enmo: 0,
        notWornHours: (end - start) / set.rate / 3600,
      });
    }
  }
  return sumDays(days, notWorn !== undefined);
}

/** A stretch of samples cut at midnights. @param begin Seconds since 1970 of the first sample. */
function pieces(
  from: number,
  to: number,
  begin: number,
  rate: number,
): { day: string; start: number; end: number }[] {
  const found: { day: string; start: number; end: number }[] = [];
  for (let start = from; start < to;) {
    const number = Math.floor((begin + start / rate) / 86_400);
    const end = Math.min(to, Math.max(start + 1, Math.ceil(((number + 1) * 86_400 - begin) * rate)));
    found.push({ day: new Date(86_400_000 * number).toISOString().slice(0, 10), start, end });
    start = end;
  }
  return found;
}

/**
 * Parts of days as whole days, in the order of subjects and days.
 *
 * @param worn Whether time without a wearer was looked for.
 */
export function sumDays(parts: readonly DayFacts[], worn: boolean): DayFacts[] {
  const days = [...Map.groupBy(parts, ({ subject, day }) => `${subject}\0${day}`).values()].map((own) => {
    const [{ subject, day }] = own;
    const hours = own.reduce((sum, d) => sum + d.hours, 0);
    const enmo = own.reduce((sum, d) => sum + d.hours * d.enmo, 0);
    const off = own.reduce((sum, d) => sum + (d.notWornHours ?? 0), 0);
    return {
      subject,
      day,
      hours,
      enmo: hours === 0 ? 0 : enmo / hours,
      ...(worn ? { notWornHours: off } : {}),
    };
  });
  return days.sort((a, b) => a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : a.day < b.day ? -1 : 1);
}
