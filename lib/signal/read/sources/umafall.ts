/** The public data set UMAFall: text tables of one row per reading, which the reader of text tables takes. */
import { z } from "zod";
import { sourceOf, umafall } from "../published/data_sets.ts";
import { defineReader } from "../reader.ts";
import { part, path, sha256 } from "./common.ts";
import csv from "./csv.ts";

/** Number of each tag; number 0 is the phone, which has an accelerometer only, at another rate. */
const tags = { chest: 1, waist: 2, wrist: 3, ankle: 4 };
const places = Object.keys(tags) as (keyof typeof tags)[];

/** Accelerometer, gyroscope and magnetometer of a tag. */
function partsOf(place: keyof typeof tags) {
  const columns = ["X-Axis", "Y-Axis", "Z-Axis"];
  return [0, 1, 2].map((kind) => ({
    where: { "Sensor ID": tags[place], "Sensor Type": kind },
    columns,
  }));
}

export default defineReader({
  source: "umafall",
  published: umafall,
  params: z.strictObject({
    source: z.literal("umafall").describe(
      "UMAFall, four tags on the body and fifteen activities and falls, as published; what a file lacks leaves it out, by name.",
    ),
    path,
    sha256,
    places: z.array(z.enum(places)).min(1).default(["chest", "wrist"])
      .describe("Where the tags sat that are read; each makes a sensor."),
    ...part,
  }),
  async read({ source: _, places, ...params }, context) {
    const options = csv.params.parse({
      ...params,
      source: "csv",
      rate: 20,
      // Readings are stamped when they reach the phone, so the tags' own counter is the clock.
      time: { column: "Sample No", unit: "samples" },
      sensors: Object.fromEntries(places.map((place) => [place, partsOf(place)])),
      units: { acc: "g", gyro: "deg/s", mag: "uT" },
      label: { from: "filename", pattern: "_(?:ADL|Fall)_(.+)_\\d+_20" },
      subject: { from: "filename", pattern: "Subject_(\\d+)" },
      // A spreadsheet has put thousands separators into the numbers of subject 13.
      on_bad: "skip",
      incomplete: "skip",
    });
    return { ...await csv.read(options, context), source: sourceOf(umafall) };
  },
});
