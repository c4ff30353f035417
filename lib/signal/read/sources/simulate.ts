/** Simulated people: nothing to download. */
import { z } from "zod";
import { defineReader } from "../reader.ts";
import { part } from "./common.ts";

export default defineReader({
  source: "simulate",
  params: z.strictObject({
    source: z.literal("simulate").describe(
      "People who differ, two sensors, ten behaviours; nothing to download.",
    ),
    subjects: z.int().min(1).max(1000).default(12).describe("Number of subjects."),
    minutes: z.number().positive().max(10000).default(40).describe("Minutes per subject."),
    rate: z.number().min(10).max(1000).default(50).describe("Samples per second."),
    difference: z.number().min(0).max(3).default(1)
      .describe("Factor on how much subjects differ in body and style; 0 makes them alike."),
    seed: z.int().min(0).default(7).describe("Seed of the data, apart from the run's seed."),
    keep_labels: part.keep_labels,
  }),
  async read(params, { progress }) {
    const { simulateRecordings } = await import("../../simulate/simulate.ts");
    return simulateRecordings({ ...params, progress });
  },
});
