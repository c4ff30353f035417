/** Samples that are read when they are looked at, so that a study may be larger than memory. */

/** Bytes of samples and labels that stay in memory. */
const most = 256 * 2 ** 20;

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
    if (bytes <= most || oldest === key) break;
    kept.delete(oldest);
    bytes -= byteLength;
  }
  return value;
}

/**
 * An object with `data` and `labels` that are read when they are asked for, and forgotten when others take their place.
 * What is changed in them may be lost.
 */
export function lazily<T extends object>(
  facts: T,
  read: { data: () => Float32Array; labels: () => Int32Array },
): T & { data: Float32Array; labels: Int32Array } {
  const [data, labels] = [{}, {}];
  return Object.defineProperties({ ...facts }, {
    data: { enumerable: true, configurable: true, get: () => remembered(data, read.data) },
    labels: { enumerable: true, configurable: true, get: () => remembered(labels, read.labels) },
  }) as T & { data: Float32Array; labels: Int32Array };
}
