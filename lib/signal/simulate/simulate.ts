/** The embedded default data set: people who differ, seen by two sensor units that differ as well. */
import type { Recordings } from "../../artifacts/recordings.ts";
import { hash32, Random } from "../../random.ts";
import { behaviourNames } from "./behaviours.ts";
import { drawPerson } from "./person.ts";
import { drawSchedule } from "./schedule.ts";
import { simulateMotion } from "./motion.ts";
import { addSensorErrors } from "./sensor.ts";

/** Size and seed of a simulated data set. */
export interface SimulationOptions {
  subjects: number;
  /** Minutes per subject. */
  minutes: number;
  seed: number;
  /** Samples per second, 50 when left out. */
  rate?: number;
  /** Factor on the differences of body and style between subjects, 1 when left out. */
  difference?: number;
  /** Called after each subject with the share done. */
  progress?: (fraction: number) => void;
}

const axes = ["x", "y", "z"];
const kinds = ["acc", "gyro", "mag"] as const;

/**
 * Simulates one recording per subject: 2 sensors (waist, wrist) × 9 channels (acc m/s² with gravity, gyro rad/s, mag µT).
 *
 * Every subject has a stream of its own, so more subjects or another order change nothing about the first ones, and
 * more minutes keep the person.
 *
 * ```ts
 * import { simulateRecordings } from "./simulate.ts";
 * import assert from "node:assert/strict";
 * const set = simulateRecordings({ subjects: 2, minutes: 0.5, seed: 7 });
 * assert.equal(set.recordings[1].subject, "S02");
 * assert.equal(set.recordings[1].data.length, 0.5 * 60 * 50 * 2 * 9);
 * ```
 */
export function simulateRecordings(options: SimulationOptions): Recordings {
  const { subjects, minutes, seed, rate = 50, difference = 1 } = options;
  const samples = Math.round(minutes * 60 * rate);
  const recordings = Array.from({ length: subjects }, (_, i) => {
    const subject = `S${String(i + 1).padStart(2, "0")}`;
    const stream = (name: string) => new Random(hash32(`${seed}/${subject}/${name}`));
    const person = drawPerson(stream("person"), difference);
    const segments = drawSchedule(stream("schedule"), samples, rate);
    const { data, labels } = simulateMotion(stream("motion"), person, segments, samples, rate);
    [person.waist, person.wrist].forEach((unit, s) => {
      addSensorErrors(stream(`acc${s}`), unit.accelerometer, data, 9 * s, 18, rate);
      addSensorErrors(stream(`gyro${s}`), unit.gyroscope, data, 9 * s + 3, 18, rate);
      addSensorErrors(stream(`mag${s}`), unit.magnetometer, data, 9 * s + 6, 18, rate);
    });
    options.progress?.((i + 1) / subjects);
    return { id: subject, subject, samples, data, labels, gaps: [] };
  });
  return {
    rate,
    sensors: ["waist", "wrist"],
    channels: kinds.flatMap((kind) => axes.map((axis) => `${kind}_${axis}`)),
    units: ["m/s^2", "rad/s", "uT"].flatMap((unit) => [unit, unit, unit]),
    triads: [[0, 1, 2], [3, 4, 5], [6, 7, 8]],
    labelNames: [...behaviourNames],
    origin: "simulated",
    source: { name: `simulated: ${subjects} subjects, ${minutes} min each, seed ${seed}` },
    recordings,
  };
}
