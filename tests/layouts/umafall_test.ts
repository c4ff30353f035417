import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { skipReason, withoutData } from "../house/skip.ts";
import { loadPaths } from "./load.ts";

const data = fileURLToPath(new URL("../../../shared/data/umafall.zip", import.meta.url));

/** Accelerometer, gyroscope and magnetometer of a tag. */
const tag = (id: number) =>
  [0, 1, 2].map((kind) => ({
    where: { "Sensor ID": id, "Sensor Type": kind },
    columns: ["X-Axis", "Y-Axis", "Z-Axis"],
  }));

/**
 * UMAFall as it is published: one row per reading of a sensor, behind a preamble. The tags' readings are stamped when they
 * reach the phone, so the tags' own counter is the clock. A spreadsheet has put thousands separators into the numbers of
 * subject 13.
 */
const umafall = {
  source: "csv",
  rate: 20,
  time: { column: "Sample No", unit: "samples" },
  sensors: { chest: tag(1), wrist: tag(3) },
  units: { acc: "g", gyro: "deg/s", mag: "uT" },
  label: { from: "filename", pattern: "_(?:ADL|Fall)_(.+)_\\d+_20" },
  subject: { from: "filename", pattern: "Subject_(\\d+)" },
  on_bad: "skip",
  incomplete: "skip",
};

Deno.test({
  name: "load reads UMAFall: 725 trials of 18 people, those of subject 13 left out by name",
  ignore: skipReason(withoutData("umafall.zip")),
  async fn() {
    const { recordings: set, warnings } = await loadPaths([data], umafall);
    assert.equal(set.recordings.length, 725);
    assert.equal(new Set(set.recordings.map((r) => r.subject)).size, 18);
    assert.deepEqual([set.rate, set.sensors, set.labelNames.length], [20, ["chest", "wrist"], 15]);
    assert.equal(set.triads.length, 3);
    assert.equal(warnings.filter((w) => /cannot be read.*Subject_13/.test(w)).length, 20);
    assert(warnings.some((w) => /without chest was left out.*Subject_07_ADL_Aplausing_1/.test(w)));
    // Half an hour short of 725 × 15 s: the tags began after the phone.
    const samples = set.recordings.reduce((n, r) => n + r.samples, 0);
    assert.equal(samples, 213750);
    const first = set.recordings[0].data.subarray(0, 3);
    assert.deepEqual([...first], [0.7216796875, 0.12255859375, 0.7548828125]);
  },
});
