/** What few labels are enough for. */
import { index, type MetricKind, share } from "./kind.ts";

const common = { group: "Classification", better: "higher" } as const;

export const fewLabels: MetricKind[] = [
  {
    ...common,
    name: "few_labels_accuracy",
    title: "accuracy of few labels on codes",
    range: share,
    baseline: "few_labels_statistics_accuracy",
    about: "Accuracy of logistic regression from few labels on the codes of a model that saw none.",
  },
  {
    ...common,
    name: "few_labels_statistics_accuracy",
    title: "accuracy of few labels on statistics",
    better: "neither",
    range: share,
    about: "Accuracy of logistic regression from the same labels on plain statistics of windows.",
  },
  {
    ...common,
    name: "few_labels_tuned_accuracy",
    title: "accuracy of few labels, tuned",
    range: share,
    baseline: "few_labels_untrained_accuracy",
    about: "Accuracy of a network that was trained without labels and then on few of them.",
  },
  {
    ...common,
    name: "few_labels_untrained_accuracy",
    title: "accuracy of few labels from chance",
    better: "neither",
    range: share,
    about: "Accuracy of the same network trained on the same labels alone.",
  },
  {
    ...common,
    name: "few_labels_gain",
    title: "gain of codes over statistics",
    range: index,
    about: "Accuracy of few labels on codes less that on plain statistics, on the same draws.",
  },
  {
    ...common,
    name: "pretraining_gain",
    title: "gain of training without labels first",
    range: index,
    about:
      "Accuracy of the network that was tuned less that of the one trained on the labels alone, on the same draws.",
  },
];
