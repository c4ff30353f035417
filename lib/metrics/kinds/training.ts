/** How training went, and what gates say. */
import { type MetricKind, positive, share } from "./kind.ts";

export const training: MetricKind[] = [
  {
    name: "best_epoch",
    title: "best epoch",
    group: "Training",
    better: "neither",
    range: positive,
    about: "Epochs up to the best validation score.",
  },
  {
    name: "validation_perplexity",
    title: "validation perplexity",
    group: "Training",
    better: "higher",
    range: positive,
    about: "Perplexity of the codes of the validation part at the best epoch.",
  },
  {
    name: "collapsed",
    title: "collapsed",
    group: "Training",
    better: "lower",
    range: share,
    about:
      "1 where the codebook had collapsed at the end of training; a mean is the share of such trainings.",
  },
  {
    name: "gates_failed",
    title: "gates failed",
    group: "Other",
    better: "lower",
    range: positive,
    rank: 15,
    about: "Number of gates that do not hold.",
  },
];
