/** What `train` does under each objective: parameters in the science's own names, and the model made of the outcome. */
import { resolve } from "../../path.ts";
import type { EncoderGraph } from "../../artifacts/encoder_graph.ts";
import type { Architecture, Model, TurnedSensor } from "../../artifacts/model.ts";
import { Part, type Split } from "../../artifacts/split.ts";
import { inputLength, type Windows } from "../../artifacts/windows.ts";
import { InputError } from "../../errors.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import { temperatureForOthers } from "../../metrics/calibration/temperature_for_others.ts";
import { discover } from "../../model/discover/discover.ts";
import { discoveryHealth } from "../../model/discover/health.ts";
import { fitWindows } from "../../model/fit.ts";
import { fitScaler, scalerError } from "../../model/scaler.ts";
import { assembleModel } from "../../model/train/assemble.ts";
import { defaultArchitecture } from "../../model/train/initial.ts";
import { twoStages } from "../../model/train/stages.ts";
import { train } from "../../model/train/train.ts";
import {
  classesOf,
  classWeights,
  labeledRowsOf,
  rowsOf,
  type Sampled,
  sampleSplit,
} from "../../model/train/training_rows.ts";
import type { StepContext } from "../define.ts";
import { epochsOf, keptOf, levelsOf, poolsOf } from "./suited_defaults.ts";
import { discoverOptions, trainOptions } from "./train_options.ts";
import { type TrainParams, withDefaults } from "./train_params.ts";

type Context =
  & Omit<StepContext<any, TrainParams>, "inputs">
  & { inputs: { windows: Windows; split: Split; start?: Model } };

/** Trains the model that the parameters ask for. @throws {InputError} */
export function trainModel(context: Context): Promise<Model> {
  refuseTwoNetworks(context);
  const { context: own, sampledFrom } = drawSample(context);
  return context.params.objective === "discover"
    ? discoverModel(own, sampledFrom)
    : superviseModel(own, sampledFrom);
}

/** The context with a split whose parts are a sample, where one is asked for and there are more windows. */
function drawSample(context: Context): { context: Context; sampledFrom?: Sampled["from"] } {
  const { inputs: { windows, split }, params, rng, seed, log } = context;
  const { sample: most, objective, min_purity } = params;
  if (most === undefined) return { context };
  const candidates = (part: Part) =>
    objective === "supervised"
      ? labeledRowsOf(windows, split, part, min_purity)
      : rowsOf(windows, split, part);
  if (candidates(Part.train).length <= most) return { context };
  const { split: drawn, from } = sampleSplit(split, candidates, most, rng.fork("sample"));
  log(`Learns from ${most} of ${from.windows} windows of the training part, drawn by seed ${seed}`);
  return { context: { ...context, inputs: { ...context.inputs, split: drawn } }, sampledFrom: from };
}

/** The sample with the error of the scaler that was fitted on it. */
function errorOf(
  { inputs: { windows }, params }: Context,
  rows: Int32Array,
  from: Sampled["from"] | undefined,
): Sampled["from"] | undefined {
  if (from === undefined) return undefined;
  const error = scalerError(windows, rows, params.scaler);
  return Number.isFinite(error) ? { ...from, scalerError: error } : from;
}

/** A model to start from brings its network: what would describe another one is a mistake. */
function refuseTwoNetworks({ inputs: { start, windows }, params }: Context): void {
  if (start === undefined) return;
  if (params.objective !== "supervised" || params.quantizer !== "fsq") {
    throw new InputError(
      `Cannot train from a model: ${
        params.quantizer !== "fsq" ? `quantizer: ${params.quantizer}` : `objective: ${params.objective}`
      } starts from chance`,
      { hint: "Leave the model out of `from`, or train by labels with quantizer: fsq." },
    );
  }
  for (const name of ["encoder", "levels", "pools"] as const) {
    if (params[name] === undefined) continue;
    throw new InputError(`Cannot train from a model: ${name} describes another network`, {
      hint: `Leave ${name} out: the network, its levels and its scaler are those of the model.`,
    });
  }
  if (start.imported === true) {
    throw new InputError(
      "Cannot train from a model: an imported encoder has no weights that are known here",
      {
        hint: "Start from a model of a `train` step.",
      },
    );
  }
  const { notes } = fitWindows(start, windows);
  if (notes.length > 0) {
    throw new InputError(`Cannot train from a model: ${notes[0]}`, {
      hint: "Load sensors and channels in the order of the model.",
    });
  }
}

function inputOf(windows: Windows): [number, number, number] {
  const { channels, sensors } = windows.recordings;
  return [channels.length, sensors.length, inputLength(windows)];
}

/** The network of an encoder file, where one is named. */
async function encoderOf(
  { files, params, log, signal }: Context,
  [channels, sensors, length]: [number, number, number],
): Promise<EncoderGraph | undefined> {
  if (params.encoder === undefined) return undefined;
  const { loadEncoder } = await import("../../model/graph/load_encoder.ts");
  const features = params.widths.at(-1)! * params.pooling.length * params.segments;
  // Called outside a workflow, the path is taken as it is.
  const path = files.encoder?.[0] ?? resolve(params.encoder);
  return (await loadEncoder(path, { length, channels, sensors, features }, { log, signal })).graph;
}

