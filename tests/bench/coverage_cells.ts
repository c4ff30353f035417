/** Simulated studies of few people, judged by the functions that the steps call. */
import { compareSamples } from "../../lib/metrics/compare/compare.ts";
import { calibrationError } from "../../lib/metrics/calibration/calibration.ts";
import { eceInterval } from "../../lib/metrics/calibration/ece_interval.ts";
import { testDrift } from "../../lib/metrics/drift/drift.ts";
import { type Claim, claimOverFolds, claimOverGroups } from "../../lib/metrics/statistics/authority.ts";
import { scoreOfSums } from "../../lib/metrics/statistics/group_score.ts";
import { tInterval } from "../../lib/metrics/statistics/intervals.ts";
import type { Random } from "../../lib/random.ts";

/** How an interval did over many studies. */
export interface Coverage {
  /** Studies with an interval, by all studies. */
  given: number;
  /** Of those with an interval: shares with the truth inside, below the interval and above it. */
  covered: number;
  below: number;
  above: number;
  /** Mean width by that of the t interval on the people's scores. */
  width: number;
  /** Studies whose lower bound reaches the gate. */
  passed: number;
}

/** A study of one score. */
export interface ScoreCell {
  subjects: number;
  recordings: number;
  accuracy: number;
  /** Standard deviation of the people's accuracies. */
  sd: number;
  /** Folds whose people share a model, or `null` for a single split. */
  folds: number | null;
  /** Standard deviation of the folds' models, which their people share. */
  modelSd?: number;
  gate?: number;
}

const windowsEach = 50;

/** Whether so spread a score exists at all below 1 without most people being perfect: both shapes of its Beta ≥ ½. */
export function ordinary({ accuracy, sd }: ScoreCell): boolean {
  const shape = accuracy * (1 - accuracy) / sd ** 2 - 1;
  return accuracy === 1 || (1 - accuracy) * shape >= 0.5;
}

/** Simulates studies of people whose accuracies are Beta distributed. */
export function scoreCoverage(cell: ScoreCell, repetitions: number, rng: Random): Coverage {
  const { accuracy, subjects, folds, modelSd = 0.007 } = cell;
  const out = { given: 0, covered: 0, below: 0, above: 0, passed: 0 };
  let own = 0, plain = 0;
  const truth = folds === null ? accuracy : meanOfModels(cell, modelSd, rng.fork("truth"));
  for (let r = 0; r < repetitions; r++) {
    const shift = folds === null ? [] : Array.from({ length: folds }, () => modelSd * rng.normal());
    const right = Array.from(
      { length: subjects },
      (_, s) => hits(cell, folds === null ? 0 : shift[s % folds], rng),
    );
    const n = cell.recordings * windowsEach;
    const { interval }: Claim = folds === null
      ? claimOverGroups(
        { ...scoreOfSums(right.map((k) => [k, n]), ([k, all]) => k / all), trials: n * subjects },
        { of: "subjects" },
        { range: [0, 1] },
      )
      : overFolds(right, n, folds);
    if (interval === undefined) continue;
    out.given++;
    if (truth < interval.lower) out.below++;
    else if (truth > interval.upper) out.above++;
    else out.covered++;
    if (cell.gate !== undefined && interval.lower >= cell.gate) out.passed++;
    const t = tInterval(right.map((k) => k / n))!;
    own += Math.min(1, interval.upper) - Math.max(0, interval.lower);
    plain += t.upper - t.lower;
  }
  const of = (count: number) => count / Math.max(1, out.given);
  return {
    given: out.given / repetitions,
    covered: of(out.covered),
    below: of(out.below),
    above: of(out.above),
    width: own / plain,
    passed: out.passed / repetitions,
  };
}

