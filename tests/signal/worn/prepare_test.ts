import assert from "node:assert/strict";
import type { Recording, Recordings } from "../../../lib/artifacts/recordings.ts";
import { Random } from "../../../lib/random.ts";
import { calibrateRecordings, daysOf, findNotWorn } from "../../../lib/signal/worn/prepare.ts";

const rate = 10;
const [offset, gain] = [[0.04, -0.03, 0.02], [1.02, 0.97, 1.01]];

/** A set of recordings of `hours`, made by `at` from seconds. */
function set(
  recordings: { id: string; hours: number; at: (s: number) => number[]; facts?: Recording["facts"] }[],
  unit = "g",
  channels = ["acc_x", "acc_y", "acc_z"],
): Recordings {
  return {
    rate,
    sensors: ["wrist"],
    channels,
    units: channels.map(() => unit),
    triads: [[0, 1, 2]],
    labelNames: [],
    origin: "measured",
    source: { name: "test" },
    recordings: recordings.map(({ id, hours, at, facts }) => {
      const samples = Math.round(hours * 3600 * rate);
      const data = new Float32Array(3 * samples);
      for (let t = 0; t < samples; t++) data.set(at(t / rate), 3 * t);
      return {
        id,
        subject: "anna",
        samples,
        data,
        labels: new Int32Array(samples).fill(-1),
        gaps: [],
        facts,
      };
    }),
  };
}

const random = new Random(2);
/** Another direction every minute, still for most of it, as a sensor of wrong offset and gain feels it. */
const turning = (factor = 1) => (s: number) => {
  const minute = Math.floor(s / 60);
  const z = 1 - 2 * ((minute * 0.618) % 1);
  const [r, angle] = [Math.sqrt(1 - z * z), 2.4 * minute];
  const moving = s % 60 < 15 ? 0.3 : 0.001;
  return [r * Math.cos(angle), r * Math.sin(angle), z]
    .map((v, a) => factor * ((v + moving * random.normal()) / gain[a] - offset[a]));
};
/** Moves by `amount` g around one direction. */
const lying = (amount: number) => () => [0, 0, 1].map((v) => v + amount * random.normal());

for (const [unit, factor] of [["g", 1], ["m/s^2", 9.80665], ["mg", 1000]] as const) {
  Deno.test(`calibrateRecordings() takes planted offset and gain out of data in ${unit}`, () => {
    const before = set([{ id: "a", hours: 2, at: turning(factor) }], unit);
    before.recordings[0].scale = [[1, 1, 1]];
    const { facts: [found], notes } = calibrateRecordings(before);
    assert.equal(found.applied, true);
    found.offset.forEach((v, a) => assert(Math.abs(v - offset[a]) < 0.002, `${found.offset}`));
    found.gain.forEach((v, a) => assert(Math.abs(v / gain[a] - 1) < 0.005, `${found.gain}`));
    assert(found.before > 0.02 && found.after < 0.002);
    assert.deepEqual([notes, before.recordings[0].scale], [[], undefined]);
    // Still seconds are 1 g long now.
    const { data } = before.recordings[0];
    for (let minute = 0; minute < 120; minute++) {
      const i = 3 * rate * (60 * minute + 40);
      assert(Math.abs(Math.hypot(data[i], data[i + 1], data[i + 2]) / factor - 1) < 0.01);
    }
  });
}

Deno.test("recordings of one serial number are calibrated together, others each for itself", () => {
  const half = (id: string, serial?: number) => ({
    id,
    hours: 0.4,
    at: turning(),
    facts: serial === undefined ? undefined : { serial },
  });
  const { facts } = calibrateRecordings(set([half("a", 7), half("b", 7), half("c"), half("c.part2")]));
  assert.deepEqual(facts.map((f) => f.device), ["7", "c"]);
  assert(facts.every((f) => f.moments > 150));
});

Deno.test("a sensor that lay on one side only is left as it is, and named", () => {
  const given = set([{ id: "a", hours: 1, at: lying(0.001) }]);
  const data = given.recordings[0].data.slice();
  const { facts, notes } = calibrateRecordings(given);
  assert.equal(facts[0].applied, false);
  assert.deepEqual(given.recordings[0].data, data);
  assert.match(
    notes[0],
    /^Not calibrated \(axis x and y and z did not lie both up and down while still\): wrist of a$/,
  );
});

Deno.test("hours without movement are found as not worn, and become gaps where asked", () => {
  // Worn for 3 h, on the table for 4 h, worn for 2 h.
  const at = (s: number) => lying(s >= 3 * 3600 && s < 7 * 3600 ? 0.002 : 0.1)();
  const given = set([{ id: "a", hours: 9, at }, { id: "b", hours: 2, at: lying(0.1) }]);
  const { facts, notes } = findNotWorn(given, false);
  assert.deepEqual(facts.map((f) => [f.recording, f.hours]), [["a", 4]]);
  assert.equal(facts[0].share, 4 / 9);
  assert.deepEqual(given.recordings[0].gaps, []);
  assert.match(notes[0], /^Not worn for 4.0 h in 1 of 2 recordings, which were kept/);
  findNotWorn(given, true);
  assert.deepEqual(given.recordings[0].gaps, [[3 * 3600 * rate, 7 * 3600 * rate]]);
});

Deno.test("half an hour without movement is a rest, not a table", () => {
  const at = (s: number) => lying(s >= 3600 && s < 5400 ? 0.002 : 0.1)();
  assert.deepEqual(findNotWorn(set([{ id: "a", hours: 3, at }]), true).facts, []);
});

Deno.test("daysOf() counts hours and mean movement of each day outside gaps", () => {
  const given = set([{
    id: "a",
    hours: 5,
    at: () => [0, 0, 1.1],
    facts: { start: "2026-03-04T22:00:00.000" },
  }]);
  given.recordings[0].gaps = [[0, 3600 * rate]];
  const days = daysOf(given);
  assert.deepEqual(days.map((d) => [d.subject, d.day, d.hours]), [["anna", "2026-03-04", 1], [
    "anna",
    "2026-03-05",
    3,
  ]]);
  for (const { enmo } of days) assert(Math.abs(enmo - 100) < 0.01);
  assert.deepEqual(daysOf(set([{ id: "a", hours: 1, at: lying(0.1) }])), []);
});

Deno.test("daysOf() counts time without a wearer apart, and its movement not at all", () => {
  const given = set([{
    id: "a",
    hours: 4,
    at: (s) => [0, 0, s < 2 * 3600 ? 1 : 1.1],
    facts: { start: "2026-03-04T23:00:00.000" },
  }]);
  const days = daysOf(given, new Map([["a", [[0, 2 * 3600 * rate]]]]));
  assert.deepEqual(days.map((d) => [d.day, d.hours, d.notWornHours, Math.round(d.enmo)]), [
    ["2026-03-04", 0, 1, 0],
    ["2026-03-05", 2, 1, 100],
  ]);
});

Deno.test("what is no accelerometer is said so", () => {
  const given = set([{ id: "a", hours: 1, at: lying(0.1) }], "deg/s", ["gyr_x", "gyr_y", "gyr_z"]);
  assert.match(
    calibrateRecordings(given).notes[0],
    /^Nothing was calibrated: no channels are an accelerometer/,
  );
  assert.match(findNotWorn(given, true).notes[0], /^Time that was not worn was not looked for/);
});