/** Says before the first epoch which machines the layers of an encoder file rule out. */
async function tellLimits({ warn }: Context, architecture: Architecture): Promise<void> {
  if (architecture.graph === undefined) return;
  const { encoderLimits } = await import("./encoder_limits.ts");
  encoderLimits(architecture).forEach((text) => warn(text));
}

/** Where the labels are that the training part lacks, and what to do. @param trained Names of the classes it has. */
function fewClassesHint(windows: Windows, split: Split, trained: readonly string[]): string {
  const { labels, recording, recordings: { recordings, labelNames } } = windows;
  const people = new Set<string>();
  labels.forEach((label, i) => {
    const isFurther = label >= 0 && split.part[i] !== Part.train && !trained.includes(labelNames[label]);
    if (isFurther) people.add(recordings[recording[i]].subject);
  });
  if (people.size === 0) {
    const isOne = labels.every((label) => label < 0 || labelNames[label] === trained[0]);
    const check = "Check the label column and keep_labels of load; without labels, use objective: discover.";
    return trained.length === 1 && isOne ? `All labels say ${trained[0]}. ${check}` : check;
  }
  const [some, more] = [[...people].sort().slice(0, 4).join(", "), people.size > 4 ? ", …" : ""];
  return `Further labels are in the other parts of the split, of ${some}${more}: take another fold, or learn without ` +
    "labels by objective: discover and name motifs by the label step.";
}

async function superviseModel(context: Context, sampledFrom?: Sampled["from"]): Promise<Model> {
  const { inputs: { windows, split, start }, rng, seed, threads, warn, log, signal } = context;
  const both = context.params.objective === "both";
  const p = withDefaults(context.params, both ? "both" : "supervised");
  const trainRows = labeledRowsOf(windows, split, Part.train, p.min_purity);
  const { names, labels, classOf } = classesOf(windows, trainRows);
  if (names.length < 2) {
    throw new InputError(`Cannot train: the training part holds ${names.length} class(es), 2 are needed`, {
      hint: fewClassesHint(windows, split, names),
    });
  }
  const validationRows = labeledRowsOf(windows, split, Part.validation, p.min_purity).filter((row) =>
    labels[row] >= 0
  );
  if (validationRows.length === 0) {
    const tell = p.keep === "best" ? warn : log;
    tell("No validation subjects: the last epoch's weights are kept and the temperature is not fitted");
  }
  const levels = p.quantizer === "fsq"
    ? start?.architecture.levels ?? levelsOf(p.levels, names.length, log)
    : null;
  if (levels !== null) new Quantizer(levels).warnings.forEach((text) => warn(text));
  const input = inputOf(windows);
  const graph = await encoderOf(context, input);
  const architecture = start === undefined
    ? defaultArchitecture(input, names.length, levels, {
      ...p,
      pools: both ? p.pools : poolsOf(p.pools, p.widths.length, input[2]),
      graph,
    })
    : { ...start.architecture, head: p.head, classes: names.length };
  if (p.quantizer === "vq-ema") architecture.codebook = p.codebook_size;
  await tellLimits(context, architecture);
  const found = both ? await discoverFirst(context, architecture) : undefined;
  const scaler = found?.scaler ?? start?.scaler ??
    { method: p.scaler, ...fitScaler(windows, trainRows, p.scaler) };
  const { progress, checkpoint } = found ?? context;
  const from = found?.weights ?? start?.weights;
  const trained = await train(
    architecture,
    {
      windows,
      scaler,
      labels,
      classOf,
      classWeights: classWeights(labels, trainRows, names.length, p.class_weighting),
      trainRows,
      validationRows,
      ...(found === undefined || p.discover_weight === 0
        ? {}
        : { goals: { ...found.goals, factor: p.discover_weight } }),
    },
    {
      ...trainOptions({ ...p, keep: p.keep ?? keptOf(split, windows, validationRows) }, windows.length),
      epochs: epochsOf(p.epochs, trainRows.length, p.batch_size),
      threads,
      ...(from === undefined ? {} : { start: from }),
    },
    rng,
    {
      onProgress: (fraction, message) => progress({ fraction, message }),
      onWarning: warn,
      ...(checkpoint === undefined ? {} : { checkpoint }),
      signal,
    },
  );
  const truth = Int32Array.from(validationRows, (row) => labels[row]);
  const learnt = found?.subjects ?? split.groups.train;
  return assembleModel(windows, [...new Set([...start?.training.subjects ?? [], ...learnt])], {
    architecture,
    ...(found === undefined ? {} : { discovery: found.discovery }),
    scaler,
    labels: names,
    temperature: p.calibrate
      ? temperatureForOthers(windows, split, validationRows, trained.validationLogits, truth, names.length)
      : 1,
    history: trained.history,
    bestEpoch: trained.bestEpoch,
    health: trained.health,
    weights: trained.weights,
    trainWindows: trainRows.length,
    validationWindows: validationRows.length,
    sampledFrom: start === undefined ? errorOf(context, trainRows, sampledFrom) : sampledFrom,
    seed,
  });
}

