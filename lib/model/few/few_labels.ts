/** What a model that was trained without labels is worth where few windows have labels: draws of them, several ways. */
import type { Model } from "../../artifacts/model.ts";
import { Part, type Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { labeledWindows } from "../../cluster/labeled_windows.ts";
import { neighborMeans, withinParts } from "../../cluster/points/neighbor_means.ts";
import { InputError } from "../../errors.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import type { FewLabelsResult, Way } from "../../metrics/scores/judge_few_labels.ts";
import { openSession } from "../../onnx/runtime.ts";
import { hash32, Random } from "../../random.ts";
import { stretchesOf } from "../../temporal/stretches.ts";
import { standardizedStatistics } from "../discover/baselines.ts";
import { standardizeBy } from "../discover/columns.ts";
import { encodeWindows } from "../evaluate.ts";
import { encoderOnnx } from "../forward.ts";
import { train, type TrainOptions } from "../train/train.ts";
import { classesOf, rowsOf } from "../train/training_rows.ts";
import { furtherLabels } from "./further_labels.ts";
import { besides, neighborGuesses } from "./neighbor_guesses.ts";
import { fitSoftmaxRegression, predictSoftmax } from "./softmax_regression.ts";

/** What a draw of labels and the windows under judgement are made of. */
export interface FewLabelsOptions {
  /** People whose labels are drawn. */
  people: readonly number[];
  /** Labelled windows of each class; `null` for all of them. */
  perClass: readonly (number | null)[];
  /** Draws of people and windows. */
  draws: number;
  /** Of them, those on which whole networks are trained as well. */
  tunedDraws: number;
  /** Steps of such a training. */
  steps: number;
  /** Windows on either side that statistics, codes and what a trained network says are averaged with; none where left out. */
  neighbors?: number;
  training: Omit<TrainOptions, "epochs">;
  head: number[];
}

/**
 * Learns from draws of labels of the training part, and labels the windows `judged`.
 *
 * @param judged Windows, none of the training part.
 * @throws {InputError} where the training part has too few people or labels.
 */
export async function fewLabels(
  { windows, split, model }: { windows: Windows; split: Split; model: Model },
  judged: ArrayLike<number>,
  options: FewLabelsOptions,
  rng: Random,
  onProgress: (fraction: number, message: string) => void,
  signal?: AbortSignal,
): Promise<FewLabelsResult[]> {
  const { neighbors = 0, training: { threads } } = options;
  const features = {
    statistics: together(standardizedStatistics(windows, split), windows, split, neighbors),
    codes: together(await codeValues(model, windows, split, threads), windows, split, neighbors),
  };
  const stretches = withinParts(stretchesOf(windows), split);
  const seen = besides(judged, stretches);
  // By name alone, whatever was drawn before: what is trained on the side changes no draw.
  const seed = rng.uint32();
  const stream = (name: string) => new Random(hash32(`${seed}:${name}`));
  const results: FewLabelsResult[] = [];
  const cells = options.people.flatMap((people) =>
    options.perClass.map((perClass) => ({ people, perClass }))
  );
  for (let draw = 0; draw < options.draws; draw++) {
    for (const [i, { people, perClass }] of cells.entries()) {
      signal?.throwIfAborted();
      const done = (draw * cells.length + i) / (options.draws * cells.length);
      onProgress(done, `draw ${draw + 1} of ${options.draws} · ${people} people`);
      // The same people in every cell of a draw, and windows that the next cell adds to.
      const rows = labeledWindows(
        windows,
        split,
        { subjects: people, ...(perClass === null ? {} : { perClass }) },
        stream(`draw ${draw}`),
        "learn from few labels",
      );
      const ids = [...new Set(Array.from(rows, (row) => windows.labels[row]))].sort((a, b) => a - b);
      if (ids.length < 2) {
        throw new InputError(
          `Cannot learn from few labels: draw ${draw + 1} holds ${ids.length} class, 2 are needed`,
          {
            hint: "Draw more people.",
          },
        );
      }
      const add = (way: Way, guesses: Int32Array) =>
        results.push({
          people,
          perClass,
          draw,
          way,
          labeled: rows.length,
          classes: ids.length,
          guesses: guesses.map((c) => ids[c]),
        });
      const y = Int32Array.from(rows, (row) => ids.indexOf(windows.labels[row]));
      const says = (way: keyof typeof features) => {
        const { values, width } = features[way];
        const pick = (some: ArrayLike<number>) => pickRows(values, width, some);
        const fit = fitSoftmaxRegression(pick(rows), y, ids.length);
        return (some: ArrayLike<number>) => predictSoftmax(fit, pick(some));
      };
      const byCodes = says("codes");
      add("statistics", says("statistics")(judged));
      add("codes", byCodes(judged));
      if (draw >= options.tunedDraws) continue;
      const name = `draw ${draw} of ${people} people, ${perClass}`;
      // What the codes say of the other people, a network says better of people whom neither has seen.
      const further = furtherLabels(
        windows,
        rows,
        rowsOf(windows, split, Part.train),
        options.steps * options.training.batch - rows.length,
        (some) => byCodes(some).map((c) => ids[c]),
        stream(`${name}, further`),
      );
      const taught = { untrained: { windows, rows }, tuned: further };
      for (const way of ["untrained", "tuned"] as const) {
        const own = stream(name);
        const logits = await trained(model, taught[way], seen, way === "tuned", options, own, signal);
        add(way, neighborGuesses(logits, seen, ids.length, judged, stretches, neighbors));
      }
    }
  }
  return results;
}

/** Features of each window with its neighbours', never across a recording, a gap or a part of the split. */
function together(
  features: { values: Float64Array; width: number },
  windows: Windows,
  split: Split,
  neighbors: number,
): typeof features {
  if (neighbors === 0) return features;
  const { width } = features;
  const values = neighborMeans(features.values, width, withinParts(stretchesOf(windows), split), neighbors);
  standardizeBy(values, width, rowsOf(windows, split, Part.train));
  return { values, width };
}

function pickRows(values: Float64Array, width: number, rows: ArrayLike<number>): Float64Array {
  const out = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    out.set(values.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
  }
  return out;
}

/** Quantised values of every window, standardised by the training part, `[N, d]`; latents where the model has no quantiser. */
async function codeValues(model: Model, windows: Windows, split: Split, threads: number) {
  const session = await openSession(model.onnx, { threads });
  try {
    const all = Int32Array.from(windows.start.keys());
    const { latents } = await encodeWindows(session, model, windows, all);
    const { levels, latent } = model.architecture;
    const values = levels === null ? Float64Array.from(latents) : new Quantizer(levels).values(latents);
    standardizeBy(values, latent, rowsOf(windows, split, Part.train));
    return { values, width: latent };
  } finally {
    await session.release();
  }
}

/**
 * Trains the whole network on labelled windows, from the model's weights or from chance.
 *
 * @returns Logits of the windows `seen`, `[seen, classes]`.
 */
async function trained(
  model: Model,
  { windows, rows }: { windows: Windows; rows: Int32Array },
  seen: ArrayLike<number>,
  fromModel: boolean,
  { steps, training, head }: FewLabelsOptions,
  rng: Random,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const { names, labels, classOf } = classesOf(windows, rows);
  const architecture = { ...model.architecture, head, classes: names.length };
  const { scaler } = model;
  const { weights } = await train(
    architecture,
    {
      windows,
      scaler,
      labels,
      classOf,
      classWeights: new Float64Array(names.length).fill(1),
      trainRows: rows,
      validationRows: new Int32Array(0),
    },
    {
      ...training,
      epochs: Math.max(1, Math.round(steps / Math.ceil(rows.length / training.batch))),
      ...(fromModel ? { start: model.weights } : {}),
    },
    rng,
    { onProgress: () => {}, ...(signal === undefined ? {} : { signal }) },
  );
  const session = await openSession(encoderOnnx({ architecture, weights }), { threads: training.threads });
  try {
    return (await encodeWindows(session, { architecture, scaler }, windows, seen)).logits;
  } finally {
    await session.release();
  }
}
