/**
 * Segment metrics of action segmentation, with the definitions of MS-TCN's `eval.py` (Farha and Gall 2019): F1 counts
 * are pooled over sequences, the edit score is averaged. No label is treated as background: cut unlabelled parts out
 * first, on both sides alike.
 */
import { levenshtein } from "./levenshtein.ts";
import { type Segment, segmentsOf } from "../../temporal/segments.ts";

/** A true and a predicted label sequence of equal length. */
export interface SequencePair {
  truth: ArrayLike<number>;
  predicted: ArrayLike<number>;
}

/** F1 at one overlap, with the counts behind it. Values in percent. */
export interface OverlapScore {
  threshold: number;
  f1: number | null;
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
}

/** Segment metrics; `null` where there is no segment at all. */
export interface SegmentScores {
  sequences: number;
  trueSegments: number;
  predictedSegments: number;
  /** 100 · (1 − Levenshtein / longer), mean over sequences. */
  edit: number | null;
  overlap: OverlapScore[];
  /** F1 of boundaries within `tolerance`, percent; `null` where no true sequence has a boundary. */
  boundaryF1: number | null;
  /** Predicted segments per true segment: above 1 is over-segmentation. */
  overSegmentation: number | null;
}

/**
 * Scores sequences.
 *
 * @param tolerance Largest distance of matching boundaries, in labels.
 *
 * ```ts
 * import { scoreSegments } from "./segments_score.ts";
 * import assert from "node:assert/strict";
 * const scores = scoreSegments([{ truth: [0, 0, 1, 1], predicted: [0, 0, 0, 1] }]);
 * assert.equal(scores.edit, 100);
 * assert.equal(scores.overlap[2].f1, 100);
 * ```
 */
export function scoreSegments(
  sequences: readonly SequencePair[],
  { thresholds = [0.1, 0.25, 0.5], tolerance = 1 }: { thresholds?: number[]; tolerance?: number } = {},
): SegmentScores {
  const overlap = thresholds.map((threshold): OverlapScore => ({
    threshold,
    f1: null,
    truePositives: 0,
    falsePositives: 0,
    falseNegatives: 0,
  }));
  const boundary = { hit: 0, predicted: 0, truth: 0 };
  let trueSegments = 0, predictedSegments = 0, editSum = 0, counted = 0;
  for (const { truth, predicted } of sequences) {
    if (truth.length !== predicted.length) {
      throw new RangeError(`Cannot score segments: ${truth.length} labels, ${predicted.length} predictions`);
    }
    if (truth.length === 0) continue;
    counted++;
    const t = segmentsOf(truth), p = segmentsOf(predicted);
    trueSegments += t.length;
    predictedSegments += p.length;
    editSum += 1 - levenshtein(t.map((s) => s.label), p.map((s) => s.label)) / Math.max(t.length, p.length);
    for (const score of overlap) countOverlaps(t, p, score);
    boundary.hit += matchBoundaries(t, p, tolerance);
    boundary.predicted += p.length - 1;
    boundary.truth += t.length - 1;
  }
  for (const score of overlap) {
    const { truePositives: tp, falsePositives: fp, falseNegatives: fn } = score;
    score.f1 = tp + fp + fn === 0 ? null : 100 * 2 * tp / (2 * tp + fp + fn);
  }
  return {
    sequences: counted,
    trueSegments,
    predictedSegments,
    edit: counted === 0 ? null : 100 * editSum / counted,
    overlap,
    boundaryF1: boundary.truth === 0 ? null : 100 * 2 * boundary.hit / (boundary.predicted + boundary.truth),
    overSegmentation: trueSegments === 0 ? null : predictedSegments / trueSegments,
  };
}

/** Each predicted segment looks for its best overlap among the true segments of its label. */
function countOverlaps(truth: Segment[], predicted: Segment[], score: OverlapScore): void {
  const hit = new Uint8Array(truth.length);
  let first = 0;
  for (const p of predicted) {
    while (first < truth.length && truth[first].to <= p.from) first++;
    let best = 0, match = -1;
    for (let i = first; i < truth.length && truth[i].from < p.to; i++) {
      const t = truth[i];
      if (t.label !== p.label) continue;
      const iou = (Math.min(t.to, p.to) - Math.max(t.from, p.from)) /
        (Math.max(t.to, p.to) - Math.min(t.from, p.from));
      if (iou > best) {
        best = iou;
        match = i;
      }
    }
    if (match >= 0 && best >= score.threshold && hit[match] === 0) {
      score.truePositives++;
      hit[match] = 1;
    } else {
      score.falsePositives++;
    }
  }
  score.falseNegatives += hit.length - hit.reduce((a, b) => a + b, 0);
}

/** Greatest number of pairs of boundaries within the tolerance, each used once (greedy in time order is optimal). */
function matchBoundaries(truth: Segment[], predicted: Segment[], tolerance: number): number {
  let hits = 0;
  for (let i = 1, j = 1; i < truth.length && j < predicted.length;) {
    const distance = predicted[j].from - truth[i].from;
    if (Math.abs(distance) <= tolerance) {
      hits++;
      i++;
      j++;
    } else if (distance < 0) j++;
    else i++;
  }
  return hits;
}
