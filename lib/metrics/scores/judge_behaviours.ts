/** Judges unsupervised labels (motifs, behaviours) against true ones; what they mean is learnt on training windows. */
import type { Metric, Metrics } from "../../artifacts/metrics.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { dictionaryOf } from "../../temporal/dictionary.ts";
import { stretchesOf } from "../../temporal/stretches.ts";
import { scoreOfSums } from "../statistics/group_score.ts";
import { agreementMetric } from "./agreement_metric.ts";
import { bySubject, type ScoreBy, shareOfRows } from "./by_subject.ts";
import { type Judged, overRows } from "./judged.ts";
import {
  countSegments,
  scoreSegments,
  type SegmentScores,
  segmentScores,
  type SequencePair,
} from "./segments_score.ts";
import { typedFrom } from "../../typed_from.ts";

/** Metrics of one labelling, prefixed with `name`. */
export function judgeLabeling(
  judged: Judged,
  windowLabels: Int32Array,
  labels: Int32Array,
  name: "motif" | "behaviour",
): { metrics: Record<string, Metric>; mapped: Int32Array } {
  const own = typedFrom(Int32Array, judged.rows, (i) => labels[i]);
  const mapped = mapToLabels(judged, windowLabels, labels);
  const guesses = typedFrom(Int32Array, judged.rows, (row) => mapped[row]);
  const k = judged.classNames.length;
  const distinct = new Set(typedFrom(Int32Array, judged.part, (i) => labels[i]));
  const note = `each ${name} means its most frequent label in the training part; −1 counts as wrong`;
  const count: Metric = {
    value: [...distinct].filter((label) => label >= 0).length,
    n: judged.part.length,
    of: "windows",
    origin: judged.origin,
  };
  if (judged.rows.length === 0) return { mapped, metrics: { [`${name}_count`]: count } };
  const scored = (pick: "accuracy" | "macroF1") => {
    if (judged.train.length === 0) {
      return overRows(judged, null, { note: "there is no labelled training part" });
    }
    const by: ScoreBy = (group, count) =>
      scoreOfSums(tablesOf(judged, guesses, group, count), (sum) => scoreOf(sum, k)[pick]);
    const { value } = by(judged.subject, judged.subjects.length);
    return overRows(judged, value, { ...bySubject(judged, by, [0, 1]), note });
  };
  return {
    mapped,
    metrics: {
      [`${name}_count`]: count,
      [`${name}_accuracy`]: scored("accuracy"),
      [`${name}_macro_f1`]: scored("macroF1"),
      [`${name}_ari`]: agreementMetric(judged, own, "ari", "adjusted Rand index against the labels"),
      [`${name}_purity`]: purityMetric(judged, own, name),
      [`${name}_nmi`]: agreementMetric(judged, own, "nmi", "normalised mutual information with the labels"),
    },
  };
}

/** Share of the judged windows whose label is the most frequent one of their motif or behaviour among them. */
function purityMetric(judged: Judged, own: Int32Array, name: string): Metric {
  const entries = dictionaryOf(own, judged.labels, judged.classNames.length);
  const meaning = new Map(entries.map((e) => [e.key, e.label]));
  return shareOfRows(judged, (row) => meaning.get(own[row]) === judged.labels[row], {
    note:
      `each ${name} counts as its most frequent label among the judged windows themselves: many small ones are pure`,
  });
}

/** Counts by group: windows by class, guesses by class, and right guesses by class. */
function tablesOf({ labels, classNames }: Judged, guesses: Int32Array, group: Int32Array, groups: number) {
  const k = classNames.length;
  const tables = Array.from({ length: groups }, () => new Float64Array(3 * k));
  labels.forEach((truth, i) => {
    const own = tables[group[i]], guess = guesses[i];
    own[truth]++;
    if (guess >= 0) own[k + guess]++;
    if (guess === truth) own[2 * k + truth]++;
  });
  return tables;
}

/** Scores of such counts; a class that is neither there nor guessed has no F1. */
function scoreOf(counts: Float64Array, k: number): { accuracy: number; macroF1: number } {
  const [there, guessed, right] = [0, 1, 2].map((part) => counts.subarray(part * k, (part + 1) * k));
  const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
  const f1 = Array.from(right, (hits, c) => 2 * hits / (there[c] + guessed[c])).filter((v) =>
    !Number.isNaN(v)
  );
  return { accuracy: sum(right) / sum(there), macroF1: sum(f1) / f1.length };
}

