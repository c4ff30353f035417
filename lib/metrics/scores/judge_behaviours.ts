/** Judges unsupervised labels (motifs, behaviours) against true ones; what they mean is learnt on training windows. */
import type { Metric, Metrics } from "../../artifacts/metrics.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { agreement } from "../../cluster/judge/agreement.ts";
import { dictionaryOf } from "../../temporal/dictionary.ts";
import { stretchesOf } from "../../temporal/stretches.ts";
import { agreementMetric, type Judged, overRows } from "./judged.ts";
import { scoreSegments, type SegmentScores, type SequencePair } from "./segments_score.ts";

/** Metrics of one labelling, prefixed with `name`. */
export function judgeLabeling(
  judged: Judged,
  windowLabels: Int32Array,
  labels: Int32Array,
  name: "motif" | "behaviour",
): { metrics: Record<string, Metric>; mapped: Int32Array } {
  const own = Int32Array.from(judged.rows, (i) => labels[i]);
  const { ari, nmi } = agreement(judged.labels, own);
  const mapped = mapToLabels(judged, windowLabels, labels);
  let right = 0;
  const k = judged.classNames.length;
  const hit = new Float64Array(k), said = new Float64Array(k), there = new Float64Array(k);
  judged.rows.forEach((row, i) => {
    const guess = mapped[row], truth = judged.labels[i];
    there[truth]++;
    if (guess >= 0) said[guess]++;
    if (guess === truth) {
      right++;
      hit[truth]++;
    }
  });
  const f1 = Array.from(
    { length: k },
    (_, c) => (said[c] + there[c] === 0 ? NaN : 2 * hit[c] / (said[c] + there[c])),
  )
    .filter((v) => !Number.isNaN(v));
  const distinct = new Set(Int32Array.from(judged.part, (i) => labels[i]).filter((l) => l >= 0));
  const note = `each ${name} means its most frequent label in the training part; −1 counts as wrong`;
  const defined = judged.train.length > 0;
  return {
    mapped,
    metrics: {
      [`${name}_count`]: {
        value: distinct.size,
        n: judged.part.length,
        of: "windows",
        origin: judged.origin,
      },
      [`${name}_accuracy`]: overRows(judged, defined ? right / judged.rows.length : null, {
        note: defined ? note : "there is no labelled training part",
      }),
      [`${name}_macro_f1`]: overRows(judged, defined ? f1.reduce((a, b) => a + b, 0) / f1.length : null, {
        note,
      }),
      [`${name}_ari`]: agreementMetric(judged, ari, "adjusted Rand index against the labels"),
      [`${name}_nmi`]: agreementMetric(judged, nmi, "normalised mutual information with the labels"),
    },
  };
}

/** Label of every window by its own label's meaning on the training part; −1 where that was never seen. */
function mapToLabels(judged: Judged, windowLabels: Int32Array, labels: Int32Array): Int32Array {
  const entries = dictionaryOf(
    Int32Array.from(judged.train, (i) => labels[i]),
    Int32Array.from(judged.train, (i) => windowLabels[i]),
    judged.classNames.length,
  );
  const meaning = new Map(entries.map((e) => [e.key, e.label]));
  return labels.map((label) => meaning.get(label) ?? -1);
}

/** Continuous, labelled stretches of the judged part, as pairs of true and predicted class by window. */
function judgedSequences(windows: Windows, judged: Judged, predicted: Int32Array): SequencePair[] {
  const wanted = new Uint8Array(windows.start.length);
  for (const i of judged.rows) wanted[i] = 1;
  const out: SequencePair[] = [];
  for (const { from, to } of stretchesOf(windows)) {
    for (let i = from; i < to; i++) {
      if (wanted[i] === 0) continue;
      const start = i;
      while (i < to && wanted[i] === 1) i++;
      out.push({ truth: windows.labels.subarray(start, i), predicted: predicted.subarray(start, i) });
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
  let chosen: SegmentScores | undefined;
  for (const [source, predicted] of Object.entries(sources)) {
    const s = scoreSegments(judgedSequences(windows, judged, predicted));
    if (source === "behaviours") chosen = s;
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
    const over = (value: number | null, extra: Partial<Metric> = {}): Metric => ({
      value,
      n,
      of: "segments",
      unit: "%",
      origin: judged.origin,
      ...(note === undefined ? {} : { note }),
      ...extra,
    });
    const { unit: _, ...overSegmentation } = over(chosen.overSegmentation, {
      note: note ?? "predicted segments per true segment",
    });
    Object.assign(metrics, {
      edit_score: over(chosen.edit, { n: sequences, of: "sequences" }),
      f1_at_10: over(chosen.overlap[0].f1),
      f1_at_25: over(chosen.overlap[1].f1),
      f1_at_50: over(chosen.overlap[2].f1),
      boundary_f1: over(chosen.boundaryF1, {
        note: flat ? "no sequence has a boundary" : "boundaries within one prediction",
      }),
      over_segmentation: overSegmentation,
    });
  }
  return { metrics, tables: { segments: tables } };
}
