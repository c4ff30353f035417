/** What one check learns of a user's own step, for the next: a worker to ask takes longer than all the rest. */
import type { Json } from "../../artifacts/artifact.ts";
import type { Resolution, StepFacts } from "../step_type.ts";

/** What is known of a step whose code is as it was. */
export interface KnownStep {
  facts: StepFacts;
  /** What it said of parameters; undefined where it was never asked. */
  answerTo(written: Json): Resolution | undefined;
}

/** What a step said that follows from its code and the parameters alone. */
export interface LearnedStep {
  /** File URL. */
  module: string;
  /** When its code was loaded, in milliseconds since 1970. */
  loaded: number;
  facts: StepFacts;
  answers: [written: Json, resolution: Resolution][];
}

/** Knows steps from earlier checks; undefined for one whose code changed, or that was never loaded. */
export type StepMemory = (module: string) => KnownStep | undefined;
