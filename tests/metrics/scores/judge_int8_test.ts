import assert from "node:assert/strict";
import { tInterval } from "../../../lib/metrics/statistics/intervals.ts";
import { judgeInt8 } from "../../../lib/metrics/scores/judge_int8.ts";
import { int8File } from "./int8_file.ts";

const person = (
  subject: string,
  labelled: number,
  right_float: number,
  right_int8: number,
  same_code = 0,
) => ({
  ...{ subject, windows: labelled, labelled, right_float, right_int8, unknown: 0, same_code },
});

Deno.test("judgeInt8() takes weights by channel, and people as the sample", () => {
  const people = [9, 8, 7, 9, 8, 6].map((right, i) => person(`p${i}`, 10, 9, right, right - 1));
  const { accuracy_int8, accuracy_int8_change, code_agreement_int8 } = judgeInt8(int8File(people));
  assert.deepEqual([accuracy_int8.value, accuracy_int8.n], [47 / 60, 60]);
  assert.equal(code_agreement_int8.value, 41 / 60);
  // People of equal size: the jackknife of a mean difference is Student's t over their differences.
  const own = Float64Array.from([9, 8, 7, 9, 8, 6], (right) => (right - 9) / 10);
  const { lower, upper } = tInterval(own, 0.95)!;
  const { interval } = accuracy_int8_change;
  assert.ok(Math.abs(accuracy_int8_change.value! + 7 / 60) < 1e-12);
  assert.ok(interval!.lower < accuracy_int8_change.value! && accuracy_int8_change.value! < interval!.upper);
  assert.ok(Math.abs(interval!.lower - lower) < 1e-9, `${interval!.lower} ${lower}`);
  assert.ok(Math.abs(interval!.upper - upper) < 1e-9, `${interval!.upper} ${upper}`);
  const { subjects, without } = accuracy_int8.jackknife!;
  assert.deepEqual(subjects, ["p0", "p1", "p2", "p3", "p4", "p5"]);
  assert.deepEqual(without, [38, 39, 40, 38, 39, 41].map((right) => right / 50));
});

Deno.test("judgeInt8() says nothing of labels where nobody has some, nor of codes where there are none", () => {
  const unlabelled = [{
    subject: "a",
    windows: 5,
    labelled: 0,
    right_float: 0,
    right_int8: 0,
    unknown: 0,
    same_code: 4,
  }];
  assert.deepEqual(Object.keys(judgeInt8(int8File(unlabelled))), ["code_agreement_int8"]);
  const file = int8File([person("a", 10, 9, 8), person("b", 10, 9, 9)]);
  file.variants.forEach((variant) => variant.code_agreement = null);
  const { accuracy_int8, ...rest } = judgeInt8(file);
  assert.deepEqual(Object.keys(rest), ["accuracy_int8_change"]);
  assert.equal(accuracy_int8.noInterval, "only 2 subjects, an interval needs 5");
  // A class that the model does not know counts as missed, as accuracy counts it.
  const foreign = { ...person("a", 10, 9, 8), windows: 15, unknown: 5 };
  const judged = judgeInt8(int8File([foreign])).accuracy_int8;
  assert.deepEqual([judged.value, judged.n], [8 / 15, 15]);
  file.variants.forEach((variant) => delete variant.subjects);
  assert.deepEqual(judgeInt8(file), {});
});