/** What `summarize` claims of folds whose people share a model. */
function overFolds(right: number[], n: number, folds: number): Claim {
  const models = Array.from({ length: folds }, (_, f) => {
    const members = right.flatMap((hits, s) => s % folds === f ? [{ hits, subject: `s${s}` }] : []);
    const score = scoreOfSums(members.map(({ hits }) => [hits, n]), ([k, all]) => k / all);
    return {
      value: score.value!,
      subjects: members.map(({ subject }) => subject),
      without: members.length === 1 ? [] : members.map((_, i) => score.without(i)!),
    };
  });
  return claimOverFolds(models.map(({ value }) => value), {
    level: 0.95,
    ratio: 1 / (folds - 1),
    subjects: right.length,
    range: [0, 1],
    models,
    trials: n * right.length,
  });
}

/** Mean accuracy of models that are better or worse than the average one, but never beyond perfect. */
function meanOfModels(cell: ScoreCell, modelSd: number, rng: Random): number {
  let sum = 0;
  const draws = 200_000;
  for (let i = 0; i < draws; i++) sum += Math.min(1, Math.max(0, person(cell, rng) + modelSd * rng.normal()));
  return sum / draws;
}

/** Accuracy of one person. */
function person({ accuracy, sd }: ScoreCell, rng: Random): number {
  const shape = accuracy * (1 - accuracy) / sd ** 2 - 1;
  return accuracy === 1 ? 1 : beta(rng, accuracy * shape, (1 - accuracy) * shape);
}

/** Right windows of one person. */
function hits(cell: ScoreCell, shift: number, rng: Random): number {
  const own = Math.min(1, Math.max(0, person(cell, rng) + shift));
  let right = 0;
  for (let r = 0; r < cell.recordings; r++) {
    // A day is better or worse than the person's mean, but never beyond perfect.
    const day = own + Math.min(own, 1 - own, 0.02) * (2 * rng.uniform() - 1);
    for (let w = 0; w < windowsEach; w++) if (rng.uniform() < day) right++;
  }
  return right;
}

/** How often the ECE interval holds the truth for people with a shift of their own between confidence and accuracy. */
export function eceCoverage(subjects: number, bias: number, repetitions: number, rng: Random): Coverage {
  const out = { given: 0, covered: 0, below: 0, above: 0 };
  const n = 200;
  for (let r = 0; r < repetitions; r++) {
    const group = new Int32Array(subjects * n), bin = new Int32Array(subjects * n);
    const gap = new Float64Array(subjects * n);
    for (let i = 0, s = 0; s < subjects; s++) {
      const own = bias + 0.03 * rng.normal();
      for (let w = 0; w < n; w++, i++) {
        const confidence = 0.6 + 0.3 * rng.uniform();
        group[i] = s;
        bin[i] = Math.ceil(15 * confidence) - 1;
        gap[i] = (rng.uniform() < confidence - own ? 1 : 0) - confidence;
      }
    }
    const { interval } = eceInterval({ group, count: subjects, of: "subjects" }, bin, gap, 15, rng);
    if (interval === undefined) continue;
    out.given++;
    if (bias < interval.lower) out.below++;
    else if (bias > interval.upper) out.above++;
    else out.covered++;
  }
  const of = (count: number) => count / Math.max(1, out.given);
  return {
    given: out.given / repetitions,
    covered: of(out.covered),
    below: of(out.below),
    above: of(out.above),
    width: NaN,
    passed: 0,
  };
}

/**
 * How often the interval of the mean ECE over folds holds the truth, as `summarize` makes it: one bound from above, since
 * chance raises an ECE. People and windows are those of {@linkcode eceCoverage}.
 */
