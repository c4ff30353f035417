/**
 * Segment metrics of action segmentation, with the definitions of MS-TCN's `eval.py` (Farha and Gall 2019): F1 counts
 * are pooled over sequences, the edit score is averaged. No label is treated as background: cut unlabelled parts out
 * first, on both sides alike.
 */
import { levenshtein } from "./levenshtein.ts";
import { type Segment, segmentsOf } from "../../temporal/segments.ts";

/** Overlaps at which F1 is told, as usual. */
const overlaps = [0.1, 0.25, 0.5];

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
  options: SegmentOptions = {},
): SegmentScores {
  return segmentScores(countSegments(sequences, options), options.thresholds);
}

/** Settings of {@linkcode scoreSegments}. */
export interface SegmentOptions {
  thresholds?: number[];
  tolerance?: number;
}

/** What {@linkcode segmentScores} needs of sequences; the counts of several add up. */
export function countSegments(
  sequences: readonly SequencePair[],
  { thresholds = overlaps, tolerance = 1 }: SegmentOptions = {},
): Float64Array {
  const counts = new Float64Array(7 + 3 * thresholds.length);
  for (const { truth, predicted } of sequences) {
    if (truth.length !== predicted.length) {
      throw new RangeError(`Cannot score segments: ${truth.length} labels, ${predicted.length} predictions`);
    }
    if (truth.length === 0) continue;
    const t = segmentsOf(truth), p = segmentsOf(predicted);
    const edit = 1 - levenshtein(t.map((s) => s.label), p.map((s) => s.label)) / Math.max(t.length, p.length);
    const hits = matchBoundaries(t, p, tolerance);
    [1, t.length, p.length, edit, hits, p.length - 1, t.length - 1].forEach((count, i) => counts[i] += count);
    thresholds.forEach((threshold, i) =>
      countOverlaps(t, p, threshold).forEach((count, j) => counts[7 + 3 * i + j] += count)
    );
  }
  return counts;
}

/** Scores of sums of {@linkcode countSegments}. */
export function segmentScores(counts: Float64Array, thresholds: number[] = overlaps): SegmentScores {
  const [sequences, trueSegments, predictedSegments, edit, hits, predicted, truth] = counts;
  return {
    sequences,
    trueSegments,
    predictedSegments,
    edit: sequences === 0 ? null : 100 * edit / sequences,
    overlap: thresholds.map((threshold, i) => {
      const [tp, fp, fn] = counts.subarray(7 + 3 * i, 10 + 3 * i);
      return {
        threshold,
        f1: tp + fp + fn === 0 ? null : 100 * 2 * tp / (2 * tp + fp + fn),
        truePositives: tp,
        falsePositives: fp,
        falseNegatives: fn,
      };
    }),
    boundaryF1: truth === 0 ? null : 100 * 2 * hits / (predicted + truth),
    overSegmentation: trueSegments === 0 ? null : predictedSegments / trueSegments,
  };
}

/** Each predicted segment looks for its best overlap among the true segments of its label. */
function countOverlaps(
  truth: Segment[],
  predicted: Segment[],
  threshold: number,
): [truePositives: number, falsePositives: number, falseNegatives: number] {
  const hit = new Uint8Array(truth.length);
  let first = 0, falsePositives = 0;
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
    if (match >= 0 && best >= threshold && hit[match] === 0) hit[match] = 1;
    else falsePositives++;
  }
  const hits = hit.reduce((a, b) => a + b, 0);
  return [hits, falsePositives, hit.length - hits];
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
