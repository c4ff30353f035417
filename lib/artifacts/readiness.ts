/** The verdict of readiness and the facts that it rests on, as they stand in the details of {@linkcode Metrics}. */
import { z } from "zod";
import type { Json, Origin } from "./artifact.ts";

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

/** The verdict with every reason against it. */
export interface Readiness {
  verdict: "READY" | "NOT READY";
  reasons: Obstacle[];
  gates: GateResult[];
}

const heldOutSchema = z.object({
  leaks: z.boolean(),
  sharesSubjects: z.boolean(),
  judged: z.number(),
  trained: z.number(),
  subjects: z.array(z.string()),
});

const readinessSchema = z.object({
  verdict: z.enum(["READY", "NOT READY"]),
  reasons: z.array(z.object({ reason: z.string(), cure: z.string() })),
});

type Details = { readonly [key: string]: Json };

/** What the details of metrics say of held-out windows; `undefined` where they do not. */
export function heldOutOf({ held_out: facts }: Details): HeldOut | undefined {
  return heldOutSchema.safeParse(facts).data;
}

/** The verdict in the details of metrics; `undefined` where there is none. */
export function readinessOf({ readiness }: Details): Omit<Readiness, "gates"> | undefined {
  return readinessSchema.safeParse(readiness).data;
}

/** A verdict in one sentence, with every reason. */
export function verdictText({ verdict, reasons }: Omit<Readiness, "gates">): string {
  return reasons.length === 0 ? verdict : `${verdict}: ${reasons.map(({ reason }) => reason).join("; ")}`;
}
