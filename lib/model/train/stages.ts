/** Checkpoints of two trainings, one after the other, in one store. */
import type { CheckpointStore } from "./checkpoint.ts";

/** Two stores in one: what the first training saved stays while the second saves. */
export function twoStages(store: CheckpointStore): [CheckpointStore, CheckpointStore] {
  const saved = store.load();
  const parts: [Uint8Array, Uint8Array] = saved === undefined
    ? [new Uint8Array(0), new Uint8Array(0)]
    : divide(saved);
  return [0, 1].map((i): CheckpointStore => ({
    load: () => parts[i].length === 0 ? undefined : parts[i],
    save(state) {
      parts[i] = state;
      const both = new Uint8Array(4 + parts[0].length + parts[1].length);
      new DataView(both.buffer).setUint32(0, parts[0].length, true);
      both.set(parts[0], 4);
      both.set(parts[1], 4 + parts[0].length);
      store.save(both);
    },
  })) as [CheckpointStore, CheckpointStore];
}

function divide(saved: Uint8Array): [Uint8Array, Uint8Array] {
  const first = new DataView(saved.buffer, saved.byteOffset).getUint32(0, true);
  return [saved.subarray(4, 4 + first), saved.subarray(4 + first)];
}