export function eceFoldCoverage(
  { subjects, folds, bias }: { subjects: number; folds: number; bias: number },
  repetitions: number,
  rng: Random,
): { given: number; covered: number; width: number } {
  const n = 200;
  let given = 0, covered = 0, width = 0;
  for (let r = 0; r < repetitions; r++) {
    const people = Array.from({ length: subjects }, (_, s) => {
      const own = bias + 0.03 * rng.normal();
      const confidence = Float64Array.from({ length: n }, () => 0.6 + 0.3 * rng.uniform());
      return { name: `s${s}`, confidence, correct: confidence.map((c) => rng.uniform() < c - own ? 1 : 0) };
    });
    const ece = (own: typeof people) =>
      calibrationError(own.flatMap((p) => [...p.confidence]), own.flatMap((p) => [...p.correct])).ece;
    const models = Array.from({ length: folds }, (_, f) => {
      const own = people.filter((_, s) => s % folds === f);
      const without = own.length < 2 ? [] : own.map((left) => ece(own.filter((other) => other !== left)));
      return { value: ece(own), subjects: own.map(({ name }) => name), without };
    });
    const { interval } = claimOverFolds(models.map(({ value }) => value), {
      level: 0.95,
      ratio: 1 / (folds - 1),
      subjects,
      range: [0, 1],
      models,
      raised: true,
    });
    if (interval === undefined) continue;
    given++;
    width += interval.upper - bias;
    if (bias >= interval.lower && bias <= interval.upper) covered++;
  }
  return {
    given: given / repetitions,
    covered: covered / Math.max(1, given),
    width: width / Math.max(1, given),
  };
}

/** A comparison of two configurations on the same people. */
export interface PairCell {
  subjects: number;
  folds: number | null;
  /** True difference, the people's standard deviation of it, and that of a model shared by a fold. */
  difference: number;
  sd: number;
  modelSd: number;
}

/** Share of comparisons that name a winner. */
export function winners(cell: PairCell, repetitions: number, rng: Random): number {
  let named = 0;
  for (let r = 0; r < repetitions; r++) {
    const folds = cell.folds ?? 1;
    const shared = Array.from({ length: folds }, () => cell.modelSd * rng.normal());
    const a = new Map<string, number>(), b = new Map<string, number>(), models = new Map<string, string[]>();
    for (let s = 0; s < cell.subjects; s++) {
      const base = 0.9 + 0.05 * rng.normal();
      b.set(`s${s}`, base);
      a.set(`s${s}`, base + cell.difference + shared[s % folds] + cell.sd * rng.normal());
      models.set(`s${s}`, [`${s % folds}`]);
    }
    const { winner } = compareSamples(a, b, {
      direction: "higher",
      alpha: 0.05,
      minEffect: 0.2,
      ...(cell.folds === null ? {} : { models }),
    });
    if (winner !== "inconclusive") named++;
  }
  return named / repetitions;
}

/** New people against a reference. */
export interface DriftCell {
  reference: number;
  current: number;
  recordings: number;
  /** Factor of the first behaviour's share in the new recordings. */
  change: number;
}

/** Share of looks with an alarm at level 0.99, for people with habits of their own (Dirichlet of concentration 5). */
export function alarms(cell: DriftCell, repetitions: number, rng: Random): number {
  const bins = 6;
  let sent = 0;
  const person = (change: number) => {
    const weights = Array.from({ length: bins }, (_, b) => gamma(rng, 5) * (b === 0 ? change : 1));
    return Int32Array.from({ length: 100 * cell.recordings }, () => rng.weighted(weights));
  };
  for (let r = 0; r < repetitions; r++) {
    const reference = Array.from({ length: cell.reference }, () => person(1));
    const current = Array.from({ length: cell.current }, () => person(cell.change));
    if (testDrift(reference, current, bins, rng, { draws: 400 }).drifted) sent++;
  }
  return sent / repetitions;
}

/** A gamma variate (Marsaglia and Tsang 2000). */
function gamma(rng: Random, shape: number): number {
  if (shape < 1) return gamma(rng, shape + 1) * rng.uniform() ** (1 / shape);
  const d = shape - 1 / 3, c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = rng.normal(), v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(rng.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

function beta(rng: Random, a: number, b: number): number {
  const x = gamma(rng, a), y = gamma(rng, b);
  return x + y === 0 ? a / (a + b) : x / (x + y);
}