/** Label of every window by its own label's meaning on the training part; −1 where that was never seen. */
function mapToLabels(judged: Judged, windowLabels: Int32Array, labels: Int32Array): Int32Array {
  const entries = dictionaryOf(
    typedFrom(Int32Array, judged.train, (i) => labels[i]),
    typedFrom(Int32Array, judged.train, (i) => windowLabels[i]),
    judged.classNames.length,
  );
  const meaning = new Map(entries.map((e) => [e.key, e.label]));
  return labels.map((label) => meaning.get(label) ?? -1);
}

/** A stretch of judged windows, which is of one recording. */
interface JudgedSequence extends SequencePair {
  /** Its first judged row. */
  row: number;
}

/** Continuous, labelled stretches of the judged part, as pairs of true and predicted class by window. */
function judgedSequences(windows: Windows, judged: Judged, predicted: Int32Array): JudgedSequence[] {
  const wanted = new Uint8Array(windows.start.length);
  const rowOf = new Map(Array.from(judged.rows, (window, row) => [window, row]));
  for (const i of judged.rows) wanted[i] = 1;
  const out: JudgedSequence[] = [];
  for (const { from, to } of stretchesOf(windows)) {
    for (let i = from; i < to; i++) {
      if (wanted[i] === 0) continue;
      const start = i;
      while (i < to && wanted[i] === 1) i++;
      out.push({
        row: rowOf.get(start)!,
        truth: windows.labels.subarray(start, i),
        predicted: predicted.subarray(start, i),
      });
    }
  }
  return out;
}

/** Segment metrics by source of the predictions; those of `behaviours` also as single metrics. */
export function judgeSegments(
  windows: Windows,
  judged: Judged,
  sources: Record<string, Int32Array>,
): Pick<Metrics, "metrics" | "tables"> {
  const tables = [];
  let chosen: SegmentScores | undefined, stretches: JudgedSequence[] = [];
  for (const [source, predicted] of Object.entries(sources)) {
    const sequences = judgedSequences(windows, judged, predicted);
    const s = scoreSegments(sequences);
    if (source === "behaviours") [chosen, stretches] = [s, sequences];
    tables.push({
      source,
      sequences: s.sequences,
      true_segments: s.trueSegments,
      predicted_segments: s.predictedSegments,
      edit: s.edit,
      f1_at_10: s.overlap[0].f1,
      f1_at_25: s.overlap[1].f1,
      f1_at_50: s.overlap[2].f1,
      boundary_f1: s.boundaryF1,
      over_segmentation: s.overSegmentation,
    });
  }
  const metrics: Record<string, Metric> = {};
  if (chosen !== undefined) {
    const { trueSegments: n, sequences } = chosen;
    // Stretches of one label each tell the smoother where labels change; a reader must know.
    const flat = n === sequences;
    const note = flat
      ? "every sequence holds one label only (windows cut within labels, or gaps between them): this flatters smoothing"
      : undefined;
    const counts = stretches.map((sequence) => countSegments([sequence]));
    const over = (
      pick: (scores: SegmentScores) => number | null,
      extra: Partial<Metric> = {},
      range: readonly [number, number] | null = [0, 100],
    ): Metric => ({
      value: pick(chosen!),
      n,
      of: "segments",
      unit: "%",
      origin: judged.origin,
      ...bySubject(judged, (group, groups) => {
        const sums = Array.from({ length: groups }, () => new Float64Array(counts[0].length));
        stretches.forEach(({ row }, i) => counts[i].forEach((count, c) => sums[group[row]][c] += count));
        return scoreOfSums(sums, (sum) => pick(segmentScores(sum)));
      }, range ?? undefined),
      ...(note === undefined ? {} : { note }),
      ...extra,
    });
    const { unit: _, ...overSegmentation } = over((s) => s.overSegmentation, {
      note: note ?? "predicted segments per true segment",
    }, null);
    Object.assign(metrics, {
      edit_score: over((s) => s.edit, { n: sequences, of: "sequences" }),
      f1_at_10: over((s) => s.overlap[0].f1),
      f1_at_25: over((s) => s.overlap[1].f1),
      f1_at_50: over((s) => s.overlap[2].f1),
      boundary_f1: over((s) => s.boundaryF1, {
        note: flat ? "no sequence has a boundary" : "boundaries within one prediction",
      }),
      over_segmentation: overSegmentation,
    });
  }
  return { metrics, tables: { segments: tables } };
}
