/** Loggers of one body as sensors of one recording, on the clock of the first. */
import type { Recording, Recordings } from "../../../artifacts/recordings.ts";
import type { ClockFacts } from "../../../artifacts/recording/quality.ts";
import { InputError } from "../../../errors.ts";
import { mergeGaps } from "../sample_times.ts";
import { count } from "../../../text/numbers.ts";
import { accelerometerOf } from "../../triads.ts";
import { type ClockFit, compareRate, fitClocks, type Magnitudes } from "./drift.ts";
import { type Events, fitEvents, type Span } from "./events.ts";

/** The recordings of one sensor, with what tells which belong together. */
export interface SensorSet {
  set: Recordings;
  keyOf(id: string): string;
}

const startOf = ({ facts }: Recording) => Date.parse(`${facts?.start}Z`) / 1000;

/** Magnitudes of acceleration, each the mean of the samples of its time. */
function magnitudesOf(recording: Recording, { rate, channels, triads }: Recordings): Magnitudes | undefined {
  const triad = accelerometerOf(channels, triads);
  if (triad === undefined) return undefined;
  const { data, samples, gaps } = recording;
  const [sum, counts] = [0, 1].map(() => new Float64Array(Math.floor(samples / rate * compareRate)));
  const width = channels.length;
  for (let t = 0; t < samples; t++) {
    const k = Math.floor(t / rate * compareRate);
    if (k >= sum.length) break;
    const i = t * width;
    const [x, y, z] = [data[i + triad[0]], data[i + triad[1]], data[i + triad[2]]];
    sum[k] += Math.sqrt(x * x + y * y + z * z);
    counts[k]++;
  }
  const values = sum.map((v, k) => v / counts[k]);
  for (const [a, b] of gaps) {
    values.fill(NaN, Math.floor(a / rate * compareRate), Math.ceil(b / rate * compareRate));
  }
  return { values, begin: startOf(recording) };
}

/** Where the other's sample for the first one's sample 0 lies, and how many of its samples pass for each of the first. */
function placeOf(first: Recording, other: Recording, rate: number, { offset, drift }: ClockFit) {
  return { at: (startOf(first) + offset - startOf(other)) * rate, step: 1 + drift };
}

/**
 * Joins the recordings of all sensors that belong together and share time; labels, subject and facts are the first one's.
 * Samples of the others are interpolated linearly at the first one's times.
 *
 * @param align Seconds by which clocks may differ at first, to compare movement; or events, by which they may differ by any
 *   time; undefined to believe clocks.
 * @param least Seconds that a recording must have.
 * @returns The set, what was found on each other clock, and sentences on it.
 * @throws {InputError} where nothing belongs together.
 */
export function joinSensors(
  sensors: readonly SensorSet[],
  align: number | Events | undefined,
  least: number,
): { set: Recordings; clocks: ClockFacts[]; notes: string[] } {
  const [{ set: leading, keyOf }, ...others] = sensors;
  const { rate } = leading;
  const clocks: ClockFacts[] = [];
  const notes: string[] = [];
  const bodies = new Set(leading.recordings.map(({ id }) => plain(keyOf(id)))).size;
  const recordings = leading.recordings.flatMap((first): Recording[] => {
    const found = others.map(({ set, keyOf: key }) =>
      partner(first, keyOf(first.id), set, key, typeof align === "object" ? anyTime : align ?? 0)
    );
    if (found.some((own) => own === undefined)) {
      notes.push(`${first.id} was left out: no file of each sensor shares time with it`);
      return [];
    }
    const fits = (found as Recording[]).map((own, s) => {
      const { set } = others[s];
      if (align === undefined) return believed;
      const fit = typeof align === "object"
        ? fitEvents(
          align,
          plain(keyOf(first.id)),
          spanOf(first, rate),
          spanOf(own, set.rate),
          [0, s + 1],
          bodies,
        )
        : byMovement(first, leading, own, set, align);
      clocks.push({
        recording: keyOf(first.id),
        sensor: set.sensors[0],
        against: leading.sensors[0],
        by: typeof align === "object" ? "events" : "movement",
        ...told(fit),
      });
      return fit.refused === undefined ? fit : believed;
    });
    const joined = join(first, found as Recording[], fits, sensors.map(({ set }) => set));
    if (joined.samples >= Math.max(2, least * rate)) return [{ ...joined, id: keyOf(first.id) }];
    notes.push(`${first.id} was left out: its sensors share less than ${least} s`);
    return [];
  });
  if (recordings.length === 0) {
    throw new InputError("Cannot join sensors: no recordings of all of them share time", {
      hint: notes[0] ?? "Names of files that belong together must be equal without the sensors' patterns.",
    });
  }
  notes.push(...clockNotes(clocks));
  const set = { ...leading, sensors: sensors.map(({ set }) => set.sensors[0]), recordings };
  return { set, clocks, notes };
}

