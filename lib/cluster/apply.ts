/** Motifs that were found in other windows, given to new ones. */
import type { Codes } from "../artifacts/codes.ts";
import type { Latents } from "../artifacts/latents.ts";
import type { Motifs } from "../artifacts/motifs.ts";
import type { Split } from "../artifacts/split.ts";
import { InputError } from "../errors.ts";
import type { Stretches } from "./fit/adaptive.ts";
import { assignByRule } from "./fit/rule.ts";
import { coverage } from "./novelty.ts";
import type { IndexedPoints, Points } from "./points/points.ts";
import { inertiaOf, rowsOf, sizeOf } from "./points/points.ts";
import { prepare } from "./points/prepare.ts";

/** Windows to label, in the space that the motifs were clustered in. */
export interface ApplyRequest {
  codes?: Codes;
  latents?: Latents;
  /** Only says how many of the windows are training windows. */
  split?: Split;
  /** Which windows follow each other, where the motifs were made of windows with their neighbours. */
  stretches?: Stretches;
  maxPoints?: number;
  /** That there are no windows is no mistake. */
  mayBeNone?: boolean;
}

/**
 * Labels windows with motifs that were fitted elsewhere. The windows that the motifs were fitted on get exactly the
 * labels and posteriors that they have there; of motifs with neighbours, where their split cut no recording.
 *
 * @throws InputError where the space or scale of the motifs is not that of the windows.
 */
export function applyToWindows(fitted: Motifs, request: ApplyRequest): Motifs {
  return describeApplied(fitted, request, (rule, points) => rule.label(points))!;
}

/**
 * The motifs that {@linkcode applyToWindows} gives all windows, from those that it gave each shard of them.
 *
 * @param shards In the order of the windows.
 * @returns undefined where all windows together have too many distinct points to be labelled one by one.
 */
export function joinApplied(
  fitted: Motifs,
  request: ApplyRequest,
  shards: readonly Motifs[],
): Motifs | undefined {
  return describeApplied(fitted, request, (rule, points) => {
    if (!points.exact || shards.some(({ clustered }) => clustered?.exact === false)) return undefined;
    return rule.labelsOf(points, shards);
  });
}

function describeApplied(
  fitted: Motifs,
  request: ApplyRequest,
  label: (rule: MotifRule, points: IndexedPoints) => Labeled | undefined,
): Motifs | undefined {
  if (fitted.rule === undefined) {
    throw new InputError(
      "Cannot apply motifs: their labels were made elsewhere, without a rule for new windows",
      {
        hint: "Connect motifs of a `cluster` step to port fitted.",
      },
    );
  }
  const { points, clustered, warnings } = prepare({
    ...request,
    space: fitted.space,
    neighbors: fitted.neighbors,
    method: "kmeans",
    criterion: "silhouette",
    maxPoints: request.maxPoints ?? Math.max(fitted.pointValues.length / fitted.dimensions, 32768),
  });
  const scale = fitted.clustered?.scale;
  if (scale !== undefined && scale !== clustered.scale) {
    throw new InputError(`Cannot apply motifs of ${scale} to ${clustered.scale}`, {
      hint: "Connect the same kinds of inputs as when the motifs were made.",
    });
  }
  const rule = new MotifRule(fitted);
  const labeled = label(rule, points);
  if (labeled === undefined) return undefined;
  const details = { applied: { points: sizeOf(points), known: labeled.known } };
  return { ...rule.describe(points, labeled), clustered, warnings, details };
}

/** What new points were labelled. */
interface Labeled {
  /** int32 `[M]`. */
  labels: Int32Array;
  /** float32 `[M, K]`. */
  posterior: Float32Array;
  /** How many of the points are points of the fit as well. */
  known: number;
}

/** Fitted motifs, ready to label any number of further points. */
export class MotifRule {
  readonly #fitted: Motifs;
  readonly #labels: Int32Array;
  readonly #rows = new Map<string, number>();
  /** Whether a point lies near enough to a labelled one, where labels named the motifs. */
  readonly #covers: (values: Float64Array, row: number) => boolean;

  constructor(fitted: Motifs) {
    this.#fitted = fitted;
    this.#covers = fitted.covered === undefined ? () => true : coverage(fitted.covered, fitted.dimensions);
    const { pointValues: values, dimensions, pointWeights: weights } = fitted;
    const known: Points = { values, dimensions, weights };
    this.#labels = labelsOfPoints(fitted, sizeOf(known));
    for (let row = 0; row < weights.length; row++) this.#rows.set(placeOf(known, row), row);
  }

