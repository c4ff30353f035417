import assert from "node:assert/strict";
import type { Recordings } from "../../../lib/artifacts/recordings.ts";
import { assessQuality } from "../../../lib/signal/quality.ts";
import {
  type Direction,
  directionsOf,
  judgeOrientation,
  tellOrientation,
} from "../../../lib/signal/worn/orientation.ts";
import { simulateRecordings } from "../../../lib/signal/simulate/simulate.ts";

const people = (directions: Direction[], subjectOf = (i: number) => `s${i}`, samples = 50 * 600) => ({
  set: {
    sensors: ["wrist"],
    rate: 50,
    recordings: directions.map((_, i) => ({ id: `r${i}`, subject: subjectOf(i), samples })),
  },
  directions: directions.map((direction) => [direction]),
});
const judged = ({ set, directions }: ReturnType<typeof people>) =>
  tellOrientation(judgeOrientation(set, directions));
const up: Direction = [0, 0.1, 0.9], down: Direction = [0, -0.1, -0.9], aside: Direction = [0.85, 0, 0];

Deno.test("directionsOf() is the mean acceleration by its mean size, without what lies in gaps", () => {
  const set = {
    sensors: ["s"],
    channels: ["acc_x", "acc_y", "acc_z"],
    triads: [[0, 1, 2]] as [number, number, number][],
  };
  const data = Float32Array.of(0, 0, 10, 0, 10, 0, 99, 99, 99);
  assert.deepEqual(directionsOf({ data, samples: 3, gaps: [[2, 3]] }, set), [[0, 0.5, 0.5]]);
  assert.deepEqual(directionsOf({ data, samples: 3, gaps: [[0, 3]] }, set), [null]);
  assert.deepEqual(directionsOf({ data, samples: 3, gaps: [] }, { ...set, triads: [] }), [null]);
});

Deno.test("judgeOrientation() names recordings that were worn the other way round", () => {
  const [said, ...more] = judged(people([up, up, up, up, down]));
  assert.deepEqual(more, []);
  assert.match(said, /^wrist was worn the other way round in 1 recording, .*: r4 \(by about 180°\)/);
  // One of two recordings of a person, too.
  assert.match(
    judged(people([up, up, up, up, up, down], (i) => `s${Math.min(i, 4)}`))[0],
    /r5 \(by about 180°\)/,
  );
});

Deno.test("judgeOrientation() gives the angle of every recording with a clear direction, and which are told", () => {
  const { set, directions } = people([up, up, up, up, down, null]);
  const [{ angles, share, turnedPeople }] = judgeOrientation(set, directions);
  assert.deepEqual(angles.map(({ turned }) => turned), [null, null, null, null, "recording"]);
  assert.deepEqual([share, turnedPeople, angles[0].recording], [0.8, [], "r0"]);
  assert.ok(Math.abs(angles[4].angle - 180) < 0.01 && angles[0].angle < 0.01);
  assert.deepEqual(judgeOrientation(people([up, up, up, up]).set, [[up], [up], [up], [up]]), []);
});

Deno.test("judgeOrientation() tells whole people that are turned aside, and not one recording of somebody who lies", () => {
  assert.match(
    judged(people([up, up, up, up, aside]))[0],
    /turned in 1 person against .*: s4 \(by about 90°\)/,
  );
  assert.deepEqual(judged(people([up, up, up, up, up, up, aside], (i) => `s${i % 5}`)), []);
});

Deno.test("judgeOrientation() says where a sensor was worn in many ways, and nothing of too few people", () => {
  const many: Direction[] = [up, down, aside, [-0.9, 0, 0], [0, 0.9, 0], [0, -0.9, 0]];
  assert.deepEqual(judged(people(many.map((d) => d!.map((x) => 0.7 * x) as Direction))), []);
  assert.match(judged(people(many))[0], /worn in many ways: gravity of 17 % of 6 people/);
  assert.deepEqual(judged(people([up, up, down])), []);
  // What moves too much to tell counts for nobody.
  assert.deepEqual(judged(people([up, up, up, up, [0, 0, -0.2], null])), []);
});

Deno.test("a simulated sensor that is mounted upside down is found by load's look at quality, and no other one", () => {
  const set = simulateRecordings({ subjects: 12, minutes: 1, seed: 4 });
  assert.deepEqual(assessQuality(set).warnings.filter((text) => /worn|turned/.test(text)), []);
  const [, y, z] = set.triads[0];
  const width = set.sensors.length * set.channels.length;
  const flipped: Recordings = {
    ...set,
    recordings: set.recordings.map((r) => {
      if (r.subject !== set.recordings[0].subject) return r;
      const data = r.data.slice();
      for (let i = 0; i < data.length; i += width) {
        data[i + y] *= -1;
        data[i + z] *= -1;
      }
      return { ...r, data };
    }),
  };
  const told = assessQuality(flipped).warnings.filter((text) => /the other way round/.test(text));
  assert.equal(told.length, 1);
  assert.match(told[0], new RegExp(`^${set.sensors[0]} .*${flipped.recordings[0].id}`));
});
