import assert from "node:assert/strict";
import type { BatchShape } from "../../../lib/signal/augment/augment.ts";
import { augmentBatch } from "../../../lib/signal/augment/augment_batch.ts";
import { Random } from "../../../lib/random.ts";

const shape: BatchShape = [3, 6, 2, 25];
const triads: [number, number, number][] = [[0, 1, 2], [3, 4, 5]];
const fresh = () => {
  const rng = new Random(2);
  return Float32Array.from({ length: 3 * 6 * 2 * 25 }, () => rng.normal());
};

Deno.test("augmentBatch() changes nothing without options and draws nothing from the stream", () => {
  const batch = fresh();
  const rng = new Random(7);
  augmentBatch(batch, shape, triads, {}, rng);
  assert.deepEqual(batch, fresh());
  assert.equal(rng.uint32(), new Random(7).uint32());
});

Deno.test("augmentBatch() applies each option, repeatably", () => {
  for (
    const options of [
      { timeWarp: 0.3 },
      { rotation: 0.8 },
      { scaling: 0.1 },
      { offset: 0.1 },
      { jitter: 0.1 },
      { channelDropout: 0.5 },
      { sensorDropout: 0.9 },
    ]
  ) {
    const [a, b] = [fresh(), fresh()];
    augmentBatch(a, shape, triads, options, new Random(7));
    augmentBatch(b, shape, triads, options, new Random(7));
    assert.deepEqual(a, b);
    assert.notDeepEqual(a, fresh(), JSON.stringify(options));
  }
});
