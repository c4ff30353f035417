/** What `smooth` is asked for, and what either method answers before it is described. */
import type { Behaviours } from "../artifacts/behaviours.ts";
import type { Codes } from "../artifacts/codes.ts";
import type { Motifs } from "../artifacts/motifs.ts";
import type { FittedHsmm, SmoothingRules } from "../artifacts/smoothing.ts";
import type { Split } from "../artifacts/split.ts";
import type { Windows } from "../artifacts/windows.ts";
import type { MotifHsmmOptions } from "./hsmm/motifs.ts";
import type { HysteresisOptions } from "./hysteresis.ts";
import type { NamesFile } from "./names_file.ts";

/** What is smoothed; all by window. */
export interface SmoothingInput {
  motifs: Pick<Motifs, "labels" | "k" | "points" | "posterior" | "names" | "rule" | "clusters">;
  windows: Windows;
  codes?: Codes;
  /** Where given, nothing is fitted on, or named after, windows of the test part. */
  split?: Pick<Split, "part">;
  /** Behaviours whose hidden semi-Markov model is applied instead of fitting a new one. */
  fitted?: Pick<Behaviours, "hsmm" | "names" | "colors" | "notes">;
  /** Names that people gave. */
  names?: NamesFile;
}

/** Settings in the user's units. */
export interface SmoothingOptions {
  method: "pipeline" | "hsmm";
  modeWidth: number;
  hysteresis?: Omit<HysteresisOptions, "maxHold">;
  maxHoldMs: number;
  minDwellMs: number;
  /** The dwell is a default: that it has no effect is no mistake to warn of. */
  dwellByDefault?: boolean;
  /** Decide each label with a bounded delay, as a device must. */
  causal?: boolean;
  hsmm:
    & Pick<
      MotifHsmmOptions,
      "states" | "family" | "maxDuration" | "restarts" | "iterations" | "stickiness"
    >
    & {
      /** Most windows to fit on; of more, a sample of so many. */
      sample?: number;
    };
  /** Costs of a change of state, in nats, at which the median bout is reported as well. */
  stickinessScan?: readonly number[];
}

/** Smoothed labels with what numbers them. */
export interface Smoothed {
  labels: Int32Array;
  k: number;
  rules?: SmoothingRules;
  hsmm?: FittedHsmm;
  kind: "motif" | "state";
  /** Fingerprint of what numbered the behaviours. */
  fit: string | null;
  /** Names of the model that was applied. */
  names?: string[];
  details: Behaviours["details"];
}
