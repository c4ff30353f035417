/** Step `split`: which windows are for training, validation and test. */
import { z } from "zod";
import { Part, Split } from "../artifacts/split.ts";
import { Windows } from "../artifacts/windows.ts";
import type { Random } from "../random.ts";
import { extentSamples } from "../signal/window/extent.ts";
import { defineStep } from "./define.ts";
import { extentText } from "./shared/extent_text.ts";

const params = z.strictObject({
  by: z.enum(["subject", "listed", "official", "recording", "time", "random-window-leaks"]).default("subject")
    .describe(
      "Rule of the split: whole subjects, subjects that you list, the data set's own split, whole recordings (known " +
        "subjects on another day), contiguous blocks of time, or random windows, which leaks and only shows by how much.",
    ),
  folds: z.union([z.int().min(2), z.literal("none")]).default(5)
    .describe("Number of folds, or none for a single split by subject with the share test."),
  fold: z.int().min(0).default(0).describe("The fold that is the test part, counted from 0."),
  test: z.number().min(0).max(0.9).default(0.2)
    .describe("Share of subjects for the test part with folds: none; 0 keeps none back, for a final model."),
  validation: z.number().min(0).max(0.9).default(0.15)
    .describe("Share of what is not test (subjects, time or windows) for the validation part."),
  test_subjects: z.array(z.string()).optional().describe("Subjects of the test part, by: listed."),
  validation_subjects: z.array(z.string()).optional()
    .describe("Subjects of the validation part, by: listed; without it the share is chosen."),
  embargo: z.union([z.int().min(0), extentText]).default("100%")
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
    const lists = ["test_subjects", "validation_subjects"] as const;
    if (by === "listed" && params.test_subjects === undefined) {
      return [{ path: ["by"], message: "a listed split needs test_subjects" }];
    }
    const extra = lists.filter((name) => by !== "listed" && params[name] !== undefined);
    if (extra.length > 0) return extra.map((name) => ({ path: [name], message: "needs by: listed" }));
    if (folds === "none") {
      return by === "time" || by === "random-window-leaks"
        ? [{ path: ["folds"], message: `a split by ${by} needs a number of folds` }]
        : [];
    }
    return fold < folds ? [] : [{
      path: ["fold"],
      message: `${folds} folds are counted 0 to ${folds - 1}, got ${fold}`,
    }];
  },
  async run({ inputs: { windows }, params, rng, log, warn }) {
    const split = await make(windows, params, rng);
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

type Params = z.output<typeof params>;

async function make(windows: Windows, params: Params, rng: Random): Promise<Split> {
  const { splitByGroup, splitListed, splitOfficial } = await import("../signal/split/split_by_group.ts");
  const { splitByTime, splitRandomWindows } = await import("../signal/split/split_time.ts");
  const { by, validation } = params;
  switch (by) {
    case "subject":
    case "recording":
      return splitByGroup(windows, params, rng, by);
    case "listed":
      return splitListed(windows, params.test_subjects!, params.validation_subjects ?? validation, rng);
    case "official":
      return splitOfficial(windows, validation, rng);
    case "time": {
      const embargo = extentSamples(params.embargo, windows.recordings.rate, windows.length);
      return splitByTime(windows, { ...params, folds: params.folds as number, embargo });
    }
    case "random-window-leaks":
      return splitRandomWindows(windows, { ...params, folds: params.folds as number }, rng);
  }
}
