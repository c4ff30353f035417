/** Which way round sensors were worn, by gravity: what it shows, and which recordings differ from the others. */
import type { OrientationFacts } from "../../artifacts/recording/quality.ts";
import { dataOf } from "../../artifacts/recording/lazy_recording.ts";
import type { Recording, Recordings } from "../../artifacts/recordings.ts";
import { count } from "../../text/numbers.ts";
import { accelerometerOf } from "../triads.ts";
import { gapless } from "../window/stretches.ts";

/** Mean acceleration of a sensor over a recording by its mean size: 1 where it never turns nor moves, null without one. */
export type Direction = [x: number, y: number, z: number] | null;

/** Size of a direction from which it says how the sensor was worn; and that of one that hardly ever turned. */
const clear = 0.5, steady = 0.8;
/** Whether a direction is so clear that it tells how the sensor was worn. */
export function isClear(direction: Direction): direction is NonNullable<Direction> {
  return direction !== null && sizeOf(direction) >= clear;
}

/** Fewest people, and share of them that must agree, for the others to differ from them. */
const enough = { subjects: 4, share: 0.7 };
/** Seconds of a person from which several postures are likely, and after which none turns a sensor aside any more. */
const telling = 90, longEnough = 300;
/** Degrees to the common direction within which people agree, and beyond which nobody lies or sits. */
const near = 60, reversed = 120;

/** Samples that are read at once. */
const piece = 1 << 16;

/**
 * The direction of every sensor's accelerometer in a recording.
 *
 * @param stretches `[from, to)` that are looked at, without gaps; all of the recording when left out.
 */
export function directionsOf(
  recording: Pick<Recording, "data" | "samples" | "gaps">,
  { sensors, channels, triads }: Pick<Recordings, "sensors" | "channels" | "triads">,
  stretches: readonly (readonly [from: number, to: number])[] = gapless(recording.samples, recording.gaps),
): Direction[] {
  const triad = accelerometerOf(channels, triads);
  if (triad === undefined) return sensors.map(() => null);
  const width = sensors.length * channels.length;
  const places = sensors.map((_, s) => triad.map((c) => s * channels.length + c));
  const sums = sensors.map(() => [0, 0, 0, 0]);
  for (const [from, to] of stretches) {
    for (let start = from; start < to; start += piece) {
      const end = Math.min(to, start + piece);
      const { values, first } = dataOf(recording, start, end);
      places.forEach(([x, y, z], s) => {
        const sum = sums[s];
        for (let i = (start - first) * width; i < (end - first) * width; i += width) {
          const [a, b, c] = [values[i + x], values[i + y], values[i + z]];
          sum[0] += a;
          sum[1] += b;
          sum[2] += c;
          sum[3] += Math.sqrt(a * a + b * b + c * c);
        }
      });
    }
  }
  return sums.map(([x, y, z, size]) =>
    size > 0 && Number.isFinite(size) ? [x / size, y / size, z / size] : null
  );
}

/**
 * How sensors were worn that some wore another way round than most, or that everybody wore in another way.
 *
 * Recordings are compared with the direction that most people share: more than 120° from it no posture explains. Between
 * that and 60° whole people are told, as one recording may be of somebody who lay down. A sensor turned about the
 * vertical looks the same; gravity does not show it.
 *
 * @param directions Of each recording and sensor, see {@linkcode directionsOf}.
 * @returns One entry a sensor of which something is to be said.
 */
