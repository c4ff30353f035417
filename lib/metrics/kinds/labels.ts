/** Codes, motifs and behaviours against labels. */
import { index, type MetricKind, positive, share } from "./kind.ts";

const common = { group: "Codes, motifs and behaviours against labels", better: "higher" } as const;

const labelings = [
  { of: "motif", many: "motifs", rank: 8 },
  { of: "behaviour", many: "behaviours", rank: 9 },
];

export const labels: MetricKind[] = [
  {
    ...common,
    name: "code_dictionary_accuracy",
    title: "code → label accuracy",
    range: share,
    rank: 7,
    about: "Accuracy when each code means its most frequent label of the training part.",
  },
  {
    ...common,
    name: "unseen_code_share",
    title: "unseen code share",
    better: "lower",
    range: share,
    rank: 12,
    about: "Share of the windows whose code does not occur in the reference.",
  },
  {
    ...common,
    name: "code_nmi",
    title: "code NMI",
    range: share,
    about: "Normalised mutual information of codes with the labels.",
  },
  {
    ...common,
    name: "code_purity",
    title: "code purity",
    range: share,
    about: "Share of a code's windows with its most frequent label, mean over training windows.",
  },
  {
    ...common,
    name: "ambiguous_codes",
    title: "ambiguous codes",
    better: "lower",
    range: positive,
    about: "Number of codes of which at least two labels hold a fifth each.",
  },
  ...labelings.flatMap(({ of, many, rank }): MetricKind[] => [
    {
      ...common,
      name: `${of}_count`,
      title: `${of} count`,
      better: "neither",
      range: positive,
      about: `Number of different ${many} that occur.`,
    },
    {
      ...common,
      name: `${of}_accuracy`,
      title: `${of} → label accuracy`,
      range: share,
      rank,
      about: `Accuracy when each ${of} means its most frequent label of the training part.`,
    },
    {
      ...common,
      name: `${of}_macro_f1`,
      title: `${of} → label macro-F1`,
      range: share,
      about: `Macro-F1 when each ${of} means its most frequent label of the training part.`,
    },
    {
      ...common,
      name: `${of}_ari`,
      title: `${of} ARI`,
      range: index,
      about: `Adjusted Rand index of ${many} and labels.`,
    },
    {
      ...common,
      name: `${of}_nmi`,
      title: `${of} NMI`,
      range: share,
      about: `Normalised mutual information of ${many} and labels.`,
    },
  ]),
  {
    ...common,
    name: "group_differences",
    title: "behaviours that differ",
    better: "neither",
    range: positive,
    about: "Number of behaviours that differ between groups of subjects, or sessions of the same ones.",
  },
  {
    ...common,
    name: "silhouette",
    title: "silhouette",
    range: index,
    about: "Mean silhouette of the judged windows.",
  },
  {
    ...common,
    name: "silhouette_fit",
    title: "silhouette of the fit",
    range: index,
    about: "Mean silhouette of the windows on which the motifs were fitted.",
  },
  {
    ...common,
    name: "motif_stability",
    title: "stability of motifs (ARI)",
    range: index,
    about: "Median adjusted Rand index of refits on bootstrap samples.",
  },
  {
    ...common,
    name: "stable_motifs",
    title: "stable motifs",
    range: positive,
    about: "Number of motifs with a mean Jaccard index of at least 0.75 over the refits.",
  },
];
