import assert from "node:assert/strict";
import type { Metrics } from "../../../lib/artifacts/metrics.ts";
import { chosenOnOne, recordingWrong, subjectFarBelow } from "../../../lib/metrics/findings/people.ts";
import type { Facts } from "../../../lib/metrics/findings/rule.ts";

const facts = (more: Partial<Facts>) => more as unknown as Facts;
const table = (key: string, accuracies: (number | null)[], windows = 10) =>
  accuracies.map((accuracy, i) => ({ [key]: `${key[0]}${i}`, accuracy, windows }));

Deno.test("recordings are wrong throughout from ten windows on, where half of three or more are right", () => {
  const of = (accuracies: (number | null)[], windows = 10, subjects = 2) =>
    recordingWrong.evidence(facts({
      tables: {
        per_recording: table("recording", accuracies, windows),
        per_subject: table("subject", new Array(subjects).fill(1)),
      } as Metrics["tables"],
    }));
  assert.equal(of([1, 0.8, 0.1]), '"r2" accuracy 0.1 over 10 windows; the median of 3 recordings is 0.8');
  assert.equal(of([0.5, 0.5, 0]), '"r2" accuracy 0 over 10 windows; the median of 3 recordings is 0.5');
  assert.equal(of([0.6, 0, 0.7]), '"r1" accuracy 0 over 10 windows; the median of 3 recordings is 0.6');
  for (const none of [[1, 0], [1, 0.8, 0.11], [0.49, 0.49, 0], [0, 0, 1]]) assert.equal(of(none), undefined);
  assert.equal(of([1, 0.8, 0.1], 9), undefined);
  // Who has no labels is not counted; where everyone has one recording, it is told of the person.
  assert.match(of([1, 1, 0, null, null])!, /the median of 3 recordings is 1$/);
  assert.equal(of([1, 0.8, 0.1], 10, 3), undefined);
  assert.equal(
    of([...new Array(9).fill(1), ...new Array(7).fill(0)]),
    [
      '"r9" accuracy 0 over 10 windows, "r10" accuracy 0 over 10 windows, "r11" accuracy 0 over 10 windows, ',
      '"r12" accuracy 0 over 10 windows, "r13" accuracy 0 over 10 windows and 2 more; the median of 16 recordings is 1',
    ].join(""),
  );
  assert.equal(recordingWrong.evidence(facts({ tables: {} })), undefined);
});

Deno.test("subjects are far below from 0.15 or three deviations under the median on", () => {
  const of = (accuracies: (number | null)[]) =>
    subjectFarBelow.evidence(
      facts({ tables: { per_subject: table("subject", accuracies) } as Metrics["tables"] }),
    );
  assert.equal(
    of([0.9, 0.9, 0.9, 0.7]),
    '"s3" accuracy 0.7 over 10 windows; the median of 4 subjects is 0.9',
  );
  assert.equal(of([0.9, 0.9, 0.9, 0.76]), undefined);
  // Median deviation 0.1: three standard deviations are 0.44.
  assert.equal(of([0.9, 0.8, 1, 0.7, 0.47]), undefined);
  assert.match(of([0.9, 0.8, 1, 0.7, 0.9, 0.4])!, /^"s5" accuracy 0\.4 /);
  for (const none of [[], [0.5], [1, 0.1], [1, 0.1, null], [null]]) assert.equal(of(none), undefined);
  assert.match(of([1, 0.1, null, 1])!, /^"s1" accuracy 0\.1 .*of 3 subjects is 1$/);
});

Deno.test("what one validation subject chose is told, whether one thing or two", () => {
  const of = (validationSubjects: number, ...chosen: string[]) =>
    chosenOnOne.evidence(facts({ validationSubjects, chosen }));
  assert.equal(of(1, "epoch 3"), "epoch 3, on 1 validation subject");
  assert.equal(of(1, "epoch 3", "temperature 2"), "epoch 3 and temperature 2, on 1 validation subject");
  assert.deepEqual([of(1), of(2, "epoch 3"), of(NaN, "epoch 3")], [undefined, undefined, undefined]);
});
