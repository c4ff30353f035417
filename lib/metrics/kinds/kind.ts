/** What a metric is: the shape of one entry of the catalogue. */

/** Which way is better; `neither` where the number only describes, or is best somewhere between. */
export type Better = "higher" | "lower" | "neither";

/** `higher` or `lower` is better. */
export type Direction = Exclude<Better, "neither">;

/** Groups of metrics, in the order in which readers meet them. */
export const groups = [
  "Classification",
  "By subject",
  "Calibration",
  "Codes",
  "Codes, motifs and behaviours against labels",
  "Segments and bouts",
  "Training",
  "Drift",
  "8-bit arithmetic",
  "Size and latency",
  "Other",
] as const;

export type Group = typeof groups[number];

/** One metric of the catalogue. */
export interface MetricKind {
  /** Key in {@linkcode Metrics}, e.g. `macro_f1`. */
  name: string;
  /** What readers call it. */
  title: string;
  group: Group;
  better: Better;
  /** Attainable values, both ends included; absent where all numbers are. */
  range?: readonly [number, number];
  unit?: string;
  /** The metric that is drawn beside it, and that it has to beat unless {@linkcode MetricKind.bound} says otherwise. */
  baseline?: string;
  /** What the baseline is called where it is no score to beat but the best that can be reached. @default "baseline" */
  bound?: "at best" | "at most";
  /** The same score of the same network without quantiser. */
  twin?: string;
  /** Order in headlines, from 1; absent: not a headline. */
  rank?: number;
  /** Whether a device is timed by it: the value of a stand-in says nothing. */
  timed?: boolean;
  /** Whether chance alone raises it, as it does a distance: means over folds are then no bound from below. */
  raised?: boolean;
  /** One sentence for readers. */
  about: string;
}

export const share = [0, 1] as const;
export const positive = [0, Infinity] as const;
export const index = [-1, 1] as const;