/** Seconds by which a clock that was never set may be wrong. */
const anyTime = 1e10;

/** A recording's id without the number of its part. */
const plain = (id: string) => id.replace(/\.part\d+$/, "");

const spanOf = (r: Recording, rate: number): Span => ({
  id: r.id,
  begin: startOf(r),
  seconds: r.samples / rate,
});

/** @throws {InputError} where nothing measured movement. */
function byMovement(
  first: Recording,
  leading: Recordings,
  other: Recording,
  set: Recordings,
  farthest: number,
): ClockFit {
  const [a, b] = [magnitudesOf(first, leading), magnitudesOf(other, set)];
  if (a !== undefined && b !== undefined) return fitClocks(a, b, farthest);
  throw new InputError("Cannot align clocks: no channels are an accelerometer", { file: first.id });
}

const believed: ClockFit = { offset: 0, drift: 0, windows: 0, looked: 0, spread: 0 };
const told = ({ offset, drift, spread, ...rest }: ClockFit) => ({
  ...rest,
  offset,
  ppm: 1e6 * drift,
  spread,
  applied: rest.refused === undefined,
});

function clockNotes(clocks: readonly ClockFacts[]): string[] {
  return clocks.map((c) =>
    c.applied
      ? `Clock of ${c.sensor} against ${c.against} in ${c.recording}: ${
        c.offset.toFixed(3)
      } s ahead at first, ${c.ppm.toFixed(1)} ppm fast, by ${
        c.by === "events" ? count(c.windows, "event") : `${c.windows} of ${c.looked} windows`
      }`
      : `Clock of ${c.sensor} in ${c.recording} was believed: ${c.refused}`
  );
}

/** The recording of the same body that shares most time. */
function partner(
  first: Recording,
  key: string,
  { recordings, rate }: Recordings,
  keyOf: (id: string) => string,
  slack: number,
): Recording | undefined {
  const shared = (r: Recording) =>
    Math.min(startOf(r) + r.samples / rate, startOf(first) + first.samples / rate) -
    Math.max(startOf(r), startOf(first)) + slack;
  return recordings.filter((r) => plain(keyOf(r.id)) === plain(key) && shared(r) > 0)
    .sort((a, b) => shared(b) - shared(a))[0];
}

function join(
  first: Recording,
  others: readonly Recording[],
  fits: readonly ClockFit[],
  sets: readonly Recordings[],
): Recording {
  const { rate, channels: { length: width } } = sets[0];
  const places = others.map((own, s) => placeOf(first, own, rate, fits[s]));
  const from = Math.max(0, ...places.map(({ at, step }) => Math.ceil(-at / step)));
  const last = Math.min(
    first.samples - 1,
    ...places.map(({ at, step }, s) => Math.floor((others[s].samples - 1 - at) / step)),
  );
  const length = Math.max(0, last - from + 1);
  const total = width * sets.length;
  const data = new Float32Array(length * total);
  const gaps: [number, number][] = [];
  const addGap = (a: number, b: number) => {
    const [start, end] = [Math.max(0, a - from), Math.min(length, b - from)];
    if (start < end) gaps.push([start, end]);
  };
  for (let t = 0; t < length; t++) {
    for (let c = 0; c < width; c++) data[t * total + c] = first.data[(t + from) * width + c];
  }
  for (const [a, b] of first.gaps) addGap(a, b);
  for (const [s, own] of others.entries()) {
    const { at, step } = places[s];
    for (let t = 0; t < length; t++) {
      const place = Math.min(own.samples - 1, Math.max(0, at + (t + from) * step));
      const k = Math.min(own.samples - 2, Math.floor(place));
      const share = place - k;
      for (let c = 0; c < width; c++) {
        const a = own.data[k * width + c];
        data[t * total + (s + 1) * width + c] = a + (own.data[(k + 1) * width + c] - a) * share;
      }
    }
    // A tick between two samples touches a gap where one of them lies in it.
    for (const [a, b] of own.gaps) addGap(Math.floor((a - 1 - at) / step) + 1, Math.ceil((b - at) / step));
  }
  const begin = startOf(first) + from / rate;
  const { scale: _, ...rest } = first;
  return {
    ...rest,
    samples: length,
    data,
    labels: first.labels.slice(from, from + length),
    gaps: mergeGaps(gaps),
    facts: { ...first.facts, start: new Date(1000 * begin).toISOString().replace("Z", "") },
  };
}
