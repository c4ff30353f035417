/** Which numbers of clusters a request asks to fit. */
import type { Json } from "../../artifacts/artifact.ts";
import { InputError } from "../../errors.ts";
import { ADAPTIVE_RANGE, adaptiveK, dynamicsOf, stableStates } from "./adaptive.ts";
import { clustersAt } from "./cut.ts";
import type { Fitter } from "./fit.ts";
import { pointsOfCodes } from "../points/code_points.ts";
import { sizeOf } from "../points/points.ts";
import type { Prepared } from "../points/prepare.ts";
import type { ClusterRequest } from "../request.ts";

export interface Candidates {
  /** Ascending; `null` where the method finds its own number. */
  ks: (number | null)[];
  /** Why these: `given`, `range`, `height`, `density`, `adaptive` or `single-point`. */
  reason: string;
  details: { [key: string]: Json };
  warnings: string[];
}

/**
 * The candidates of a request.
 *
 * @throws InputError for more clusters than distinct points.
 */
export function candidatesOf(request: ClusterRequest, prepared: Prepared, fitter: Fitter): Candidates {
  const { method, k, kRange, height } = request;
  const m = sizeOf(fitter.points);
  const plain = (ks: (number | null)[], reason: string) => ({ ks, reason, details: {}, warnings: [] });
  if (method === "dbscan") return plain([null], "density");
  if (k === "adaptive") return adaptive(request, prepared, m);
  if (k !== undefined) {
    if (k > m) {
      throw new InputError(`Cannot form ${k} clusters: there are only ${m} distinct points`, {
        hint: "Lower `k`, use more levels, or look for a collapsed codebook.",
      });
    }
    return plain([k], "given");
  }
  if (kRange === undefined) {
    if (method !== "hierarchical" || height === undefined) {
      throw new InputError(`Cannot cluster by ${method}: neither k nor k_range is given`);
    }
    return plain([clustersAt(fitter.tree, height)], "height");
  }
  if (m === 1) {
    return { ...plain([1], "single-point"), warnings: ["All windows lie on one point: they form one motif"] };
  }
  const [min, max] = kRange;
  const last = Math.min(max, m - 1);
  if (min > last) {
    throw new InputError(
      `Cannot choose k from ${min} to ${max}: ${m} distinct points allow at most ${m - 1} clusters`,
      { hint: "Lower the range, use more levels, or look for a collapsed codebook." },
    );
  }
  const warnings = last === max
    ? []
    : [`k was tried up to ${last}, not ${max}: there are only ${m} distinct points`];
  return {
    ks: Array.from({ length: last - min + 1 }, (_, i) => min + i),
    reason: "range",
    details: { range: [min, last] },
    warnings,
  };
}

/** The number that follows from how many codes are stable in the windows that shape the clusters. */
function adaptive(request: ClusterRequest, { fit }: Prepared, m: number): Candidates {
  const { codes, stretches, stableSelfTransition = 0.8 } = request;
  if (codes === undefined || stretches === undefined) {
    throw new InputError("Cannot adapt k to the dwell of codes: codes and windows must both be connected", {
      hint: "Add the quantize and window steps to `from`.",
    });
  }
  const { index, weights } = pointsOfCodes(codes.codes, codes.levels);
  const stable = stableStates(dynamicsOf(index, weights.length, stretches, fit), stableSelfTransition).length;
  const k = adaptiveK(stable, m);
  const { min, max } = ADAPTIVE_RANGE;
  const warnings = k === min || k === max
    ? [`Adaptive k = ${k} is the edge of its range ${min} to ${max}: ${stable} codes are stable`]
    : k === m - 1
    ? [`Adaptive k = ${k} is the most that ${m} distinct points allow`]
    : [];
  return {
    ks: [k],
    reason: "adaptive",
    details: { stableCodes: stable, stableSelfTransition, meanDwellSteps: 1 / (1 - stableSelfTransition) },
    warnings,
  };
}
