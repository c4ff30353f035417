import assert from "node:assert/strict";
import type { Recordings } from "../../lib/artifacts/recordings.ts";
import { judgeUnits, plainUnit, unitFactor } from "../../lib/signal/units.ts";
import { readFiles, rows } from "./read/read_files.ts";

/** One recording for each factor: accelerometer about gravity, gyroscope of a person who moves. */
function people(acc: number[], gyro: number[], units: [string, string]): Recordings {
  return {
    rate: 50,
    sensors: ["hip"],
    channels: ["acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z"],
    units: [units[0], units[0], units[0], units[1], units[1], units[1]],
    triads: [[0, 1, 2], [3, 4, 5]],
    labelNames: [],
    origin: "measured",
    source: { name: "test" },
    recordings: acc.map((a, k) => ({
      id: `s${k + 1}`,
      subject: `s${k + 1}`,
      samples: 500,
      data: Float32Array.from(
        { length: 3000 },
        (_, i) => i % 6 === 2 ? a : i % 6 < 3 ? 0.1 * a * Math.sin(i) : gyro[k] * Math.sin(i),
      ),
      labels: new Int32Array(500).fill(-1),
      gaps: [],
    })),
  };
}

const still = [2, 2, 2, 2];

Deno.test("judgeUnits() names the recordings whose accelerometer has another unit than the rest", () => {
  const { warnings, facts } = judgeUnits(people([9.81, 9.81, 1, 9.81], still, ["m/s^2", "rad/s"]));
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /in 1 of 4 recordings: s3 look like g, not m\/s\^2/);
  assert.equal(facts[0].looksLike, "m/s^2");
  const undeclared = judgeUnits(people([9.81, 1000, 9.81, 9.81], still, ["unknown", "unknown"])).warnings;
  assert.match(undeclared.join(), /s2 look like mg, not m\/s\^2/);
});

Deno.test("judgeUnits() is content with every unit that is what it says", () => {
  for (const [unit, gravity] of [["m/s^2", 9.81], ["g", 1], ["mg", 1000], ["m/s²", 9.81]] as const) {
    assert.deepEqual(judgeUnits(people([gravity, gravity], [2, 2], [unit, "rad/s"])).warnings, [], unit);
  }
  assert.deepEqual(judgeUnits(people([1, 1], [120, 90], ["g", "deg/s"])).warnings, []);
});

Deno.test("judgeUnits() looks at gyroscopes too", () => {
  assert.match(
    judgeUnits(people([1, 1], [120, 130], ["g", "rad/s"])).warnings.join(),
    /gyroscope of hip.*look like deg\/s/,
  );
  assert.match(
    judgeUnits(people([1, 1], [2, 3], ["g", "deg/s"])).warnings.join(),
    /gyroscope of hip.*look like rad\/s/,
  );
  const mixed = judgeUnits(people([1, 1, 1, 1], [2, 2, 115, 2], ["g", "rad/s"])).warnings;
  assert.match(mixed.join(), /gyroscope of hip.*in 1 of 4 recordings: s3 look like deg\/s/);
});

Deno.test("unitFactor() agrees with the definitions, in any spelling", () => {
  assert.equal(unitFactor("mg", "m/s^2"), 9.80665e-3);
  assert.equal(unitFactor("dps", "rad/s"), Math.PI / 180);
  assert.equal(unitFactor("deg/s", "g"), undefined);
  assert.deepEqual(["m/(s^2)", "G", "°/s", "ms-2"].map(plainUnit), ["m/s^2", "g", "deg/s", "m/s^2"]);
});

Deno.test("units_by_file converts the files that match to the common unit", async () => {
  const table = (g: number) => rows("acc_x,acc_y,acc_z", 60, (i) => `${g * (i % 7)},${g},${2 * g}`);
  const files = { "s1.csv": table(1), "s2.csv": table(9.80665) };
  const { recordings } = await readFiles(files, {
    rate: 50,
    units: { acc: "m/s^2" },
    unitsByFile: [{ files: "s1", units: { acc: "g" } }],
  });
  const [a, b] = recordings.recordings;
  a.data.forEach((v, i) => assert(Math.abs(v - b.data[i]) < 1e-5));
  await assert.rejects(
    readFiles(files, {
      rate: 50,
      units: { acc: "m/s^2" },
      unitsByFile: [{ files: "s1", units: { acc: "rad/s" } }],
    }),
    { name: "InputError", message: /Cannot convert acc_x from rad\/s to m\/s\^2/ },
  );
});
