/**
 * How often intervals, winners and drift alarms are right for the few people of a study. Simulated; with `--write` the
 * table is put into docs/coverage.md: `deno task bench coverage [--repetitions 2000] [--write]`
 */
import { parseArgs } from "node:util";
import { Random } from "../../lib/random.ts";
import {
  alarms,
  type Coverage,
  eceCoverage,
  ordinary,
  type PairCell,
  type ScoreCell,
  scoreCoverage,
  winners,
} from "./coverage_cells.ts";

const { values } = parseArgs({
  options: { repetitions: { type: "string", default: "2000" }, write: { type: "boolean", default: false } },
});
const repetitions = Number(values.repetitions);
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
const rng = new Random(14);
const started = performance.now();
const people = [5, 8, 12, 20, 30];

const scoreRows: string[][] = [];
const measured: { cell: ScoreCell; found: Coverage }[] = [];
const score = (cell: ScoreCell) => {
  const found = scoreCoverage(cell, repetitions, rng.fork(JSON.stringify(cell)));
  measured.push({ cell, found });
  scoreRows.push([
    String(cell.accuracy),
    String(cell.sd),
    String(cell.subjects),
    String(cell.recordings),
    cell.folds === null ? "–" : String(cell.folds),
    cell.folds === null ? "–" : String(cell.modelSd),
    percent(found.given),
    found.given === 0 ? "–" : percent(found.covered),
    found.given === 0 ? "–" : percent(found.below),
    found.given === 0 || cell.accuracy === 1 ? "–" : found.width.toFixed(2),
    cell.gate === undefined ? "" : `gate ${cell.gate} passed in ${percent(found.passed)}`,
    ordinary(cell) ? "" : "most people perfect",
  ]);
};
for (const subjects of [2, 3, 4]) {
  score({ subjects, recordings: 2, accuracy: 0.9, sd: 0.06, folds: null });
}
for (const recordings of [1, 10]) {
  for (const accuracy of [0.7, 0.8, 0.9, 0.95, 0.97, 0.99, 1]) {
    for (const sd of accuracy === 1 ? [0.02] : [0.02, 0.06, 0.12]) {
      if (accuracy < 1 && accuracy * (1 - accuracy) <= sd ** 2) continue;
      for (const subjects of people) score({ subjects, recordings, accuracy, sd, folds: null });
    }
  }
}
for (const recordings of [2, 4]) {
  score({ subjects: 12, recordings, accuracy: 0.97, sd: 0.03, folds: null, gate: 0.9 });
}
for (
  const [subjects, folds] of [[5, 5], [8, 4], [12, 2], [12, 3], [12, 4], [12, 12], [24, 3], [24, 6], [30, 5]]
) {
  for (const [accuracy, sd] of [[0.8, 0.12], [0.9, 0.06], [0.97, 0.03], [0.97, 0.12], [0.99, 0.02]]) {
    for (const modelSd of [0.007, 0.015]) {
      const gate = sd === 0.03 ? { gate: 0.9 } : {};
      score({ subjects, recordings: 2, accuracy, sd, folds, modelSd, ...gate });
    }
  }
}

const eceRows = [5, 8, 12, 20].flatMap((subjects) =>
  [0, 0.05].map((bias) => {
    const c = eceCoverage(subjects, bias, Math.ceil(repetitions / 4), rng.fork(`ece ${subjects} ${bias}`));
    return [
      String(subjects),
      String(bias),
      percent(c.given),
      percent(c.covered),
      percent(c.below),
      percent(c.above),
    ];
  })
);

const pairCells: PairCell[] = [
  ...[5, 6, 8, 11, 12, 24].map((subjects) => ({
    subjects,
    folds: null,
    difference: 0,
    sd: 0.03,
    modelSd: 0,
  })),
  ...[[24, 3], [24, 6], [30, 5], [12, 12]].flatMap(([subjects, folds]) =>
    [0.007, 0.015].map((modelSd) => ({ subjects, folds, difference: 0, sd: 0.02, modelSd }))
  ),
  ...[8, 12, 24].map((subjects) => ({ subjects, folds: null, difference: 0.03, sd: 0.03, modelSd: 0 })),
  ...[[24, 6], [30, 5]].map(([subjects, folds]) => ({
    subjects,
    folds,
    difference: 0.03,
    sd: 0.03,
    modelSd: 0.007,
  })),
];
const pairs = pairCells.map((cell) => ({
  cell,
  rate: winners(cell, 10 * repetitions, rng.fork(JSON.stringify(cell))),
}));
const pairRows = pairs.map(({ cell, rate }) => [
  String(cell.subjects),
  cell.folds === null ? "–" : String(cell.folds),
  String(cell.difference),
  String(cell.sd),
  cell.folds === null ? "–" : String(cell.modelSd),
  percent(rate),
]);

