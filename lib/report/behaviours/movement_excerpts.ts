/** Stretches of signal around the bouts of each behaviour: what its movement looks like. */
import type { Behaviours, Bout } from "../../artifacts/behaviours.ts";
import { readRecordingsIndex, type RecordingsIndex } from "../../artifacts/recordings.ts";
import { StoredRows } from "../../artifacts/recording_rows.ts";
import { quantile } from "../../metrics/statistics/summary.ts";

/** One value of a trace: seconds from its start or from the onset, and one number a channel. */
export interface TracePoint {
  time: number;
  values: number[];
}

/** Median and spread of a channel at one moment around the onset. */
export interface SpreadPoint {
  time: number;
  low: number;
  median: number;
  high: number;
}

/** A bout from its middle. */
export interface Example {
  recording: string;
  subject: string;
  points: TracePoint[];
}

/** What one behaviour looks like, by the shown channels. */
export interface Movement {
  id: number;
  /** Bouts that the onset rests on, and their subjects. */
  bouts: number;
  subjects: number;
  /** `[channels][points]` around the start of bouts; empty where no bout's start was seen with its surroundings. */
  onset: SpreadPoint[][];
  examples: Example[];
}

/** Signals of all behaviours. */
export interface Movements {
  /** What is shown: the first triad of each sensor, else its first three channels. */
  shown: { sensor: number; channel: number; name: string; unit: string }[];
  sensors: string[];
  /** Seconds before and after an onset; their sum is the length of an example. */
  before: number;
  after: number;
  origin: RecordingsIndex["origin"];
  movements: Movement[];
}

/** Settings of {@linkcode readMovements}. */
export interface MovementOptions {
  /** Seconds of an example; a quarter of it lies before an onset. @default 4 */
  seconds?: number;
  /** Bouts of one subject that an onset rests on at most. @default 20 */
  boutsEach?: number;
  /** Bouts that an onset rests on at most, evenly over the subjects: more would not move a median that is seen. @default 2000 */
  boutsInAll?: number;
  /** Examples of a behaviour, each of another subject. @default 3 */
  examples?: number;
  /** Subjects whose examples are wanted first, e.g. the held-out ones. */
  first?: readonly string[];
}

/** Points of a trace; more would not be seen at its width. */
const POINTS = 80;

/** One stretch to be read. */
interface Wanted {
  movement: Movement;
  bout: Bout;
  /** First sample. */
  from: number;
  example: boolean;
}

/**
 * Reads what each behaviour looks like, one recording at a time.
 *
 * @param dir Folder of the Recordings that the bouts belong to.
 */
