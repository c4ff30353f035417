/** How well labels are recognised. */
import { type MetricKind, share } from "./kind.ts";

const scores = [
  ["accuracy", "accuracy", 1, "Share of the labelled windows whose class was recognised."],
  ["balanced_accuracy", "balanced accuracy", 2, "Mean recall of the classes, each counting the same."],
  ["macro_f1", "macro-F1", 3, "Mean F1 of the classes, each counting the same."],
] as const;

const common = { better: "higher", range: share } as const;

export const classification: MetricKind[] = [
  ...scores.flatMap(([name, title, rank, about]): MetricKind[] => [
    {
      ...common,
      name,
      title,
      group: "Classification",
      rank,
      about,
      baseline: `majority_${name}`,
      twin: `twin_${name}`,
    },
    {
      ...common,
      name: `majority_${name}`,
      title: `majority class: ${title}`,
      group: "Classification",
      about: `What always naming the most frequent class would reach as ${title}.`,
    },
    {
      ...common,
      name: `twin_${name}`,
      title: `without quantiser: ${title}`,
      group: "Classification",
      about: `The ${title} of the same network trained without quantiser.`,
    },
  ]),
  {
    ...common,
    name: "best_channel_accuracy",
    title: "best single channel: accuracy",
    group: "Classification",
    about: "What the best guess from one channel's mean over the window reaches, learnt on training windows.",
  },
  ...([["accuracy", "accuracy"], ["macro_f1", "macro-F1"]] as const).flatMap(([name, title]) =>
    ([["min", "lowest"], ["median", "median"], ["max", "highest"]] as const).map((
      [key, word],
    ): MetricKind => ({
      ...common,
      name: `subject_${name}_${key}`,
      title: `subject ${title} ${key}`,
      group: "By subject",
      about: `The ${word} ${title} among the subjects.`,
    }))
  ),
];
