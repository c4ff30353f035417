/** Samples that are read when they are looked at, so that a study may be larger than memory. */

/** Bytes of samples and labels that stay in memory. */
export const keptBytes = 256 * 2 ** 20;

/** What was looked at last, oldest first. */
const kept = new Map<object, Float32Array | Int32Array>();
let bytes = 0;

function remembered<A extends Float32Array | Int32Array>(key: object, read: () => A): A {
  const known = kept.get(key) as A | undefined;
  const value = known ?? read();
  if (known === undefined) bytes += value.byteLength;
  else kept.delete(key);
  kept.set(key, value);
  for (const [oldest, { byteLength }] of kept) {
    if (bytes <= keptBytes || oldest === key) break;
    kept.delete(oldest);
    bytes -= byteLength;
  }
  return value;
}

/** Reads samples and labels `[from, to)` of a recording, all of them when left out. */
export interface RecordingReader {
  data: (from?: number, to?: number) => Float32Array;
  labels: (from?: number, to?: number) => Int32Array;
}

/** Recordings of sets that do not fit into memory. A changed copy of one is not in here and has its own samples. */
const pieces = new WeakMap<object, RecordingReader>();

/**
 * An object with `data` and `labels` that are read when they are asked for, and forgotten when others take their place.
 * What is changed in them may be lost.
 *
 * @param large Whether it is of a set that does not stay in memory: then {@linkcode dataOf} and {@linkcode labelsOf} read no
 * more than they are asked for.
 */
export function lazily<T extends object>(
  facts: T,
  reader: RecordingReader,
  large = false,
): T & { data: Float32Array; labels: Int32Array } {
  const [data, labels] = [{}, {}];
  const recording = Object.defineProperties({ ...facts }, {
    data: { enumerable: true, configurable: true, get: () => remembered(data, () => reader.data()) },
    labels: { enumerable: true, configurable: true, get: () => remembered(labels, () => reader.labels()) },
  }) as T & { data: Float32Array; labels: Int32Array };
  if (large) pieces.set(recording, reader);
  return recording;
}

/** Some rows of a recording. */
export interface Rows<A> {
  values: A;
  /** Which sample of the recording the first row is. */
  first: number;
}

/** Samples of a recording that hold `[from, to)`: no others where it lies on disk in a large set, all of them where not. */
export function dataOf(recording: { data: Float32Array }, from: number, to: number): Rows<Float32Array> {
  const reader = pieces.get(recording);
  return reader === undefined
    ? { values: recording.data, first: 0 }
    : { values: reader.data(from, to), first: from };
}

/** The same of labels. */
export function labelsOf(recording: { labels: Int32Array }, from: number, to: number): Rows<Int32Array> {
  const reader = pieces.get(recording);
  return reader === undefined
    ? { values: recording.labels, first: 0 }
    : { values: reader.labels(from, to), first: from };
}
