import assert from "node:assert/strict";
import { SampleUnits, unitFactors } from "../../lib/stream/sample_units.ts";

const channels = {
  sensors: ["waist", "wrist"],
  channels: ["acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z", "temperature"],
  units: ["m/s^2", "m/s^2", "m/s^2", "rad/s", "rad/s", "rad/s", "°C"],
};
const g = 9.80665;
const degree = Math.PI / 180;

for (
  const [written, waist, wrist] of [
    ["acc=g", [g, g, g, 1, 1, 1, 1], [g, g, g, 1, 1, 1, 1]],
    ["g, deg/s", [g, g, g, degree, degree, degree, 1], [g, g, g, degree, degree, degree, 1]],
    ["wrist.acc=mg", [1, 1, 1, 1, 1, 1, 1], [g / 1000, g / 1000, g / 1000, 1, 1, 1, 1]],
    ["acc_z=g,gyro=dps", [1, 1, g, degree, degree, degree, 1], [1, 1, g, degree, degree, degree, 1]],
    ["acc=m/s²", [1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1]],
  ] as const
) {
  Deno.test(`unitFactors() turns samples given as ${written}`, () => {
    const factors = unitFactors(written, channels);
    [...waist, ...wrist].forEach((want, i) => assert.ok(Math.abs(factors[i] - want) < 1e-12, `${i}`));
  });
}

for (
  const [written, message] of [
    ["acc=deg/s", /Cannot take acc=deg\/s: the model has waist\.acc_x in m\/s\^2/],
    ["acx=g", /no channel of the model is called acx/],
    ["ac=g", /no channel of the model is called ac/],
    ["uT", /Cannot take samples in uT: the model has channels in m\/s\^2, rad\/s, °C/],
    ["temperature=g", /the model has waist\.temperature in °C/],
  ] as const
) {
  Deno.test(`unitFactors() refuses ${written}`, () =>
    assert.throws(() => unitFactors(written, channels), message));
}

/** A sensor that lies still, with gravity of this size, and turns with this speed. */
function warnings(gravity: number, turn: number, written?: string, n = 600): string[] {
  const units = new SampleUnits(channels, written);
  const out: string[] = [];
  for (let i = 0; i < n; i++) {
    const one = [0.1 * gravity, 0, gravity, turn, 0, 0, 21];
    out.push(...units.take(Float32Array.from([...one, ...one])));
  }
  return [...out, ...units.end()];
}

Deno.test("SampleUnits says once where samples look like another unit than the model's", () => {
  assert.deepEqual(warnings(9.81, 2), []);
  assert.deepEqual(warnings(1, 2).length, 2);
  assert.match(
    warnings(1, 2)[0],
    /samples of waist\.acc look like g, the model takes m\/s\^2: --units acc=g/,
  );
  assert.match(warnings(1000, 2)[1], /samples of wrist\.acc look like mg/);
  assert.match(warnings(9.81, 90)[0], /samples of waist\.gyro look like deg\/s/);
  assert.deepEqual(warnings(1, 90, "acc=g,gyro=deg/s"), []);
  assert.equal(warnings(1, 2, undefined, 100).length, 2, "a short stream is judged at its end");
  assert.deepEqual(warnings(1, 2, undefined, 20), [], "a few samples tell nothing");
});
