/** The small form of `deno task bench coverage`: a few cells of its table, with bounds that chance alone does not break. */
import assert from "node:assert/strict";
import { alarms, eceCoverage, eceFoldCoverage, scoreCoverage, winners } from "../../bench/coverage_cells.ts";
import { Random } from "../../../lib/random.ts";

const repetitions = 400;
/** Three standard errors of a share over the repetitions. */
const chance = (share: number, n = repetitions) => 3 * Math.sqrt(share * (1 - share) / n);

Deno.test("intervals over people hold what they say, and are not bought by width", () => {
  const cells = [
    { subjects: 5, recordings: 2, accuracy: 0.9, sd: 0.06 },
    { subjects: 8, recordings: 1, accuracy: 0.8, sd: 0.12 },
    { subjects: 8, recordings: 5, accuracy: 0.97, sd: 0.02 },
    { subjects: 12, recordings: 20, accuracy: 0.9, sd: 0.06 },
    { subjects: 30, recordings: 2, accuracy: 0.95, sd: 0.06 },
  ];
  for (const cell of cells) {
    const { given, covered, width } = scoreCoverage({ ...cell, folds: null }, repetitions, new Random(1));
    const least = cell.subjects < 8 ? 0.9 : 0.92;
    assert.equal(given, 1);
    assert.ok(covered >= least - chance(least), `${JSON.stringify(cell)}: ${covered}`);
    assert.ok(width <= 1.3, `${JSON.stringify(cell)}: width ${width}`);
  }
});

Deno.test("two people give no interval, twelve good ones pass their gate, and perfect ones are not certain", () => {
  const base = { recordings: 4, folds: null };
  assert.equal(scoreCoverage({ ...base, subjects: 2, accuracy: 0.9, sd: 0.06 }, 50, new Random(2)).given, 0);
  const good = { ...base, subjects: 12, accuracy: 0.97, sd: 0.03, gate: 0.9 };
  const { passed } = scoreCoverage(good, repetitions, new Random(3));
  assert.ok(passed >= 0.9 - chance(0.9), `${passed}`);
  const perfect = { ...base, subjects: 6, accuracy: 1, sd: 0, gate: 0.99 };
  assert.equal(scoreCoverage(perfect, 20, new Random(4)).passed, 0);
});

Deno.test("intervals over folds and of the ECE hold what they say", () => {
  const folds = { subjects: 12, recordings: 2, accuracy: 0.9, sd: 0.06, folds: 4 };
  for (const modelSd of [0.007, 0.015]) {
    const { covered, width } = scoreCoverage({ ...folds, modelSd }, repetitions, new Random(5));
    assert.ok(covered >= 0.92 - chance(0.92), `${covered}`);
    assert.ok(width <= 1.3, `${width}`);
  }
  for (const bias of [0, 0.05]) {
    const ece = eceCoverage(10, bias, 100, new Random(6));
    assert.ok(ece.covered >= 0.92 - chance(0.92, 100), `ECE ${bias}: ${ece.covered}`);
  }
});

Deno.test("the bound of a mean ECE over folds holds what it says, by people, perfectly calibrated or not", () => {
  for (const bias of [0, 0.05]) {
    const { given, covered, width } = eceFoldCoverage({ subjects: 12, folds: 4, bias }, 60, new Random(12));
    assert.equal(given, 1);
    assert.ok(covered >= 0.92 - chance(0.92, 60), `ECE ${bias}: ${covered}`);
    // Chance raises an ECE of 600 windows a fold by some hundredths; the bound is not bought by more.
    assert.ok(width > 0 && width < 0.12, `${width}`);
  }
});

Deno.test("false winners are as rare as said, with and without shared models, and true ones are found", () => {
  const none = { difference: 0, sd: 0.03, modelSd: 0 };
  for (const subjects of [7, 12]) {
    const rate = winners({ ...none, subjects, folds: null }, repetitions, new Random(7));
    assert.ok(rate <= 0.05 + chance(0.05), `${subjects} pairs: ${rate}`);
  }
  const shared = winners(
    { ...none, subjects: 24, folds: 3, sd: 0.02, modelSd: 0.015 },
    repetitions,
    new Random(8),
  );
  assert.ok(shared <= 0.05 + chance(0.05), `folds: ${shared}`);
  const found = winners({ ...none, subjects: 12, folds: null, difference: 0.03 }, repetitions, new Random(9));
  assert.ok(found >= 0.75, `${found}`);
});

Deno.test("drift alarms are as rare as said with many recordings a person, and a change is found", () => {
  for (const recordings of [1, 10]) {
    const rate = alarms({ reference: 12, current: 4, recordings, change: 1 }, 200, new Random(10));
    assert.ok(rate <= 0.01 + chance(0.01, 200), `${recordings} recordings: ${rate}`);
  }
  const seen = alarms({ reference: 12, current: 8, recordings: 5, change: 4 }, 50, new Random(11));
  assert.ok(seen >= 0.75, `${seen}`);
});
