/** From bytes as they arrive to samples: what all formats share. */
import { InputError } from "../errors.ts";
import type { StreamEncoder } from "./encoder.ts";

/** One sample with its line or number, or the reason why there is none where one was due. */
export type Incoming =
  | { values: Float32Array; time: number | string | null; row: number; subject?: string }
  | { error: InputError; subject?: string };

/**
 * Whether a value can be one of a sample: a finite number, and none so large that sums of it overflow in float32, which
 * a maximum within the network would hide.
 *
 * ```ts
 * import { isSampleValue } from "./sample_parser.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual([9.81, 1e18, NaN, -Infinity].map(isSampleValue), [true, false, false, false]);
 * ```
 */
export function isSampleValue(value: number): boolean {
  return Math.abs(value) < 1e18;
}

/** Reads one format. */
export interface SampleParser {
  /** The samples that these bytes complete. */
  take(bytes: Uint8Array): Incoming[];
  /** The samples still held back when nothing more comes. */
  end(): Incoming[];
}

/** Which values a sample has, and what they are called. */
export interface SampleLayout {
  /** Name of the source for messages. */
  source: string;
  /** For each value of a sample `[sensors, channels]` the names it may have, the first one being the proper one. */
  names: readonly (readonly string[])[];
  /** Name of the column with the time, and of that with whose sample it is, where they are wanted. */
  time: string | null;
  subject: string | null;
}

/**
 * The layout of a network's samples. A value is called `sensor.channel` or `sensor_channel`, with a single sensor also
 * by the channel alone.
 *
 * @param given.columns The user's own names, sensor by sensor, in the model's order of channels.
 * @throws {InputError} for another number of names than values.
 */
export function sampleLayout(
  { sensors, channels }: Pick<StreamEncoder, "sensors" | "channels">,
  source: string,
  { time, subject, columns }: { time?: string; subject?: string; columns?: readonly string[] } = {},
): SampleLayout {
  const width = sensors.length * channels.length;
  if (columns !== undefined && columns.length !== width) {
    throw new InputError(
      `Cannot read samples: ${columns.length} columns are named, the model reads ${sensors.length} sensors × ` +
        `${channels.length} channels`,
      { hint: `Name ${width} columns, those of ${sensors[0]} first: ${channels.join(", ")}.` },
    );
  }
  const names = columns?.map((name) => [name]) ?? sensors.flatMap((sensor) =>
    channels.map((channel) => [
      `${sensor}.${channel}`,
      `${sensor}_${channel}`,
      ...(sensors.length === 1 ? [channel] : []),
    ])
  );
  return { source, names, time: time ?? null, subject: subject ?? null };
}

/**
 * Where the values, the time and the subject stand among the given names.
 *
 * @throws {InputError} naming what is missing, or there more than once.
 */
export function placesOf(
  layout: SampleLayout,
  given: readonly string[],
): { values: number[]; time: number; subject: number } {
  const values = layout.names.map((names) => given.findIndex((name) => names.includes(name)));
  const [time, subject] = [layout.time, layout.subject].map((name) =>
    name === null ? -1 : given.indexOf(name)
  );
  const missing = [
    ...layout.names.filter((_, i) => values[i] < 0).map(([name]) => name),
    ...[layout.time, layout.subject].filter((name) => name !== null && !given.includes(name)),
  ];
  if (missing.length > 0) {
    const some = missing.slice(0, 5).join(", ") +
      (missing.length > 5 ? ` and ${missing.length - 5} more` : "");
    throw new InputError(`Cannot read samples: there is no column ${some}`, {
      file: layout.source,
      hint: `There are ${given.slice(0, 12).join(", ")}${
        given.length > 12 ? ", …" : ""
      }. Name the columns to read.`,
    });
  }
  const wanted = [
    ...layout.names,
    ...[layout.time, layout.subject].flatMap((name) => name === null ? [] : [[name]]),
  ];
  for (const names of wanted) {
    const found = given.filter((name) => names.includes(name));
    if (found.length === 1) continue;
    throw new InputError(`Cannot read samples: several columns are ${names[0]}: ${found.join(", ")}`, {
      file: layout.source,
      hint: "Leave all but one of them out.",
    });
  }
  return { values, time, subject };
}