/**
 * Windows below which plain statistics were as good as what was discovered or better: on 15 simulated people (about 950
 * training windows) they were, on HAPT (11 430) they were not.
 */
const fewWindows = 2000;

/** The windows that are learnt from without their labels, and whose they are. */
function learntFrom({ inputs: { windows, split }, params, warn }: Context) {
  const part = split.part.map((part) =>
    Number(params.transductive ? part !== Part.unused : part === Part.train)
  );
  const { train, validation, test } = split.groups;
  const rows = rowsOf(windows, { ...split, part }, Part.train);
  if (rows.length < fewWindows) {
    warn(
      `${rows.length} windows are few to learn from without labels: below ${fewWindows}, plain statistics were as good or ` +
        "better; compare-motifs and few-labels hold them beside it",
    );
  }
  return {
    wanted: (window: number) => part[window] === Part.train,
    rows,
    subjects: params.transductive ? [...train, ...validation, ...test] : train,
  };
}

/** The first stage of both objectives: what all windows of the training part show, labelled or not. */
async function discoverFirst(context: Context, architecture: Architecture) {
  const { inputs: { windows }, params, rng, threads, progress, log, signal, checkpoint } = context;
  const { rows, wanted, subjects } = learntFrom(context);
  const scaler = { method: params.scaler, ...fitScaler(windows, rows, params.scaler) };
  const [first, second] = checkpoint === undefined ? [] : twoStages(checkpoint);
  const { weights, goals, persistence, centered, turns } = await discover(
    { ...architecture, head: [], classes: 0 },
    windows,
    scaler,
    wanted,
    { ...discoverOptions(params), threads },
    rng.fork("discovery"),
    {
      onProgress: (fraction, message) => progress({ fraction: fraction / 2, message }),
      ...(first === undefined ? {} : { checkpoint: first }),
      signal,
    },
  );
  tellTurned(turns.anyWay, log);
  return {
    scaler,
    weights,
    goals,
    subjects,
    discovery: { teachers: params.teachers, persistence, centered, turned: turns.anyWay, neighbors: null },
    checkpoint: second,
    progress: ({ fraction, message }: { fraction: number; message: string }) =>
      progress({ fraction: 0.5 + fraction / 2, message }),
  };
}

/** Says why a sensor was turned further than the others. @param cure How to have it otherwise. */
function tellTurned(turned: readonly TurnedSensor[], log: Context["log"], cure = ""): void {
  for (const { sensor, people, share } of turned) {
    log(
      `Turned ${sensor} any way round: gravity of ${
        Math.round(100 * share)
      } % of ${people} people lies within 60° of ` +
        `one direction, so that how it lay tells nothing of other people${cure}`,
    );
  }
}

async function discoverModel(context: Context, sampledFrom?: Sampled["from"]): Promise<Model> {
  const { inputs: { windows, split }, rng, seed, threads, progress, warn, log, signal, checkpoint } = context;
  const p = withDefaults(context.params, "discover");
  const { rows: trainRows, wanted, subjects } = learntFrom(context);
  const validationRows = rowsOf(windows, split, Part.validation);
  const levels = p.levels!;
  new Quantizer(levels).warnings.forEach((text) => warn(text));
  const input = inputOf(windows);
  const graph = await encoderOf(context, input);
  const architecture = defaultArchitecture(input, 0, levels, { ...p, head: [], graph });
  await tellLimits(context, architecture);
  const scaler = fitScaler(windows, trainRows, p.scaler);
  const found = await discover(
    architecture,
    windows,
    scaler,
    wanted,
    { ...discoverOptions(context.params), threads },
    rng,
    {
      onProgress: (fraction, message) => progress({ fraction, message }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
      signal,
    },
  );
  tellTurned(found.turns.anyWay, log, "; `rotation` of train sets another angle");
  const judged = await discoveryHealth(
    architecture,
    found.weights,
    windows,
    scaler,
    validationRows,
    found.history.length,
    threads,
  );
  if (judged.health?.collapsedEpochs.length) {
    warn(
      "The code has collapsed: nearly all validation windows share one code; record more, or use a shorter hop",
    );
  }
  return assembleModel(windows, subjects, {
    architecture,
    scaler: { method: p.scaler, ...scaler },
    labels: [],
    temperature: 1,
    history: found.history.map((epoch, i) => ({
      ...epoch,
      accuracy: null,
      validationLoss: null,
      validationAccuracy: null,
      perplexity: i === found.history.length - 1 ? judged.perplexity : null,
      topShare: i === found.history.length - 1 ? judged.topShare : null,
    })),
    bestEpoch: found.history.length,
    health: judged.health,
    discovery: {
      teachers: p.teachers,
      persistence: found.persistence,
      centered: found.centered,
      turned: found.turns.anyWay,
      neighbors: judged.neighbors,
    },
    weights: found.weights,
    trainWindows: trainRows.length,
    validationWindows: validationRows.length,
    sampledFrom: errorOf(context, trainRows, sampledFrom),
    seed,
  });
}
