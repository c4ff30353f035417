/** Whose numbers a motif has: what must agree before motifs of two artifacts are joined. */
import { createHash } from "node:crypto";
import type { Motifs } from "../artifacts/motifs.ts";

/** What tells whose numbers motifs have. */
export interface MotifIdentity {
  k: number;
  names?: readonly string[];
  /** Fingerprint of the fit, see {@linkcode fitOf}. */
  fit: string | null;
}

/** What identifies motifs. */
export function identityOf(
  { k, names, ...rest }: Pick<Motifs, "k" | "names" | "rule" | "clusters">,
): MotifIdentity {
  return { k, names, fit: fitOf(rest) };
}

/**
 * Names of motifs where people gave them. Whole numbers are what another program called its clusters: they match as
 * names do, but say nothing to a reader.
 */
export function givenNames({ names }: Pick<Motifs, "names">): string[] | undefined {
  return names?.every((name) => /^\d+$/.test(name)) ? undefined : names;
}

/**
 * A short fingerprint of the fit that the numbers of motifs belong to: its rule and what became of each cluster.
 * Motifs that were assigned by a fit have its fingerprint; another fit, or other merges, have another one.
 *
 * @returns `null` for labels that were made elsewhere: they have names instead.
 */
export function fitOf({ rule, clusters }: Pick<Motifs, "rule" | "clusters">): string | null {
  return rule === undefined ? null : fingerprint([rule, clusters ?? null]);
}

/**
 * Ten hexadecimal digits of the content of a JSON value.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(fingerprint([1, 2]), fingerprint([1, 2]));
 * assert.notEqual(fingerprint([1, 2]), fingerprint([2, 1]));
 * ```
 */
export function fingerprint(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 10);
}

/**
 * The number that each motif of `current` has in `reference`: by name where both have names (−1 for a name that the
 * reference does not know), by number where both are of one fit. Numbers of different fits go by how frequent a motif
 * is in each, so that joining them would compare different behaviours.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const reference = { k: 2, names: ["rest", "run"], fit: null };
 * assert.deepEqual(matchMotifs(reference, { k: 3, names: ["run", "rest", "eat"], fit: null }), [1, 0, -1]);
 * assert.match(matchMotifs(reference, { k: 2, fit: "a1" }) as string, /names on one side only/);
 * ```
 *
 * @returns The numbers, or why they cannot be told.
 */
export function matchMotifs(reference: MotifIdentity, current: MotifIdentity): number[] | string {
  if (reference.names !== undefined && current.names !== undefined) {
    return current.names.map((name) => reference.names!.indexOf(name));
  }
  if (reference.names !== undefined || current.names !== undefined) {
    return "motifs have names on one side only";
  }
  if (reference.fit === current.fit && reference.k === current.k) {
    return Array.from({ length: current.k }, (_, id) => id);
  }
  const why = reference.fit === current.fit && reference.fit !== null
    ? `${reference.k} motifs of one fit became ${current.k}`
    : `motifs are of different fits (${reference.fit ?? "unknown"} and ${current.fit ?? "unknown"})`;
  return `${why}, whose numbers say nothing of each other`;
}
