/** An int8 estimate that counted what is given. */
import type { Int8File, Int8Subject } from "../../../lib/artifacts/onnx_bundle.ts";

export function int8File(subjects: Int8Subject[]): Int8File {
  const sum = (key: Exclude<keyof Int8Subject, "subject">) => subjects.reduce((n, one) => n + one[key], 0);
  const [n, labelled] = [sum("windows"), sum("labelled")];
  const coarse = subjects.map((one) => ({ ...one, right_int8: 0, same_code: 0 }));
  const shared = {
    ...{ n, labelled, accuracy_float: sum("right_float") / labelled, label_agreement: null },
    ...{
      digit_agreement: null,
      max_abs_error: 0.1,
      mean_abs_error: 0.01,
      snr_db: 40,
      step: 0.01,
      near_boundary: 0,
    },
  };
  return {
    part: "test part, by subject",
    variants: [
      { ...shared, weights: "per-tensor", accuracy_int8: 0, code_agreement: 0, subjects: coarse },
      {
        ...shared,
        weights: "per-channel",
        accuracy_int8: sum("right_int8") / labelled,
        code_agreement: sum("same_code") / n,
        subjects,
      },
    ],
  };
}
