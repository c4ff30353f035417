/** What changed since the reference. */
import { index, type MetricKind, positive, share } from "./kind.ts";

const common = { group: "Drift", better: "neither" } as const;

export const drift: MetricKind[] = [
  ...["code", "motif"].flatMap((of): MetricKind[] => [
    {
      ...common,
      name: `${of}_psi`,
      title: `${of} PSI`,
      better: "lower",
      range: positive,
      about: `Population stability index of the ${of}s against the reference.`,
    },
    {
      ...common,
      name: `${of}_psi_threshold`,
      title: `${of} PSI threshold`,
      range: positive,
      about: "The PSI that unchanged recordings exceed only at the level's rate.",
    },
    {
      ...common,
      name: `${of}_js`,
      title: `${of} Jensen-Shannon divergence`,
      better: "lower",
      range: [0, Math.LN2],
      unit: "nat",
      about: `Jensen-Shannon divergence of the ${of}s from the reference.`,
    },
    {
      ...common,
      name: `${of}_drift`,
      title: `${of} drift`,
      better: "lower",
      range: share,
      about: "1 where the PSI exceeds its threshold; a mean is the share of such looks.",
    },
  ]),
  {
    ...common,
    name: "perplexity_change",
    title: "perplexity change",
    range: [-1, Infinity],
    about: "Change of the perplexity, relative to the reference.",
  },
  {
    ...common,
    name: "cluster_stability",
    title: "cluster stability",
    better: "higher",
    range: index,
    rank: 13,
    baseline: "cluster_stability_reference",
    about: "Adjusted Rand index of motifs refitted to the new windows with those of the reference.",
  },
  {
    ...common,
    name: "cluster_stability_reference",
    title: "cluster stability of the reference",
    better: "higher",
    range: index,
    about: "The same index for recordings of the reference, as many windows of them.",
  },
  {
    ...common,
    name: "prediction_entropy",
    title: "prediction entropy",
    range: positive,
    unit: "nat",
    rank: 14,
    about: "Mean entropy of the predicted probabilities.",
  },
  {
    ...common,
    name: "prediction_entropy_change",
    title: "prediction entropy change",
    range: [-1, Infinity],
    about: "Change of the mean entropy, relative to the reference.",
  },
  {
    ...common,
    name: "drifted",
    title: "drifted",
    better: "lower",
    range: positive,
    about: "Number of watched distributions that have drifted.",
  },
];
