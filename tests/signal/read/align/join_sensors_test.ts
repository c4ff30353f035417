/** Two loggers on one body whose clocks differ by what is planted. */
import assert from "node:assert/strict";
import type { Recordings } from "../../../../lib/artifacts/recordings.ts";
import { Random } from "../../../../lib/random.ts";
import { fitClocks } from "../../../../lib/signal/read/align/drift.ts";
import { joinSensors } from "../../../../lib/signal/read/align/join_sensors.ts";
import { loadFiles } from "../../../layouts/load.ts";
import { makeCwa } from "../devices/make_device_files.ts";

const begin = Date.UTC(2026, 2, 4, 12) / 1000;
const random = new Random(4);
/** Movement of bursts with a strength and a pace of their own, smooth, as a function of true seconds. */
const bursts = Array.from(
  { length: 6000 },
  () => [random.uniform(), 1 + 2 * random.uniform(), 6 * random.uniform()],
);
const movement = (t: number) => {
  const [strength, pace, phase] = bursts[Math.max(0, Math.floor(t / 2)) % bursts.length];
  return strength * Math.sin(Math.PI * (t / 2 % 1)) ** 2 * Math.sin(2 * Math.PI * pace * t + phase);
};

/** A logger at 25 Hz whose clock tells `t + offset + drift · t` at true second `t`, turned by itself. */
function logger(
  sensor: string,
  seconds: number,
  offset: number,
  drift: number,
  late = 0,
  noise = 0.02,
): Recordings {
  const rate = 25;
  const samples = seconds * rate;
  const data = new Float32Array(3 * samples);
  for (let i = 0; i < samples; i++) {
    const own = late + i / rate;
    const t = (own - offset) / (1 + drift);
    data.set([0.6, 0, 0.8].map((v) => v * (1 + movement(t)) + noise * random.normal()), 3 * i);
  }
  return {
    rate,
    sensors: [sensor],
    channels: ["acc_x", "acc_y", "acc_z"],
    units: ["g", "g", "g"],
    triads: [[0, 1, 2]],
    labelNames: ["a"],
    origin: "measured",
    source: { name: "test" },
    recordings: [{
      id: `p1_${sensor}`,
      subject: "p1",
      samples,
      data,
      labels: new Int32Array(samples),
      gaps: [],
      facts: { start: new Date(1000 * (begin + late)).toISOString().replace("Z", "") },
    }],
  };
}
const keyed = (set: Recordings) => ({ set, keyOf: (id: string) => id.replace(/_(wrist|hip)/, "") });

for (const [offset, ppm, late] of [[12.34, 80, 0], [-31.207, -150, 40], [0, 0, 7.5]]) {
  Deno.test(`joinSensors() finds a clock ${offset} s ahead and ${ppm} ppm fast, and takes it out`, () => {
    const wrist = logger("wrist", 7200, 0, 0);
    const hip = logger("hip", 7100, offset, ppm / 1e6, late);
    const { set, clocks: [clock] } = joinSensors([keyed(wrist), keyed(hip)], 60, 1);
    assert(clock.applied && clock.windows > 50, `${clock.windows} windows`);
    assert(Math.abs(clock.offset - offset) < 0.01, `${clock.offset}`);
    assert(Math.abs(clock.ppm - ppm) < 5, `${clock.ppm}`);
    const [{ data, samples, id }] = set.recordings;
    assert.equal(id, "p1");
    assert.deepEqual(set.sensors, ["wrist", "hip"]);
    let squares = 0;
    for (let t = 0; t < samples; t++) squares += (data[6 * t] - data[6 * t + 3]) ** 2;
    // The noise of both, and the error of reading between samples.
    assert(Math.sqrt(squares / samples) < 0.05, `${Math.sqrt(squares / samples)}`);
  });
}

Deno.test("loggers that do not feel the same are not aligned, and that is said", () => {
  const wrist = logger("wrist", 1800, 0, 0);
  const still = logger("hip", 1800, 5, 0, 0, 0.02);
  still.recordings[0].data.forEach((_, i, all) => all[i] = (i % 3 === 2 ? 1 : 0) + 0.02 * random.normal());
  const { clocks: [clock], notes, set } = joinSensors([keyed(wrist), keyed(still)], 60, 1);
  assert.equal(clock.applied, false);
  assert.match(clock.refused!, /windows of a minute agree by 0\.6, 3 are needed/);
  assert.match(notes.join(), /Clock of hip in p1 was believed/);
  assert.equal(set.recordings[0].samples, 1800 * 25);
});

Deno.test("fitClocks() goes past gaps, and tells no drift over a few minutes", () => {
  const values = (from: number) => Float64Array.from({ length: 400 * 25 }, (_, i) => movement(from + i / 25));
  const first = { values: values(0), begin };
  first.values.fill(NaN, 1000, 1200);
  const fit = fitClocks(first, { values: values(-2), begin }, 10);
  assert.equal(fit.refused, undefined);
  assert(Math.abs(fit.offset - 2) < 0.005, `${fit.offset}`);
  assert.equal(fit.drift, 0);
});

Deno.test("load joins loggers by names, aligns them by movement, and tells offset and drift", async () => {
  const file = (offset: number, drift: number) =>
    makeCwa({
      fractions: true,
      blocks: Array.from({ length: 750 }, (_, k) => ({
        begin: begin + 1.2 * k,
        sequence: k,
        counts: Array.from({ length: 120 }, (_, i) => {
          const t = (1.2 * k + i / 100 - offset) / (1 + drift);
          return [0.6, 0, 0.8].map((v) => Math.round(256 * v * (1 + movement(t))));
        }),
      })),
    });
  const { recordings, warnings } = await loadFiles({
    "p1_wrist.cwa": file(0, 0),
    "p1_hip.cwa": file(3.5, 1e-4),
  }, {
    source: "device",
    sensors: { wrist: { files: "_wrist" }, hip: { files: "_hip" } },
    align: { by: "movement" },
    subject: { from: "filename", pattern: "(p1)" },
  });
  const [clock] = recordings.quality!.clocks!;
  assert.deepEqual([clock.recording, clock.sensor, clock.against, clock.applied], [
    "p1",
    "hip",
    "wrist",
    true,
  ]);
  assert(Math.abs(clock.offset - 3.5) < 0.02 && Math.abs(clock.ppm - 100) < 40, JSON.stringify(clock));
  assert.match(warnings.join("\n"), /Clock of hip against wrist in p1: 3\.5\d\d s ahead/);
  assert.deepEqual([recordings.sensors, recordings.recordings[0].subject], [["wrist", "hip"], "p1"]);
});
