import assert from "node:assert/strict";
import fc from "fast-check";
import {
  brierOfRows,
  calibrationError,
  negativeLogLikelihood,
  negativeLogLikelihoodOfRows,
  topLabel,
} from "../../../lib/metrics/calibration/calibration.ts";
import {
  classwiseErrorBy,
  errorBy,
  massErrorBy,
  meanBy,
} from "../../../lib/metrics/calibration/calibration_by_group.ts";
import { brierScore, classwiseCalibrationError } from "./whole.ts";
import { softmax } from "../../../lib/metrics/calibration/probabilities.ts";
import type { ScoreBy } from "../../../lib/metrics/scores/by_subject.ts";

const [classes, groups, bins] = [3, 4, 5];
const logit = fc.double({ min: -4, max: 4, noNaN: true });
const rows = fc.array(
  fc.record({
    logits: fc.array(logit, { minLength: classes, maxLength: classes }),
    label: fc.nat(classes - 1),
    group: fc.nat(groups - 1),
  }),
  { minLength: 1, maxLength: 60 },
);

Deno.test("calibration by group is that of the rows that are left without each group", () => {
  fc.assert(
    fc.property(rows, (all) => {
      const facts = (kept: typeof all) => {
        const logits = Float64Array.from(kept.flatMap(({ logits }) => logits));
        const labels = Int32Array.from(kept, ({ label }) => label);
        const probabilities = Float64Array.from(softmax(logits, classes, 1.5));
        return { logits, labels, probabilities, ...topLabel(probabilities, labels, classes) };
      };
      type Facts = ReturnType<typeof facts>;
      const { logits, labels, probabilities, confidence, correct } = facts(all);
      const group = Int32Array.from(all, ({ group }) => group);
      const cases: Record<string, [by: ScoreBy, of: (facts: Facts) => number]> = {
        width: [
          errorBy(confidence, correct, bins),
          (f) => calibrationError(f.confidence, f.correct, bins).ece,
        ],
        mass: [
          massErrorBy(confidence, correct, bins),
          (f) => calibrationError(f.confidence, f.correct, bins, "mass").ece,
        ],
        classwise: [
          classwiseErrorBy(probabilities, labels, classes, bins),
          (f) => classwiseCalibrationError(f.probabilities, f.labels, classes, bins),
        ],
        brier: [
          meanBy(brierOfRows(probabilities, labels, classes)),
          (f) => brierScore(f.probabilities, f.labels, classes),
        ],
        likelihood: [
          meanBy(negativeLogLikelihoodOfRows(logits, labels, classes, 1.5)),
          (f) => negativeLogLikelihood(f.logits, f.labels, classes, 1.5),
        ],
      };
      for (const [name, [by, of]] of Object.entries(cases)) {
        const { value, without } = by(group, groups);
        const near = (a: number | null, b: number) =>
          assert.ok(Math.abs(a! - b) < 1e-12, `${name}: ${a}, ${b}`);
        near(value, of(facts(all)));
        for (let g = 0; g < groups; g++) {
          const rest = all.filter((row) => row.group !== g);
          if (rest.length === 0) assert.equal(without(g), null);
          else near(without(g), of(facts(rest)));
        }
      }
    }),
    { numRuns: 200 },
  );
});