export async function readMovements(
  dir: string,
  { names, bouts }: Pick<Behaviours, "names" | "bouts">,
  { seconds = 4, boutsEach = 20, boutsInAll = 2000, examples = 3, first = [] }: MovementOptions = {},
): Promise<Movements> {
  const index = await readRecordingsIndex(dir);
  const { rate, sensors } = index;
  const span = Math.max(2, Math.round(seconds * rate)), lead = Math.round(span / 4);
  const shown = shownChannels(index);
  const points = Math.min(POINTS, span);
  const times = Array.from(
    { length: points },
    (_, p) => Math.round(p * (span - 1) / Math.max(1, points - 1)),
  );
  const fromOnset = times.map((t) => t / rate - lead / rate);
  const samples = new Map(index.recordings.map((r) => [r.id, r.samples]));
  const inside = ({ recording }: Bout, from: number) =>
    from >= 0 && from + span <= (samples.get(recording) ?? 0);
  const wanted: Wanted[] = [];
  const movements = names.map((_, id): Movement => {
    const own = bouts.filter((bout) => bout.label === id);
    const starts = own.flatMap((bout) => {
      const from = Math.round(bout.start * rate) - lead;
      return bout.censoredLeft || !inside(bout, from) ? [] : [{ bout, from }];
    });
    const people = [...Map.groupBy(starts, ({ bout }) => bout.subject).values()];
    const used = spread(people.flatMap((list) => spread(list, boutsEach)), boutsInAll);
    const subjects = new Set(used.map(({ bout }) => bout.subject)).size;
    const movement = { id, bouts: used.length, subjects, onset: [], examples: [] };
    for (const { bout, from } of used) wanted.push({ movement, bout, from, example: false });
    for (const bout of longestBySubject(own, first).slice(0, examples)) {
      const middle = Math.round((bout.start + bout.end) / 2 * rate - span / 2);
      const from = Math.max(0, Math.min(middle, (samples.get(bout.recording) ?? 0) - span));
      if (inside(bout, from)) wanted.push({ movement, bout, from, example: true });
    }
    return movement;
  });
  const traces = new Map<Movement, Float32Array[]>(movements.map((movement) => [movement, []]));
  const rows = new StoredRows(dir);
  const byRecording = Map.groupBy(wanted, ({ bout }) => bout.recording);
  for (const entry of index.recordings) {
    const stretches = byRecording.get(entry.id);
    if (stretches === undefined) continue;
    for (const { movement, bout, from, example } of stretches) {
      const values = trace(rows.samples(entry, index, from, from + span), times, index, shown);
      if (!example) traces.get(movement)!.push(values);
      else {
        movement.examples.push({
          recording: bout.recording,
          subject: bout.subject,
          points: pointsOf(values, times, index),
        });
      }
    }
  }
  for (const [movement, list] of traces) {
    if (list.length > 0) movement.onset = shown.map((_, c) => spreadOf(list, c, shown.length, fromOnset));
  }
  return {
    shown,
    sensors,
    before: lead / rate,
    after: (span - lead) / rate,
    origin: index.origin,
    movements: movements.filter(({ onset, examples }) => onset.length > 0 || examples.length > 0),
  };
}

function shownChannels({ sensors, channels, units, triads }: RecordingsIndex): Movements["shown"] {
  const picked = triads[0] ?? channels.map((_, c) => c).slice(0, 3);
  return sensors.flatMap((_, sensor) =>
    picked.map((channel) => ({ sensor, channel, name: channels[channel]!, unit: units[channel] ?? "" }))
  );
}

/** At most `most` of the list, evenly over it. */
function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.floor((i + 0.5) * list.length / most)]!);
}

/** The longest bout of each subject, longest first; wanted subjects before others. */
function longestBySubject(bouts: readonly Bout[], first: readonly string[]): Bout[] {
  const longest = new Map<string, Bout>();
  for (const bout of bouts) {
    if (bout.duration > (longest.get(bout.subject)?.duration ?? 0)) longest.set(bout.subject, bout);
  }
  const rank = ({ subject }: Bout) => first.includes(subject) ? 0 : 1;
  return [...longest.values()].sort((a, b) => rank(a) - rank(b) || b.duration - a.duration);
}

/** Values of the shown channels at `times`, in samples, one moment after the other: as objects, thousands would not fit. */
function trace(
  data: Float32Array,
  times: readonly number[],
  { sensors, channels }: RecordingsIndex,
  shown: Movements["shown"],
): Float32Array {
  const width = sensors.length * channels.length;
  return Float32Array.from(
    times.flatMap((t) =>
      shown.map(({ sensor, channel }) => data[t * width + sensor * channels.length + channel]!)
    ),
  );
}

function pointsOf(values: Float32Array, times: readonly number[], { rate }: RecordingsIndex): TracePoint[] {
  const width = values.length / times.length;
  return times.map((t, p) => ({ time: t / rate, values: [...values.subarray(p * width, (p + 1) * width)] }));
}

/** Spread of channel `c` of `width` at each of `times`, in seconds. */
function spreadOf(
  traces: readonly Float32Array[],
  c: number,
  width: number,
  times: readonly number[],
): SpreadPoint[] {
  return times.map((time, p) => {
    const values = traces.map((values) => values[p * width + c]!).filter(Number.isFinite);
    const at = (share: number) => values.length === 0 ? NaN : quantile(values, share);
    return { time, low: at(0.1), median: at(0.5), high: at(0.9) };
  });
}
