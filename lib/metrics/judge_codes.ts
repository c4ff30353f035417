/** Judges how much of the codebook is used, against what the number of windows allows. */
import type { Codes } from "../artifacts/codes.ts";
import type { Metric, Metrics } from "../artifacts/metrics.ts";
import { dictionaryOf } from "../temporal/dictionary.ts";
import { majorityLabel } from "./classification.ts";
import { type Judged, overRows } from "./judged.ts";

/** Codebook metrics on the part, and the accuracy of reading labels off the codes alone. */
export function judgeCodes(
  judged: Judged,
  codes: Codes,
  windowLabels: Int32Array,
): Pick<Metrics, "metrics" | "tables"> {
  const n = judged.part.length, size = codes.codebookSize;
  const counts = new Map<number, number>();
  for (const i of judged.part) counts.set(codes.codes[i], (counts.get(codes.codes[i]) ?? 0) + 1);
  let entropy = 0, top = 0;
  for (const c of counts.values()) {
    entropy -= c / n * Math.log2(c / n);
    top = Math.max(top, c);
  }
  const expected = size * -Math.expm1(n * Math.log1p(-1 / size));
  const over = (value: number | null, extra: Partial<Metric> = {}): Metric => ({
    value,
    n,
    of: "windows",
    origin: judged.origin,
    ...extra,
  });
  const metrics: Record<string, Metric> = {
    used_codes: over(counts.size, { note: `of ${size}` }),
    codebook_utilization: over(counts.size / size),
    codebook_utilization_ceiling: over(expected / size, {
      note: "share that uniform use would reach with this number of windows",
    }),
    codebook_utilization_relative: over(counts.size / Math.min(size, expected), {
      note: "used codes by those that uniform use would reach",
    }),
    code_entropy_bits: over(entropy, { unit: "bit", note: `at most ${Math.log2(size).toFixed(3)}` }),
    perplexity: over(2 ** entropy),
    top_code_share: over(top / n),
  };
  if (judged.train.length > 0) {
    metrics.code_dictionary_accuracy = overRows(judged, readOff(judged, codes.codes, windowLabels), {
      note: "each code predicts its most frequent label in the training part",
    });
  }
  const rows = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return {
    metrics,
    tables: {
      code_usage: rows.map(([code, windows]) => ({ code, windows, share: windows / n })),
    },
  };
}

function readOff(judged: Judged, codes: Uint32Array, windowLabels: Int32Array): number {
  const k = judged.classNames.length;
  const labels = Int32Array.from(judged.train, (i) => windowLabels[i]);
  const fallback = majorityLabel(labels, k);
  const known = new Map(
    dictionaryOf(Uint32Array.from(judged.train, (i) => codes[i]), labels, k).map((e) => [e.key, e.label]),
  );
  let right = 0;
  judged.rows.forEach((row, i) => {
    if ((known.get(codes[row]) ?? fallback) === judged.labels[i]) right++;
  });
  return right / judged.rows.length;
}
