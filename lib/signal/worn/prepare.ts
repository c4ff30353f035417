/** What is done to a wearer's accelerometers before anything else: calibration, and time in which they were not worn. */
import type {
  CalibrationFacts,
  DayFacts,
  NotWornFacts,
  Recording,
  Recordings,
} from "../../artifacts/recordings.ts";
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

/** Recordings of one device: of one serial number, or else of one file. */
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
  const refused = facts.filter((f) => !f.applied);
  const notes = [...Map.groupBy(refused, (f) => f.refused)].map(([why, all]) =>
    `Not calibrated (${why}): ${all.slice(0, 5).map((f) => `${f.sensor} of ${f.device}`).join(", ")}${
      all.length > 5 ? ` and ${all.length - 5} more` : ""
    }`
  );
  return { facts, notes };
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

/**
 * Finds when sensors were not worn; a recording counts as not worn while any of its sensors is not.
 *
 * @param gap Whether that time becomes gaps, in place.
 */
export function findNotWorn(set: Recordings, gap: boolean): { facts: NotWornFacts[]; notes: string[] } {
  const sensors = accelerometers(set);
  if (sensors === undefined) {
    return { facts: [], notes: [`Time that was not worn was not looked for: ${without}`] };
  }
  const facts: NotWornFacts[] = [];
  for (const r of set.recordings) {
    const found = mergeGaps(
      sensors.flatMap(({ of }) => notWorn(of(r), set.rate, gapless(r.samples, r.gaps))),
    );
    if (found.length === 0) continue;
    const samples = found.reduce((n, [a, b]) => n + b - a, 0);
    facts.push({ recording: r.id, hours: samples / set.rate / 3600, share: samples / r.samples });
    if (gap) r.gaps = mergeGaps([...r.gaps, ...found]);
  }
  const hours = facts.reduce((sum, f) => sum + f.hours, 0);
  const notes = facts.length === 0 ? [] : [
    `Not worn for ${hours.toFixed(1)} h in ${facts.length} of ${set.recordings.length} recordings${
      gap ? ", which are gaps" : ", which were kept; non_wear: gap keeps windows away from them"
    }`,
  ];
  return { facts, notes };
}

/** Hours and mean movement of every day of every subject whose recordings tell when they began. */
export function daysOf(set: Recordings): DayFacts[] {
  const sensors = accelerometers(set);
  if (sensors === undefined) return [];
  const days = new Map<string, { subject: string; day: string; samples: number; enmo: number }>();
  for (const r of set.recordings) {
    const begin = Date.parse(`${r.facts?.start}Z`) / 1000;
    if (Number.isNaN(begin)) continue;
    const { data, width, places: [x, y, z], toG } = sensors[0].of(r);
    for (const [from, to] of gapless(r.samples, r.gaps)) {
      for (let t = from; t < to;) {
        const number = Math.floor((begin + t / set.rate) / 86_400);
        const end = Math.min(to, Math.max(t + 1, Math.ceil(((number + 1) * 86_400 - begin) * set.rate)));
        const day = new Date(86_400_000 * number).toISOString().slice(0, 10);
        const key = `${r.subject}\0${day}`;
        const known = days.get(key) ?? { subject: r.subject, day, samples: 0, enmo: 0 };
        for (; t < end; t++) {
          const i = t * width;
          known.enmo += Math.max(0, Math.hypot(data[i + x], data[i + y], data[i + z]) * toG - 1);
          known.samples++;
        }
        days.set(key, known);
      }
    }
  }
  return [...days.values()].map(({ subject, day, samples, enmo }) => ({
    subject,
    day,
    hours: samples / set.rate / 3600,
    enmo: 1000 * enmo / samples,
  }));
}
