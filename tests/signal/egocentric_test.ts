import assert from "node:assert/strict";
import type { Recordings } from "../../lib/artifacts/recordings.ts";
import { InputError } from "../../lib/errors.ts";
import { alignEgocentric, stillChannels } from "../../lib/signal/egocentric.ts";

/** A body of three points that walks along a line and turns, sample by sample. */
const shape: [number, number][] = [[3, 0], [2, 1], [0, 0]];
const walk = (t: number) => {
  const angle = 0.1 * t;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const at = [5 + 0.5 * t, 7 - 0.2 * t];
  return shape.map(([x, y]) => [at[0] + c * x - s * y, at[1] + s * x + c * y]);
};

function recordingsOf(
  samples: number,
  sensors: string[],
  channels: string[],
  gaps: [number, number][] = [],
): Recordings {
  const data = Float32Array.from(Array.from({ length: samples }, (_, t) => walk(t).flat()).flat());
  return {
    rate: 10,
    sensors,
    channels,
    units: channels.map(() => "px"),
    triads: [],
    labelNames: [],
    origin: "measured",
    source: { name: "test" },
    recordings: [{ id: "a", subject: "a", samples, data, labels: new Int32Array(samples).fill(-1), gaps }],
  };
}
const frame = { center: ["tail"], front: "nose" };
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-4, `${actual} ${expected}`);

Deno.test("alignEgocentric() gives the same shape wherever the body stands and faces, and its speed beside it", () => {
  const channels = ["nose_x", "nose_y", "ear_x", "ear_y", "tail_x", "tail_y"];
  const given = recordingsOf(20, ["pose"], channels);
  const set = alignEgocentric(given, frame);
  assert.deepEqual(set.channels, [...channels, "body_x", "body_y"]);
  assert.deepEqual(set.units.slice(-2), ["px/s", "px/s"]);
  const { data } = set.recordings[0];
  for (let t = 0; t < 20; t++) {
    shape.flat().forEach((value, c) => near(data[8 * t + c], value));
    const [c, s] = [Math.cos(0.1 * t), Math.sin(0.1 * t)];
    // 0.5 along x and −0.2 along y a sample at 10 Hz, seen by a body that is turned by 0.1 t.
    near(data[8 * t + 6], t === 0 ? 0 : 5 * c - 2 * s);
    near(data[8 * t + 7], t === 0 ? 0 : -5 * s - 2 * c);
  }
  for (let t = 0; t < 20; t++) {
    for (const c of [1, 4, 5]) assert.equal(Math.abs(data[8 * t + c]), 0);
  }
  assert.deepEqual(stillChannels(set, frame), ["nose_y", "tail_x", "tail_y"]);
  assert.deepEqual(stillChannels(set, { center: ["tail", "ear"], front: "nose" }), ["nose_y"]);
  // The given samples stay as they are.
  near(given.recordings[0].data[0], 8);
});

Deno.test("alignEgocentric() takes sensors as points too, and begins anew after a gap", () => {
  const set = alignEgocentric(recordingsOf(20, ["nose", "ear", "tail"], ["x", "y"], [[5, 8]]), frame);
  assert.deepEqual([set.sensors, set.channels], [["nose", "ear", "tail", "body"], ["x", "y"]]);
  assert.deepEqual(stillChannels(set, frame), ["nose y", "tail x", "tail y"]);
  const { data } = set.recordings[0];
  near(data[8 * 10], 3);
  assert.deepEqual([...data.subarray(8 * 8 + 6, 8 * 9)], [0, 0]);
  assert.deepEqual([...data.subarray(8 * 6, 8 * 7)], new Array(8).fill(0));
});

Deno.test("alignEgocentric() names the points that there are", () => {
  const given = recordingsOf(5, ["nose", "ear", "tail"], ["x", "y"]);
  assert.throws(
    () => alignEgocentric(given, { ...frame, front: "snout" }),
    (error) =>
      error instanceof InputError && /no point snout/.test(error.message) &&
      /nose, ear, tail/.test(error.hint!),
  );
  assert.throws(
    () => alignEgocentric(given, { center: ["nose"], front: "nose" }),
    /both the center and the front/,
  );
  const none = { ...given, channels: ["a", "b"] };
  assert.throws(() => alignEgocentric(none, frame), /no point tail/);
});