const drift = [[12, 4], [8, 8], [4, 4]].flatMap(([reference, current]) =>
  [[1, 1], [5, 1], [20, 1], [5, 3]].map(([recordings, change]) => {
    const cell = { reference, current, recordings, change };
    return { cell, rate: alarms(cell, Math.ceil(repetitions / 4), rng.fork(JSON.stringify(cell))) };
  })
);
const driftRows = drift.map(({ cell, rate }) => [
  String(cell.reference),
  String(cell.current),
  String(cell.recordings),
  String(cell.change),
  percent(rate),
]);

const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
const text = `# What the intervals, winners and alarms hold

Written by \`deno task bench coverage --write\`; simulated, ${repetitions} studies a row (${
  Math.ceil(repetitions / 4)
} for ECE and drift, ${
  10 * repetitions
} for winners), seed 14, Deno ${Deno.version.deno} on ${Deno.build.os} ${Deno.build.arch} with ${navigator.hardwareConcurrency} cores, ${
  Math.round((performance.now() - started) / 1000)
} s. The standard error of a share near 95 % over ${repetitions} studies is ${
  (100 * Math.sqrt(0.95 * 0.05 / repetitions)).toFixed(1)
} points.

## 95 % intervals of a score

People's accuracies are Beta distributed with the mean and standard deviation given, ${50} windows a recording. Without
folds: a delete-one-person jackknife with Student's t on the logit scale, from 5 people on, which reaches as far as people
who were not seen may (\`statistics/unseen.ts\`). With folds: the same over the people of all folds, plus what the folds
differ more than their people explain, with Satterthwaite's degrees of freedom; the folds' models differ by the standard
deviation given. From few folds, a large difference of models is seen in part only. *Too high*: the whole interval lies
above the truth, which is what lets a gate pass wrongly. *Width*: by that of the t interval on the people's scores.

"Most people perfect": the Beta's shape is below ½, so that nearly everybody scores 1 and a rare person fails. Few people
do not show such a tail. The interval reaches down to it, so it is wider there than a t interval, which holds the truth in
as few as a third of such studies.

${
  table([
    "accuracy",
    "sd",
    "people",
    "recordings each",
    "folds",
    "sd of models",
    "interval given",
    "truth inside",
    "too high",
    "width",
    "gate",
    "",
  ], scoreRows)
}

## 95 % intervals of the ECE

200 windows a person in 15 bins; confidences exceed accuracies by the amount given, with a standard deviation of 0.03 among
people. The estimate itself is above the truth by chance; the interval reaches down to it.

${table(["people", "true ECE", "interval given", "truth inside", "too high", "too low"], eceRows)}

## Winners at α = 0.05

Sign flips below 12 pairs, the paired t test from there on, t over folds where people of a fold share one model.

${table(["pairs", "folds", "true difference", "sd of differences", "sd of models", "winner named"], pairRows)}

## Drift alarms at level 0.99

People with habits of their own (Dirichlet of concentration 5 over 6 behaviours), 100 windows a recording. *Change*: factor
of the first behaviour's weight in the new recordings; 1 means that every alarm is false.

${table(["people in the reference", "new people", "recordings each", "change", "alarms"], driftRows)}
`;
/** The worst of a group of cells, by what is said of them. */
const worst = (of: string, cells: typeof measured) => {
  const given = cells.filter(({ found }) => found.given > 0);
  const usual = given.filter(({ cell }) => ordinary(cell) && cell.accuracy < 1);
  return {
    of,
    cells: given.length,
    covered: Math.min(...given.map(({ found }) => found.covered)),
    tooHigh: Math.max(...given.map(({ found }) => found.below)),
    width: Math.max(...usual.map(({ found }) => found.width)),
  };
};
const figures = {
  studies: repetitions,
  intervals: [
    ...people.map((n) =>
      worst(`${n} people`, measured.filter(({ cell }) => cell.folds === null && cell.subjects === n))
    ),
    ...["2", "3 or more"].map((folds) =>
      worst(
        `people of ${folds} folds`,
        measured.filter(({ cell }) => cell.folds !== null && (cell.folds === 2) === (folds === "2")),
      )
    ),
  ],
  gate: measured.find(({ cell }) => cell.gate !== undefined)!.found.passed,
  falseWinners: Math.max(...pairs.filter(({ cell }) => cell.difference === 0).map(({ rate }) => rate)),
  winners: pairs.find(({ cell }) => cell.difference > 0 && cell.subjects === 12)!.rate,
  falseAlarms: Math.max(...drift.filter(({ cell }) => cell.change === 1).map(({ rate }) => rate)),
};
const code =
  `/** Written by \`deno task bench coverage --write\`: the worst of the cells of docs/coverage.md, as shares of studies. */
export const coverage = ${JSON.stringify(figures, (_, v) => typeof v === "number" ? +v.toFixed(4) : v)};
`;
if (values.write) {
  const files = [
    [new URL("../../docs/coverage.md", import.meta.url), text],
    [new URL("../../lib/report/coverage_figures.ts", import.meta.url), code],
  ] as const;
  for (const [file, content] of files) {
    await Deno.writeTextFile(file, content);
    await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", file.pathname] }).output();
  }
} else console.log(text, code);
