/** Judges how much of the codebook is used, against what the number of windows allows. */
import type { Codes } from "../../artifacts/codes.ts";
import type { Metric, Metrics } from "../../artifacts/metrics.ts";
import { CodeDictionary } from "../../temporal/code_dictionary.ts";
import { digitInformation } from "./digit_information.ts";
import { agreementMetric } from "./agreement_metric.ts";
import { shareOfRows } from "./by_subject.ts";
import type { Judged } from "./judged.ts";
import { gini } from "../statistics/gini.ts";
import { typedFrom } from "../../typed_from.ts";

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
  const labelled = judged.rows.length > 0;
  const read = !labelled || judged.train.length === 0
    ? undefined
    : readOff(judged, codes, windowLabels, over);
  Object.assign(metrics, read?.metrics);
  const rows = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  metrics.code_gini = over(gini([...counts.values()], size), {
    note: "inequality of use over the whole codebook: 0 even, 1 one code only",
  });
  let cumulative = 0;
  return {
    metrics,
    tables: {
      code_usage: rows.map(([code, windows]) => {
        cumulative += windows;
        return { code, windows, share: windows / n, cumulative: cumulative / n };
      }),
      ...(labelled ? { code_digits: digitsOf(judged, codes) } : {}),
      ...(read === undefined ? {} : { code_dictionary: read.table }),
    },
  };
}

/** What each digit says of the label. */
function digitsOf(judged: Judged, codes: Codes) {
  return digitInformation(judged.rows.map((row) => codes.codes[row]), judged.labels, codes.levels)
    .map((d) => ({
      dimension: d.dimension,
      level: d.level,
      windows: judged.rows.length,
      entropy_bits: d.entropyBits,
      mutual_information_bits: d.mutualInformationBits,
      normalized: d.normalized,
      bias_bits: d.biasBits,
    }));
}

/** What the codes alone say of the label, by the dictionary of the training part. */
function readOff(
  judged: Judged,
  { codes, levels }: Codes,
  windowLabels: Int32Array,
  over: (value: number | null, extra?: Partial<Metric>) => Metric,
) {
  const dictionary = new CodeDictionary(
    typedFrom(Uint32Array, judged.train, (i) => codes[i]),
    typedFrom(Int32Array, judged.train, (i) => windowLabels[i]),
    levels,
    judged.classNames.length,
  );
  const answers = Array.from(judged.rows, (row) => dictionary.look(codes[row]));
  const own = typedFrom(Int32Array, judged.rows, (i) => codes[i]);
  const { train } = judged;
  const pure = dictionary.entries.reduce((sum, e) => sum + e.purity! * e.support, 0) / train.length;
  const named = (label: number) => judged.classNames[label];
  return {
    metrics: {
      code_dictionary_accuracy: shareOfRows(judged, (i) => answers[i].meaning.label === judged.labels[i], {
        note:
          "each code means its most frequent label in the training part; an unseen one its nearest code's",
      }),
      unseen_code_share: shareOfRows(judged, (i) => answers[i].unseen, {
        note: "windows whose code has no entry",
      }),
      code_nmi: agreementMetric(judged, own, "nmi", "normalised mutual information of codes with the labels"),
      code_purity: { ...over(pure), n: train.length, note: "mean over training windows" },
      ambiguous_codes: {
        ...over(dictionary.ambiguous.length),
        n: train.length,
        note: `of ${dictionary.entries.length} codes: at least two labels hold a fifth each`,
      },
    } satisfies Record<string, Metric>,
    table: dictionary.entries.map((e) => ({
      code: e.code,
      digits: e.digits.join(" "),
      label: named(e.label),
      purity: e.purity,
      support: e.support,
      shared: e.shared.map(named),
      neighbours: e.neighbours.join(" "),
    })),
  };
}
