/** How training went, and what gates say. */
import { type MetricKind, positive, share } from "./kind.ts";

export const training: MetricKind[] = [
  {
    name: "best_epoch",
    title: "best epoch",
    group: "Training",
    better: "neither",
    range: positive,
    about: "Epochs up to the weights that are kept: of the best validation score, or the last.",
  },
  {
    name: "validation_perplexity",
    title: "validation perplexity",
    group: "Training",
    better: "higher",
    range: positive,
    about: "Perplexity of the codes of the validation part at the epoch that is kept.",
  },
  {
    name: "neighbor_agreement",
    title: "agreement of neighbouring codes",
    group: "Training",
    better: "higher",
    range: [-1, 1],
    about: "Correlation of a code learnt without labels with that of the next window, mean over dimensions.",
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
