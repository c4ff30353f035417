import assert from "node:assert/strict";
import type { Recordings } from "../../../lib/artifacts/recordings.ts";
import { Random } from "../../../lib/random.ts";
import { axes } from "../../../lib/signal/worn/axes.ts";
import { alignGravity } from "../../../lib/signal/worn/upright.ts";
import { directionsOf } from "../../../lib/signal/worn/orientation.ts";

const rng = new Random(2);
/** Three recordings whose sensors are mounted each in its own way; the gyroscope turns about the vertical only. */
function worn(mounts: number[][]): Recordings {
  return {
    rate: 20,
    sensors: ["wrist"],
    channels: ["acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z", "pulse"],
    units: ["g", "g", "g", "rad/s", "rad/s", "rad/s", "bpm"],
    triads: [[0, 1, 2], [3, 4, 5]],
    labelNames: [],
    origin: "simulated",
    source: { name: "worn" },
    recordings: mounts.map((g, i) => ({
      id: `r${i}`,
      subject: `s${i}`,
      samples: 200,
      data: Float32Array.from({ length: 200 * 7 }, (_, at) => {
        const [t, c] = [Math.floor(at / 7), at % 7];
        return c === 6 ? 60 : c < 3 ? g[c] + 0.1 * rng.normal() : Math.sin(t / 9) * g[c - 3];
      }),
      labels: new Int32Array(200).fill(-1),
      gaps: [],
    })),
  };
}
const mounts = [[0, 0, 1], [0.6, 0, 0.8], [0, -1, 0], [0, 0, -1], [-0.48, 0.6, -0.64]];

Deno.test("alignGravity() takes every mean gravity to the axis, turns all triads alike and nothing else", () => {
  for (const axis of axes) {
    const given = worn(mounts);
    const before = given.recordings.map(({ data }) => data.slice());
    const { recordings: turned, notes } = alignGravity(given, axis);
    assert.deepEqual(notes, []);
    const place = "xyz".indexOf(axis.at(-1)!), sign = axis.startsWith("-") ? -1 : 1;
    turned.recordings.forEach((recording, r) => {
      const [direction] = directionsOf(recording, turned);
      const size = Math.hypot(...direction!);
      direction!.forEach((v, i) =>
        assert.ok(Math.abs(v / size - (i === place ? sign : 0)) < 1e-5, `${axis} ${direction}`)
      );
      const { data } = recording;
      for (let i = 0; i < data.length; i += 7) {
        // Lengths and angles between vectors stay, so it is a rotation; and its determinant is 1.
        const [a, w] = [data.slice(i, i + 3), data.slice(i + 3, i + 6)];
        const [a0, w0] = [before[r].slice(i, i + 3), before[r].slice(i + 3, i + 6)];
        assert.ok(Math.abs(Math.hypot(...a) - Math.hypot(...a0)) < 1e-5);
        const dot = (p: Float32Array, q: Float32Array) => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
        assert.ok(Math.abs(dot(a, w) - dot(a0, w0)) < 1e-5);
        assert.equal(data[i + 6], 60);
      }
      assert.deepEqual(given.recordings[r].data, before[r], "the given recordings stay as they are");
    });
  }
});

Deno.test("the shortest way leaves what is upright already, and mirrors nothing", () => {
  const [z] = alignGravity(worn([[0, 0, 1]]), "z").recordings.recordings;
  const near = worn([[0, 0, 1]]).recordings[0].data;
  assert.ok(Math.abs(z.data[2] - near[2]) < 0.5);
  // x of a sensor that is tilted about y stays in the plane of x and z.
  const tilted = worn([[0.6, 0, 0.8]]);
  tilted.recordings[0].data.forEach((_, at, data) => {
    const c = at % 7;
    if (c < 3) data[at] = [0.6, 0, 0.8][c];
    else if (c < 6) data[at] = [0.8, 0, -0.6][c - 3];
  });
  const { data } = alignGravity(tilted, "z").recordings.recordings[0];
  [0, 0, 1, 1, 0, 0].forEach((expected, c) =>
    assert.ok(Math.abs(data[c] - expected) < 1e-6, `${data.slice(0, 6)}`)
  );
});

Deno.test("a sensor that tumbles is left as it is, and told; without an accelerometer there is nothing to align", () => {
  const set = worn([[0, 0, 1]]);
  set.recordings[0].data.forEach((_, at, data) => {
    const [t, c] = [Math.floor(at / 7), at % 7];
    if (c < 3) data[at] = [Math.sin(t / 2), Math.cos(t / 2), 0][c];
  });
  const { recordings, notes } = alignGravity(set, "z");
  assert.deepEqual(recordings.recordings[0].data, set.recordings[0].data);
  assert.match(notes.join(), /no clear direction in r0: not turned/);
  assert.throws(
    () => alignGravity({ ...set, channels: ["a", "b", "c", "d", "e", "f", "g"], triads: [] }, "z"),
    /no channels are an accelerometer/,
  );
});
