/** Segments of predictions and bouts of behaviour. */
import { type MetricKind, positive, share } from "./kind.ts";

const common = { group: "Segments and bouts", better: "higher", range: [0, 100], unit: "%" } as const;

export const segments: MetricKind[] = [
  {
    ...common,
    name: "edit_score",
    title: "edit score",
    rank: 10,
    about: "Likeness of the order of segments: 100 less the normalised edit distance.",
  },
  ...[10, 25, 50].map((overlap): MetricKind => ({
    ...common,
    name: `f1_at_${overlap}`,
    title: `F1@${overlap}`,
    about: `F1 of segments that overlap by at least ${overlap} %.`,
  })),
  {
    ...common,
    name: "boundary_f1",
    title: "boundary F1",
    about: "F1 of the boundaries between segments.",
  },
  {
    ...common,
    name: "over_segmentation",
    title: "predicted / true segments",
    better: "neither",
    range: positive,
    unit: undefined,
    about: "Predicted segments per true segment; best at 1.",
  },
  {
    ...common,
    name: "bout_duration_median",
    title: "bout duration median",
    better: "neither",
    range: positive,
    unit: "s",
    about: "Median duration of the bouts.",
  },
  {
    ...common,
    name: "assigned_time_share",
    title: "assigned time share",
    better: "neither",
    range: share,
    unit: undefined,
    about: "Share of the time that belongs to a behaviour.",
  },
];
