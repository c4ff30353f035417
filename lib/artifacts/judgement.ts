/** What was judged on what, and what came of comparisons: the facts of {@linkcode Metrics} that later steps rest on. */
import { z } from "zod";
import { anyJson, objectOf } from "./read_json.ts";
import type { Json } from "./artifact.ts";

/** Coordinates of one cell of a matrix, e.g. `{ fold: 2 }`. */
export type CellOf = { [axis: string]: Json };

/** What was judged. Of summaries: what all cells share. */
export interface JudgedOn {
  /** Name of the data set. */
  data?: string;
  /** Part of the split, or `all`. */
  part?: string;
  /** The rule of the split in words. */
  rule?: string;
  /** Windows of the training part, and those that were judged. */
  windows?: { train: number; judged: number };
}

/** The outcome of a comparison of two sides; its tests are the table `comparison`. */
export interface Verdict {
  /** `A`, `B` or `inconclusive`, by the metric `primary`. */
  winner: Winner;
  primary: string;
  /** Winners by metric. */
  verdicts: Record<string, Winner>;
  /** Two-sided error of the whole comparison. */
  alpha: number;
  /** What was judged on either side. */
  a: JudgedOn;
  b: JudgedOn;
}

/** Which side is better. */
export type Winner = "A" | "B" | "inconclusive";

/** What was compared with what by `monitor`; its tests are the table `drift`. */
export interface Monitored {
  /** Names of the data sets. */
  reference: string;
  current: string;
  /** Least adjusted Rand index at which the motifs still hold. */
  minStability: number;
}

/** How groups of subjects were compared; the tests are the table `group_comparison`. */
export interface GroupDesign {
  /** Fact of the recordings that tells the groups. */
  groups: string;
  design: "within subjects" | "between subjects";
  /** Subjects by group. */
  subjects: Record<string, string[]>;
  /** False discovery rate below which a difference counts. */
  alpha: number;
}

/** Whether levels were found within the limits; the candidates are the table `frontier`. */
export interface LevelsChoice {
  levels: number[] | null;
  feasible: boolean;
  /** Why not. */
  reason: string | null;
}

const text = z.string();
const number = z.number();
const winner = z.enum(["A", "B", "inconclusive"]);

/** Schema of {@linkcode CellOf}. */
export const cellSchema = (): z.ZodType<CellOf> => z.record(text, anyJson);

/** Schema of {@linkcode JudgedOn}. */
export const judgedOnSchema = () =>
  objectOf<JudgedOn>({
    data: text.optional(),
    part: text.optional(),
    rule: text.optional(),
    windows: z.object({ train: z.int().min(0), judged: z.int().min(0) }).optional(),
  });

/** Schema of {@linkcode Verdict}. */
export const verdictSchema = () =>
  objectOf<Verdict>({
    winner,
    primary: text,
    verdicts: z.record(text, winner),
    alpha: number,
    a: judgedOnSchema(),
    b: judgedOnSchema(),
  });

/** Schema of {@linkcode Monitored}. */
export const monitoredSchema = () =>
  objectOf<Monitored>({ reference: text, current: text, minStability: number });

/** Schema of {@linkcode GroupDesign}. */
export const groupDesignSchema = () =>
  objectOf<GroupDesign>({
    groups: text,
    design: z.enum(["within subjects", "between subjects"]),
    subjects: z.record(text, z.array(text)),
    alpha: number,
  });

/** Schema of {@linkcode LevelsChoice}. */
export const levelsChoiceSchema = () =>
  objectOf<LevelsChoice>({
    levels: z.array(z.int()).nullable(),
    feasible: z.boolean(),
    reason: text.nullable(),
  });
