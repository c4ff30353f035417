/**
 * What the defaults of `train` are worth with few people: one factor at a time, on people who are not learnt from.
 *
 * `deno task bench defaults --out FILE [--only FACTOR] [--seed N] [--shard I/N] [--table]`. A cell is a data set, a number
 * of people to learn from and a draw of them; every factor is trained on the same windows from the same seed as the
 * default as it was (`base`; nobody validates), and the difference of accuracies on the cell's
 * other people is what it is worth there. The authors' test people of HAPT and a third of those of SP+SW and UMAFall take
 * no part: choices made here can be judged on them. FILE gets a line a training, and what it holds is not trained again,
 * so that shards may run side by side, each with a file of its own, and be taken up after a break; `--table` prints the
 * differences of all files named FILE*.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { Part, type Split } from "../../lib/artifacts/split.ts";
import type { Windows } from "../../lib/artifacts/windows.ts";
import { argmaxRows } from "../../lib/model/evaluate.ts";
import { tInterval } from "../../lib/metrics/statistics/intervals.ts";
import { softmax } from "../../lib/metrics/calibration/probabilities.ts";
import { score } from "../../lib/metrics/scores/classification.ts";
import { callStep } from "../../lib/steps/call.ts";
import encode from "../../lib/steps/encode.ts";
import load from "../../lib/steps/load.ts";
import train from "../../lib/steps/train.ts";
import window from "../../lib/steps/window.ts";
import { base, type Cell, cells, type Factor, factors, sets } from "./defaults_cells.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "defaults.jsonl" },
    only: { type: "string", multiple: true, default: [] },
    seed: { type: "string", default: "1" },
    shard: { type: "string", default: "0/1" },
    table: { type: "boolean", default: false },
  },
});

/** One training, as a line of the file. */
interface Trial extends Cell {
  seed: number;
  factor: string;
  windows: number;
  accuracy: number;
  macroF1: number;
  seconds: number;
}

const keyOf = (
  { set, people, draw, seed, factor }: Omit<Trial, "windows" | "accuracy" | "macroF1" | "seconds">,
) => JSON.stringify([set, people, draw, seed, factor]);

/** What files with this beginning of their names hold. */
function trialsOf(out: string): Map<string, Trial> {
  if (!existsSync(dirname(out))) return new Map();
  const files = readdirSync(dirname(out)).filter((name) => name.startsWith(basename(out)));
  const lines = files.flatMap((name) =>
    readFileSync(join(dirname(out), name), "utf8").split("\n").filter(Boolean)
  );
  return new Map(lines.map((line) => JSON.parse(line) as Trial).map((trial) => [keyOf(trial), trial]));
}

/** A number that orders people by chance, and the same in every run. */
function rank(text: string): number {
  let h = 2166136261;
  for (const letter of text) h = Math.imul(h ^ letter.charCodeAt(0), 16777619);
  return (h ^ (h >>> 13)) >>> 0;
}

const byRank = (names: readonly string[], textOf: (name: string) => string) =>
  names.toSorted((a, b) => rank(textOf(a)) - rank(textOf(b)));

/** The authors' test people of HAPT. */
const testPeople = [2, 4, 9, 10, 12, 13, 18, 20, 24].map((n) => `user${String(n).padStart(2, "0")}`);

/** Of the people that take part, `people` to learn from, some of whom validate; all others are judged. */
function splitOf(windows: Windows, { set, people, draw }: Cell, validation: number): Split {
  const subjectOf = (row: number) => windows.recordings.recordings[windows.recording[row]].subject;
  const subjects = [...new Set(windows.recordings.recordings.map(({ subject }) => subject))].sort();
  const names = byRank(subjects, (name) => `${set}${name}x`);
  const used = set === "hapt"
    ? names.filter((name) => !testPeople.includes(name))
    : set === "sim"
    ? names
    : names.slice(0, Math.ceil(names.length * 2 / 3));
  const drawn = byRank(used, (name) => `${draw}/${name}/d`);
  const judges = validation === 0 ? 0 : Math.max(1, Math.round(people * validation));
  const groups = {
    validation: drawn.slice(0, judges),
    train: drawn.slice(judges, people),
    test: drawn.slice(people),
  };
  const partOf = (name: string) =>
    groups.train.includes(name)
      ? Part.train
      : groups.validation.includes(name)
      ? Part.validation
      : groups.test.includes(name)
      ? Part.test
      : Part.unused;
  const part = Uint8Array.from(windows.start, (_, row) => partOf(subjectOf(row)));
  return { part, rule: "by subject", leaks: false, sharesSubjects: false, groups, details: {} };
}

