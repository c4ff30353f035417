/** The state of an unfinished training as one block of bytes: facts as JSON, then arrays as they lie in memory. */

/** Keeps the state of a training that may be killed; the engine's `Checkpoint` fits. */
export interface CheckpointStore {
  load(): Uint8Array | undefined;
  save(state: Uint8Array): void;
}

/** Facts and arrays of a state. */
export interface Snapshot<T> {
  facts: T;
  arrays: Record<string, Float32Array | Float64Array>;
}

/** Packs a state; JSON keeps every finite double exactly. */
export function packSnapshot<T>({ facts, arrays }: Snapshot<T>): Uint8Array {
  const entries = Object.entries(arrays);
  const list = entries.map(([name, a]) => ({ name, bytes: a.BYTES_PER_ELEMENT, length: a.length }));
  const head = new TextEncoder().encode(JSON.stringify({ facts, list }));
  const parts = entries.map(([, a]) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength));
  const packed = new Uint8Array(4 + head.length + parts.reduce((sum, part) => sum + part.length, 0));
  new DataView(packed.buffer).setUint32(0, head.length, true);
  packed.set(head, 4);
  let at = 4 + head.length;
  for (const part of parts) {
    packed.set(part, at);
    at += part.length;
  }
  return packed;
}

/**
 * The inverse of {@linkcode packSnapshot}.
 *
 * ```ts
 * import { packSnapshot, unpackSnapshot } from "./checkpoint.ts";
 * import assert from "node:assert/strict";
 * const state = { facts: { epoch: 2 }, arrays: { w: Float32Array.of(0.1, -0) } };
 * assert.deepEqual(unpackSnapshot(packSnapshot(state)), state);
 * ```
 */
export function unpackSnapshot<T>(packed: Uint8Array): Snapshot<T> {
  const length = new DataView(packed.buffer, packed.byteOffset).getUint32(0, true);
  const { facts, list } = JSON.parse(new TextDecoder().decode(packed.subarray(4, 4 + length)));
  const arrays: Snapshot<T>["arrays"] = {};
  let at = 4 + length;
  for (const { name, bytes, length } of list) {
    const raw = packed.slice(at, at + bytes * length).buffer;
    arrays[name] = bytes === 4 ? new Float32Array(raw) : new Float64Array(raw);
    at += bytes * length;
  }
  return { facts, arrays };
}
