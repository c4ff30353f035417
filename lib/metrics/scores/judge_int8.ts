/** What 8-bit arithmetic is estimated to cost, with intervals over the people whose windows it was estimated on. */
import type { Metric } from "../../artifacts/metrics.ts";
import type { Int8File, Int8Subject } from "../../artifacts/onnx_bundle.ts";
import { claimOverGroups } from "../statistics/authority.ts";
import { scoreOfSums } from "../statistics/group_score.ts";

/** Columns of the sums below. */
const counted = ["windows", "labelled", "right_float", "right_int8", "same_code"] as const;
type Sums = Record<typeof counted[number], number>;

/** As accuracy counts: a class that the model does not know is never recognised. */
const withUnknown = (person: Int8Subject) => ({ ...person, labelled: person.labelled + person.unknown });

/** What is asked of the sums, and of which windows it is a share. */
const scores = {
  accuracy_int8: { of: "labelled", share: true, value: (s: Sums) => s.right_int8 / s.labelled },
  // The same windows twice: far surer than the difference of two accuracies with an interval each.
  accuracy_int8_change: {
    of: "labelled",
    share: false,
    value: (s: Sums) => (s.right_int8 - s.right_float) / s.labelled,
  },
  code_agreement_int8: { of: "windows", share: true, value: (s: Sums) => s.same_code / s.windows },
} as const;

/**
 * Accuracy in 8 bits, its difference to float32 on the same windows, and the share of equal codes, with scales by channel
 * as devices and the exported file have them. Empty where the file does not tell subjects.
 *
 * ```ts
 * import { judgeInt8 } from "./judge_int8.ts";
 * import assert from "node:assert/strict";
 * const subjects = [{ subject: "a", windows: 10, labelled: 10, right_float: 9, right_int8: 8, unknown: 0,
 *   same_code: 7 }];
 * const of = { weights: "per-channel", n: 10, labelled: 10, accuracy_float: 0.9, accuracy_int8: 0.8, label_agreement: 0.9,
 *   code_agreement: 0.7, digit_agreement: null, max_abs_error: 0, mean_abs_error: 0, snr_db: null, step: 0, near_boundary: 0 };
 * const { accuracy_int8, accuracy_int8_change } = judgeInt8({ part: "test part", variants: [{ ...of, subjects }] });
 * assert.equal(accuracy_int8.value, 0.8);
 * assert.equal(accuracy_int8_change.value!.toFixed(3), "-0.100");
 * assert.equal(accuracy_int8.noInterval, "only 1 subject, an interval needs 5");
 * ```
 */
export function judgeInt8({ part, variants }: Int8File): Record<string, Metric> {
  const estimate = variants.find(({ weights }) => weights === "per-channel");
  const people = (estimate?.subjects ?? []).map(withUnknown);
  const out: Record<string, Metric> = {};
  for (const [name, { of, share, value }] of Object.entries(scores)) {
    if (name === "code_agreement_int8" && estimate?.code_agreement === null) continue;
    const judged = people.filter((person) => person[of] > 0);
    if (judged.length === 0) continue;
    const n = judged.reduce((sum, person) => sum + person[of], 0);
    const sums = scoreOfSums(judged.map(row), (sum) => {
      const named = Object.fromEntries(counted.map((key, i) => [key, sum[i]])) as Sums;
      return named[of] === 0 ? null : value(named);
    });
    const score = share ? { ...sums, trials: n } : sums;
    out[name] = {
      value: score.value,
      n,
      of: "windows",
      origin: "estimated",
      ...claimOverGroups(score, { of: "subjects" }, share ? { range: [0, 1] } : {}),
      jackknife: {
        subjects: judged.map(({ subject }) => subject),
        without: judged.length === 1 ? [] : judged.map((_, i) => score.without(i)),
      },
      note: `on CPU, weights by channel, ${part}`,
    };
  }
  return out;
}

function row(person: Int8Subject): number[] {
  return counted.map((key) => person[key]);
}