const loaded = new Map<string, Windows>();

async function windowsOf(set: Cell["set"], factor: Factor): Promise<Windows> {
  const { load: from, window: cut } = sets[set];
  const params = { ...cut, ...factor.window };
  const key = JSON.stringify([set, params]);
  if (!loaded.has(key)) {
    const files: Record<string, string[]> = from.path === undefined ? {} : { path: [from.path as string] };
    const { recordings } = await callStep(
      load,
      {},
      from as Parameters<typeof load.params.parse>[0] & object,
      {
        files,
      },
    );
    loaded.clear();
    loaded.set(key, (await callStep(window, { recordings }, params)).windows);
  }
  return loaded.get(key)!;
}

async function trial(cell: Cell, factor: Factor, seed: number): Promise<Trial> {
  const windows = await windowsOf(cell.set, factor);
  const split = splitOf(windows, cell, factor.validation ?? 0);
  const started = performance.now();
  const params = { ...base, ...factor.train };
  let sum: Float32Array | undefined;
  let classes: string[] = [];
  for (let k = 0; k < (factor.networks ?? 1); k++) {
    const { model } = await callStep(train, { windows, split }, params, { seed: seed + 1000 * k });
    const { latents } = await callStep(encode, { windows, model }, {});
    classes = latents.classes;
    const probabilities = Float32Array.from(softmax(latents.logits!, classes.length));
    sum = sum?.map((p, i) => p + probabilities[i]) ?? probabilities;
  }
  const seconds = (performance.now() - started) / 1000;
  const guesses = argmaxRows(sum!, classes.length);
  const names = windows.recordings.labelNames;
  const counts = names.map(() => new Array<number>(names.length).fill(0));
  guesses.forEach((guess, row) => {
    const label = windows.labels[row];
    if (split.part[row] === Part.test && label >= 0) counts[label][names.indexOf(classes[guess])]++;
  });
  const { n, accuracy, macroF1 } = score(counts);
  return {
    ...cell,
    seed,
    factor: factor.name,
    windows: n,
    accuracy: accuracy!,
    macroF1: macroF1!,
    seconds: Number(seconds.toFixed(1)),
  };
}

/** The differences to the default, cell by cell, with their mean and its interval. */
function table(trials: Map<string, Trial>): string[] {
  const all = [...trials.values()];
  const of = (cell: Cell, seed: number, { name: factor }: Factor) =>
    trials.get(keyOf({ ...cell, seed, factor }));
  return factors.map((factor, i) => {
    const shown: string[] = [], gains: number[] = [];
    for (const { set, people, draw, seed } of all.filter((trial) => trial.factor === factors[0].name)) {
      const cell = { set, people, draw };
      const [own, before] = [of(cell, seed, factor), of(cell, seed, factors[0])!];
      if (own === undefined) {
        shown.push("–");
        continue;
      }
      const gain = 100 * (own.accuracy - before.accuracy);
      gains.push(gain);
      shown.push(i === 0 ? (100 * own.accuracy).toFixed(1) : gain.toFixed(1));
    }
    const mean = gains.reduce((a, b) => a + b, 0) / gains.length;
    const interval = tInterval(gains);
    const [low, high] = [interval?.lower, interval?.upper].map((end) => end?.toFixed(1) ?? "–");
    return `| ${
      [factor.name, ...shown, i === 0 ? "" : `${mean.toFixed(1)} [${low}, ${high}]`].join(" | ")
    } |`;
  });
}

const [shard, shards] = values.shard.split("/").map(Number);
const seed = Number(values.seed);
if (!values.table) {
  const done = trialsOf(values.out);
  const chosen = factors.filter(({ name }, i) =>
    values.only.length === 0 || i === 0 || values.only.includes(name)
  );
  const wanted = cells.flatMap((cell) => chosen.map((factor) => ({ cell, factor })))
    .filter(({ cell, factor }) => !done.has(keyOf({ ...cell, seed, factor: factor.name })))
    .filter((_, i) => i % shards === shard);
  for (const { cell, factor } of wanted) {
    const line = JSON.stringify(await trial(cell, factor, seed));
    writeFileSync(shards > 1 ? `${values.out}.${shard}` : values.out, line + "\n", { flag: "a" });
    console.log(line);
  }
}
table(trialsOf(values.out)).forEach((line) => console.log(line));