export function judgeOrientation(
  { recordings, sensors, rate }: Pick<Recordings, "sensors" | "rate"> & {
    recordings: readonly Pick<Recording, "id" | "subject" | "samples">[];
  },
  directions: readonly Direction[][],
): OrientationFacts[] {
  return sensors.flatMap((sensor, s): OrientationFacts[] => {
    const own = recordings.flatMap(({ id, subject, samples }, i) => {
      const direction = directions[i][s];
      return isClear(direction) ? [{ id, subject, samples, direction }] : [];
    });
    const people = [...Map.groupBy(own, ({ subject }) => subject)].map(([subject, all]) => ({
      subject,
      seconds: all.reduce((sum, { samples }) => sum + samples, 0) / rate,
      direction: meanOf(all.map(({ direction }) => direction)),
    }));
    if (people.length < enough.subjects) return [];
    const shared = sharedDirection(people.map(({ direction }) => direction));
    const facts = { sensor, people: people.length, share: shared.share };
    const angles = own.map(({ id, subject, direction }) => ({
      recording: id,
      subject,
      angle: angleOf(direction, shared.direction),
    }));
    if (shared.share < enough.share) {
      // A limb that takes many postures, or a person who keeps one for a minute, shows a direction however it was worn.
      const sizes = people.filter(({ seconds }) => seconds >= telling)
        .map(({ direction }) => sizeOf(direction)).sort((a, b) => a - b);
      const told = sizes.length >= enough.subjects && sizes[sizes.length >> 1] >= steady;
      return told ? [{ ...facts, angles: angles.map((one) => ({ ...one, turned: null })) }] : [];
    }
    const wrong = new Set(angles.filter(({ angle }) => angle > reversed).map(({ subject }) => subject));
    const odd = new Map(people.flatMap(({ subject, seconds, direction }) => {
      const angle = angleOf(direction, shared.direction);
      return angle > near && seconds >= longEnough && !wrong.has(subject) ? [[subject, angle]] : [];
    }));
    if (wrong.size === 0 && odd.size === 0) return [];
    return [{
      ...facts,
      angles: angles.map((one) => ({
        ...one,
        turned: one.angle > reversed ? "recording" : odd.has(one.subject) ? "person" : null,
      })),
      turnedPeople: [...odd].map(([subject, angle]) => ({ subject, angle })),
    }];
  });
}

/** Sentences on what {@linkcode judgeOrientation} found. */
export function tellOrientation(found: readonly OrientationFacts[]): string[] {
  return found.flatMap(({ sensor, people, share, angles, turnedPeople }) => {
    if (turnedPeople === undefined) {
      return [
        `${sensor} was worn in many ways: gravity of ${Math.round(100 * share)} % of ${people} people lies ` +
        "within 60° of one direction; `rotation: 3.1` of train learns to do without it, align_gravity of load turns all alike",
      ];
    }
    const by = (angle: number) => `by about ${10 * Math.round(angle / 10)}°`;
    const list = (all: readonly { id: string; angle: number }[]) =>
      all.slice(0, 5).map(({ id, angle }) => `${id} (${by(angle)})`).join(", ") +
      (all.length > 5 ? ` and ${all.length - 5} more` : "");
    const wrong = angles.filter(({ turned }) => turned === "recording")
      .map(({ recording, angle }) => ({ id: recording, angle }));
    const odd = turnedPeople.map(({ subject, angle }) => ({ id: subject, angle }));
    return [
      ...(wrong.length === 0 ? [] : [
        `${sensor} was worn the other way round in ${
          count(wrong.length, "recording")
        }, against gravity of the other ` +
        `people: ${list(wrong)}; turn them back, leave them out, or turn all alike by align_gravity`,
      ]),
      ...(odd.length === 0 ? [] : [
        `${sensor} is turned in ${count(odd.length, "person", "people")} against the others' gravity: ${
          list(odd)
        }; ` +
        "look at how it was worn, or turn all alike by align_gravity",
      ]),
    ];
  });
}

type Vector = readonly [number, number, number];

const sizeOf = ([x, y, z]: Vector) => Math.hypot(x, y, z);
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function meanOf(all: readonly Vector[]): Vector {
  return [0, 1, 2].map((axis) => all.reduce((sum, v) => sum + v[axis], 0) / all.length) as [
    number,
    number,
    number,
  ];
}

function angleOf(a: Vector, b: Vector): number {
  const cosine = dot(a, b) / (sizeOf(a) * sizeOf(b) || 1);
  return Math.acos(Math.min(1, Math.max(-1, cosine))) * 180 / Math.PI;
}

/** The mean of the largest set of directions that lie near one of them, and its share. */
function sharedDirection(all: readonly Vector[]): { direction: Vector; share: number } {
  let best: Vector[] = [];
  for (const one of all) {
    const beside = all.filter((other) => angleOf(one, other) <= near);
    if (beside.length > best.length) best = beside;
  }
  return { direction: meanOf(best), share: best.length / all.length };
}
