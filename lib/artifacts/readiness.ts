/** The verdict of readiness and the facts that it rests on, as they stand in {@linkcode Metrics}. */
import { z } from "zod";
import type { Origin } from "./artifact.ts";
import { objectOf } from "./read_json.ts";

/** What is known of how far the judged windows were held out from what was fitted. */
export interface HeldOut {
  /** Training and test share samples, or subjects although the rule promises held-out ones. */
  leaks: boolean;
  /** The rule of the split lets people be in several parts: by time, by recording. */
  sharesSubjects: boolean;
  /** Judged windows, and those of them that something was fitted on or stopped by. */
  judged: number;
  trained: number;
  /** People who were judged. */
  subjects: string[];
}

/** How one gate turned out. */
export interface GateResult {
  metric: string;
  /** e.g. `≥ 0.96`. */
  condition: string;
  value: number | null;
  /** The number that was compared, and what it is, e.g. `lower 95 % bound`. */
  judged: number | null;
  on: string;
  n: number;
  of: string;
  origin: Origin | null;
  passed: boolean;
  reason: string;
}

/** One reason against using what was judged, with what to do about it. */
export interface Obstacle {
  reason: string;
  cure: string;
}

/** The verdict with every reason against it; the gates themselves are the table `gates`. */
export interface Readiness {
  verdict: "READY" | "NOT READY";
  reasons: Obstacle[];
}

/** Schema of {@linkcode HeldOut}. */
export const heldOutSchema = () =>
  objectOf<HeldOut>({
    leaks: z.boolean(),
    sharesSubjects: z.boolean(),
    judged: z.int().min(0),
    trained: z.int().min(0),
    subjects: z.array(z.string()),
  });

/** Schema of {@linkcode Readiness}. */
export const readinessSchema = () =>
  objectOf<Readiness>({
    verdict: z.enum(["READY", "NOT READY"]),
    reasons: z.array(objectOf<Obstacle>({ reason: z.string(), cure: z.string() })),
  });

/** A verdict in one sentence, with every reason. */
export function verdictText({ verdict, reasons }: Readiness): string {
  return reasons.length === 0 ? verdict : `${verdict}: ${reasons.map(({ reason }) => reason).join("; ")}`;
}
