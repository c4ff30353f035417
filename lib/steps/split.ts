/** Step `split`: which windows are for training, validation and test. */
import { z } from "zod";
import { Part, Split } from "../artifacts/split.ts";
import { Windows } from "../artifacts/windows.ts";
import { extentPattern, extentSamples } from "../signal/extent.ts";
import { defineStep } from "./define.ts";

const params = z.strictObject({
  by: z.enum(["subject", "official", "time", "random-window-leaks"]).default("subject")
    .describe(
      "Rule of the split: whole subjects, the data set's own split, contiguous blocks of time, or random windows, " +
        "which leaks and only shows by how much.",
    ),
  folds: z.union([z.int().min(2), z.literal("none")]).default(5)
    .describe("Number of folds, or none for a single split by subject with the share test."),
  fold: z.int().min(0).default(0).describe("The fold that is the test part, counted from 0."),
  test: z.number().min(0).max(0.9).default(0.2)
    .describe("Share of subjects for the test part with folds: none; 0 keeps none back, for a final model."),
  validation: z.number().min(0).max(0.9).default(0.15)
    .describe("Share of what is not test (subjects, time or windows) for the validation part."),
  embargo: z.union([z.int().min(0), z.string().regex(extentPattern)]).default("100%")
    .describe(
      'Time after a held-out block that training leaves out, by: time only; samples, time like "2s", or a share of ' +
        "the window length.",
    ),
});

export default defineStep({
  type: "split",
  summary: "Split windows into training, validation and test parts before anything is fitted",
  inputs: { windows: Windows },
  params,
  outputs: { split: Split },
  random: true,
  check(params) {
    const { by, folds, fold } = params;
    if (folds === "none") {
      return by === "time" || by === "random-window-leaks"
        ? [{ path: ["folds"], message: `A split by ${by} needs a number of folds` }]
        : [];
    }
    return fold < folds ? [] : [{
      path: ["fold"],
      message: `Fold ${fold} does not exist: ${folds} folds are counted 0 to ${folds - 1}`,
    }];
  },
  async run({ inputs: { windows }, params, rng, log, warn }) {
    const { by, folds, validation } = params;
    const { splitBySubject, splitOfficial } = await import("../signal/split_subjects.ts");
    const { splitByTime, splitRandomWindows } = await import("../signal/split_time.ts");
    const blocks = { ...params, folds: folds as number };
    const split = by === "subject"
      ? splitBySubject(windows, params, rng)
      : by === "official"
      ? splitOfficial(windows, validation, rng)
      : by === "time"
      ? splitByTime(windows, {
        ...blocks,
        embargo: extentSamples(params.embargo, windows.recordings.rate, windows.length),
      })
      : splitRandomWindows(windows, blocks, rng);
    const count = (part: number) => split.part.reduce((n, p) => n + (p === part ? 1 : 0), 0);
    log(
      `${split.rule}: ${count(Part.train)} training, ${count(Part.validation)} validation, ${
        count(Part.test)
      } test windows, ${count(Part.unused)} unused`,
    );
    if (split.leaks) warn("This split leaks: training and test windows share samples and subjects.");
    const classes = windows.recordings.labelNames;
    const trained = new Set<number>();
    split.part.forEach((p, i) => {
      if (p === Part.train) trained.add(windows.labels[i]);
    });
    const seen = new Set(windows.labels);
    const missing = classes.filter((_, k) => seen.has(k) && !trained.has(k));
    if (missing.length > 0) warn(`The training part has no window of ${missing.join(", ")}.`);
    return { split };
  },
});