  /**
   * Assigns points to the motifs. A point of the fit gets exactly its label and posterior; any other goes by the rule of
   * the fit (the nearest centroid, the largest posterior, the nearest core point within eps), so that it gets the label
   * which it would have got as a held-out window of the fit, merges by `enforce-support` included, and none where labels
   * named the motifs and it lies too far from all labelled windows. Ids are those of the fit, whatever the new support; a
   * motif without new windows has support 0. What was measured on the windows of the fit (silhouette, BIC, the curve of
   * k, stability) says nothing of the new ones and is left out; the inertia is that of the new windows to the fitted
   * centroids.
   *
   * @param points New points in the space and on the scale that the motifs were clustered in.
   * @throws InputError where spaces have different dimensions.
   */
  apply(points: IndexedPoints): { motifs: Motifs; known: number } {
    const labeled = this.label(points);
    return { motifs: this.describe(points, labeled), known: labeled.known };
  }

  /** The label and the posterior of each point, as {@linkcode apply} says. */
  label(points: IndexedPoints): Labeled {
    const { k, posterior: knownPosterior, rule, clusters } = this.#fitted;
    this.#checkDimensions(points);
    const m = sizeOf(points);
    const labels = new Int32Array(m).fill(-1);
    const posterior = new Float32Array(m * k);
    const unknown: number[] = [];
    for (let p = 0; p < m; p++) {
      const row = this.#rows.get(placeOf(points, p));
      if (row === undefined) {
        unknown.push(p);
        continue;
      }
      labels[p] = this.#labels[row];
      posterior.set(knownPosterior.subarray(row * k, row * k + k), p * k);
    }
    if (rule !== undefined) {
      const assigned = assignByRule(rule, rowsOf(points, unknown));
      const motifOf = clusters ?? Array.from({ length: k }, (_, c) => c);
      const size = motifOf.length;
      unknown.forEach((p, i) => {
        const label = assigned.labels[i];
        labels[p] = label < 0 || !this.#covers(points.values, p) ? -1 : motifOf[label];
        for (let c = 0; c < size; c++) posterior[p * k + motifOf[c]] += assigned.posterior[i * size + c];
      });
    }
    return { labels, posterior, known: m - unknown.length };
  }

  /** The same of points whose windows were labelled shard by shard. @param shards In the order of the windows. */
  labelsOf(points: IndexedPoints, shards: readonly Motifs[]): Labeled {
    const { k } = this.#fitted;
    this.#checkDimensions(points);
    const m = sizeOf(points);
    const labels = new Int32Array(m);
    const posterior = new Float32Array(m * k);
    const seen = new Uint8Array(m);
    let window = 0;
    for (const shard of shards) {
      for (let i = 0; i < shard.labels.length; i++, window++) {
        const p = points.index[window];
        if (seen[p] === 1) continue;
        seen[p] = 1;
        labels[p] = shard.labels[i];
        const row = shard.points[i] * k;
        posterior.set(shard.posterior.subarray(row, row + k), p * k);
      }
    }
    let known = 0;
    for (let p = 0; p < m; p++) if (this.#rows.has(placeOf(points, p))) known++;
    return { labels, posterior, known };
  }

  /** Motifs of the windows behind labelled points. */
  describe(points: IndexedPoints, { labels, posterior }: Labeled): Motifs {
    const support = new Array<number>(this.#fitted.k).fill(0);
    const weights = new Float64Array(sizeOf(points));
    for (const p of points.index) {
      weights[p]++;
      if (labels[p] >= 0) support[labels[p]]++;
    }
    const { stability: _, clustered: _points, ...fitted } = this.#fitted;
    return {
      ...fitted,
      labels: Int32Array.from(points.index, (p) => labels[p]),
      points: points.index,
      posterior,
      pointValues: points.values,
      pointWeights: weights,
      support,
      ...notMeasured,
      inertia: inertiaOf({ ...points, weights }, labels, this.#fitted.centroids),
      reason: "applied",
      warnings: [],
      details: {},
    };
  }

  #checkDimensions(points: IndexedPoints): void {
    const { dimensions } = this.#fitted;
    if (points.dimensions === dimensions) return;
    throw new InputError(
      `Cannot apply motifs: they have ${dimensions} dimensions, the windows ${points.dimensions}`,
      { hint: "Encode the windows with the model that the motifs were made with." },
    );
  }
}

/** What only the windows of a fit have. */
const notMeasured = {
  bic: null,
  bicVariant: null,
  silhouette: null,
  silhouetteError: null,
  curve: [],
  hitBoundary: false,
} satisfies Partial<Motifs>;

/** The label of each fitted point; where its windows disagree (imported labels), the most frequent one. */
export function labelsOfPoints(
  { labels, points, k }: Pick<Motifs, "labels" | "points" | "k">,
  m: number,
): Int32Array {
  const counts = new Float64Array(m * (k + 1));
  labels.forEach((label, n) => counts[points[n] * (k + 1) + label + 1]++);
  return Int32Array.from({ length: m }, (_, p) => {
    const row = counts.subarray(p * (k + 1), (p + 1) * (k + 1));
    return row.indexOf(row.reduce((most, count) => Math.max(most, count), 0)) - 1;
  });
}

/** A point's coordinates as a key; −0 is 0. */
function placeOf({ values, dimensions: d }: Points, row: number): string {
  return values.subarray(row * d, row * d + d).join();
}
