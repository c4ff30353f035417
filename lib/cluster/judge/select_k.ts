/** Choosing the number of clusters from the curves of BIC and silhouette. */
import type { Candidate } from "../../artifacts/motifs.ts";

export interface Selection {
  k: number;
  /** Which curve decided. */
  reason: "bic" | "silhouette";
  /** The chosen k is the first or last of the candidates: the optimum may lie outside. */
  hitBoundary: boolean;
  /** BIC of the runner-up minus the best; null where not computed for two candidates. */
  deltaBic: number | null;
  warnings: string[];
}

/** Differences of BIC below this are "not worth more than a bare mention" (Kass and Raftery 1995). */
const FLAT_BIC = 2;

/** BIC's choice is doubted where another number of clusters has a silhouette higher by more than this. */
const DISAGREEMENT = 0.1;

/**
 * Chooses k.
 *
 * By `bic`: the smallest BIC; where the runner-up lies less than 2 above it, BIC does not tell the two apart, and among
 * all candidates within 2 of the best the largest silhouette decides. By `silhouette`: the largest silhouette. Ties go
 * to the smaller k.
 *
 * @param curve Candidates in ascending k.
 * @throws RangeError when no candidate has the criterion.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const at = (k: number, bic: number, silhouette: number) => ({ k, bic, silhouette, inertia: null });
 * const chosen = selectK([at(2, 90, 0.2), at(3, 50, 0.4), at(4, 51, 0.5), at(5, 80, 0.9)], "bic");
 * assert.equal(chosen.k, 4);
 * assert.equal(chosen.reason, "silhouette");
 * ```
 */
export function selectK(curve: readonly Candidate[], criterion: "bic" | "silhouette"): Selection {
  const warnings: string[] = [];
  const known = curve.filter((c) => c[criterion] !== null && Number.isFinite(c[criterion]));
  if (known.length === 0) throw new RangeError(`Cannot choose k: no candidate has a ${criterion}`);
  let chosen: Candidate;
  let reason: Selection["reason"] = criterion;
  let deltaBic: number | null = null;
  if (criterion === "bic") {
    const ranked = known.toSorted((a, b) => a.bic! - b.bic! || a.k - b.k);
    chosen = ranked[0];
    if (ranked.length > 1) deltaBic = ranked[1].bic! - ranked[0].bic!;
    const close = ranked.filter((c) => c.bic! - ranked[0].bic! < FLAT_BIC && c.silhouette !== null);
    if (deltaBic !== null && deltaBic < FLAT_BIC && close.length > 0) {
      chosen = bySilhouette(close)!;
      reason = "silhouette";
      warnings.push(
        `BIC is flat: ${ranked[1].k} clusters are ${deltaBic.toFixed(2)} worse than ${ranked[0].k}; ` +
          `silhouette chose ${chosen.k}`,
      );
    }
  } else chosen = bySilhouette(known)!;
  const tighter = bySilhouette(known.filter((c) => c.silhouette !== null));
  if (criterion === "bic" && tighter !== undefined && chosen.silhouette !== null) {
    if (tighter.silhouette! - chosen.silhouette > DISAGREEMENT) {
      warnings.push(
        `BIC chose k = ${chosen.k} with silhouette ${
          chosen.silhouette.toFixed(2)
        }, but ${tighter.k} clusters reach ` +
          `${
            tighter.silhouette!.toFixed(2)
          }: clusters that are not Gaussian, or many overlapping windows, make BIC ` +
          `choose too many; compare \`criterion: silhouette\``,
      );
    }
  }
  const hitBoundary = chosen.k === curve[0].k || chosen.k === curve.at(-1)!.k;
  if (hitBoundary) {
    warnings.push(
      `The chosen k = ${chosen.k} is the edge of the range ${curve[0].k} to ${
        curve.at(-1)!.k
      } that was searched: ` +
        `the best number may lie outside it`,
    );
  }
  return { k: chosen.k, reason, hitBoundary, deltaBic, warnings };
}

function bySilhouette(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.toSorted((a, b) => b.silhouette! - a.silhouette! || a.k - b.k)[0];
}
