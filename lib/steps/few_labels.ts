/** `few-labels`: how many labels are enough, with a model that was trained without any and without it. */
import { z } from "zod";
import { Metrics } from "../artifacts/metrics.ts";
import { Model } from "../artifacts/model.ts";
import { Split } from "../artifacts/split.ts";
import { Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import type { ParamProblem } from "../workflow/step.ts";
import { defineStep } from "./define.ts";

export default defineStep({
  type: "few-labels",
  summary: "Learn from few labels on top of a model that was trained without any, beside learning without it",
  inputs: { windows: Windows, split: Split, model: Model },
  params: z.strictObject({
    people: z.array(z.int().min(1)).min(1).default([2]).describe(
      "Numbers of people of the training part whose labels are used, ascending.",
    ),
    per_class: z.array(z.union([z.int().min(1), z.literal("all")])).min(1).default([1, 3, 10]).describe(
      "Numbers of labelled windows of each class, ascending; `all` takes every one that these people have.",
    ),
    draws: z.int().min(1).max(200).default(20).describe(
      "Draws of people and windows; the metrics are means over the draws of the last numbers.",
    ),
    tuned_draws: z.int().min(0).max(200).default(3).describe(
      "Draws on which the whole network is trained as well: from the model's weights, on these labels and, for other windows " +
        "of the training part, on what the codes then say of them; and from chance on the labels alone. 0 leaves both out.",
    ),
    neighbors: z.int().min(0).max(64).default(0).describe(
      "Windows on either side that statistics and codes of each window, and the logits of networks that are trained, are " +
        "averaged with, never across a recording, a gap or a part of the split.",
    ),
    steps: z.int().min(1).default(180).describe("Steps of such a training."),
    learning_rate: z.number().positive().default(2e-3).describe("Peak learning rate of such a training."),
    transductive: z.boolean().default(false).describe(
      "Whether a model that has seen the judged people, without their labels, is judged nevertheless; the result says so.",
    ),
  }),
  outputs: { metrics: Metrics },
  random: true,
  permissions: { ffi: true, env: ["ORT_*", "DEBUG"], sys: ["cpus", "osRelease"] },
  check: ({ people, per_class, draws, tuned_draws }) => {
    const problems: ParamProblem[] = [];
    const ascending = (values: number[]) => values.every((value, i) => i === 0 || value > values[i - 1]);
    if (!ascending(people)) {
      problems.push({ path: ["people"], message: `must ascend, got ${people.join(", ")}` });
    }
    if (!ascending(per_class.map((n) => n === "all" ? Infinity : n))) {
      problems.push({ path: ["per_class"], message: `must ascend, got ${per_class.join(", ")}` });
    }
    if (tuned_draws > draws) {
      problems.push({
        path: ["tuned_draws"],
        message: `must be at most the ${draws} draws, got ${tuned_draws}`,
      });
    }
    return problems;
  },
  async run({ inputs, params, rng, threads, progress, signal, warn }) {
    const { fitWindows } = await import("../model/fit.ts");
    const { fewLabels } = await import("../model/few/few_labels.ts");
    const { judge } = await import("../metrics/scores/judged.ts");
    const { heldOutFacts } = await import("../metrics/scores/held_out.ts");
    const { judgeFewLabels } = await import("../metrics/scores/judge_few_labels.ts");
    const { trainOptions } = await import("./shared/train_options.ts");
    const { trainParams, withDefaults } = await import("./shared/train_params.ts");
    const { model, split } = inputs;
    if (model.imported === true) {
      throw new InputError("Cannot learn from few labels: an imported encoder cannot be trained further", {
        hint: "Use a model of a `train` step.",
      });
    }
    const { windows, notes } = fitWindows(model, inputs.windows);
    notes.forEach(warn);
    const judged = judge(windows, split, "test");
    if (judged.rows.length === 0) {
      throw new InputError(
        "Cannot learn from few labels: no window of the test part has a label to judge by",
      );
    }
    const heldOut = heldOutFacts(windows, split, judged, model);
    if (heldOut.trained > 0 && !params.transductive) {
      throw new InputError(
        `Cannot learn from few labels: the model has seen ${heldOut.trained} of the ${heldOut.judged} judged windows, or their people`,
        {
          hint: "Train it on the same split, or say transductive: true, and the result will say so as well.",
        },
      );
    }
    if (heldOut.trained > 0) {
      warn("Transductive: the model has seen the judged people, though not their labels");
    }
    const defaults = withDefaults(trainParams.parse({ head: [64] }), "supervised");
    const training = trainOptions(
      { ...defaults, keep: "last", learning_rate: params.learning_rate },
      windows.length,
    );
    const results = await fewLabels(
      { windows, split, model },
      judged.rows,
      {
        people: params.people,
        perClass: params.per_class.map((n) => n === "all" ? null : n),
        draws: params.draws,
        tunedDraws: params.tuned_draws,
        steps: params.steps,
        neighbors: params.neighbors,
        training: { ...training, threads },
        head: defaults.head,
      },
      rng,
      (fraction, message) => progress({ fraction, message }),
      signal,
    );
    return {
      metrics: {
        ...judgeFewLabels(judged, results),
        judgedOn: { data: windows.recordings.source.name, part: "test", rule: split.rule },
        heldOut,
        details: { transductive: heldOut.trained > 0, pretrainedOn: model.training.subjects.length },
      },
    };
  },
});
