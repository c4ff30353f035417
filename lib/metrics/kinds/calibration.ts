/** How far confidence can be believed. */
import { type MetricKind, positive, share } from "./kind.ts";

const common = { group: "Calibration", better: "lower" } as const;

export const calibration: MetricKind[] = [
  {
    ...common,
    name: "ece",
    title: "ECE",
    range: share,
    raised: true,
    rank: 4,
    baseline: "ece_null",
    bound: "at best",
    about: "Mean distance of confidence and accuracy over bins of equal width.",
  },
  {
    ...common,
    name: "ece_null",
    title: "ECE of a perfectly calibrated model",
    range: share,
    about: "What the ECE would be by chance alone with as many windows.",
  },
  {
    ...common,
    name: "ece_equal_mass",
    title: "ECE, bins of equal count",
    range: share,
    raised: true,
    about: "Mean distance of confidence and accuracy over bins of equal count.",
  },
  {
    ...common,
    name: "ece_classwise",
    title: "ECE, classwise",
    range: share,
    raised: true,
    about: "Mean over the classes of the calibration error of each class's probability.",
  },
  {
    ...common,
    name: "ece_uncalibrated",
    title: "ECE before temperature scaling",
    range: share,
    raised: true,
    about: "ECE of the probabilities at temperature 1.",
  },
  {
    ...common,
    name: "mce",
    title: "MCE",
    range: share,
    raised: true,
    about: "Largest distance of confidence and accuracy in a bin.",
  },
  {
    ...common,
    name: "brier",
    title: "Brier score",
    range: [0, 2],
    about: "Mean squared distance of the probabilities from the truth, summed over the classes.",
  },
  {
    ...common,
    name: "nll",
    title: "NLL",
    range: positive,
    unit: "nat",
    baseline: "nll_uncalibrated",
    about: "Mean negative log-likelihood of the true class.",
  },
  {
    ...common,
    name: "nll_uncalibrated",
    title: "NLL before temperature scaling",
    range: positive,
    unit: "nat",
    about: "NLL of the probabilities at temperature 1.",
  },
  {
    ...common,
    name: "unknown_class_share",
    title: "share of unknown classes",
    range: share,
    about: "Share of the windows whose true class the model was never taught.",
  },
];
