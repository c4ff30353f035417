/** All judgements of one model on one part of one split, as {@linkcode Metrics}. */
import type { Behaviours } from "../../artifacts/behaviours.ts";
import type { Codes } from "../../artifacts/codes.ts";
import type { Latents } from "../../artifacts/latents.ts";
import type { Metric, Metrics } from "../../artifacts/metrics.ts";
import type { Model } from "../../artifacts/model.ts";
import type { Motifs } from "../../artifacts/motifs.ts";
import { Part, type Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { InputError } from "../../errors.ts";
import { halfWidths } from "../../fsq/constants.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import type { Random } from "../../random.ts";
import { diagnose } from "../diagnose.ts";
import { classPeople, peopleOfModel } from "./people_facts.ts";
import { judge, type Judged, type PartName, withoutLabels } from "./judged.ts";
import { judgePersistence } from "./judge_persistence.ts";
import { heldOutFacts } from "./held_out.ts";
import { modelCodes } from "./model_codes.ts";
import { judgeLabeling, judgeSegments } from "./judge_behaviours.ts";
import { judgeChannels } from "./judge_channels.ts";
import { judgeClassifier } from "./judge_classifier.ts";
import { judgeCodes } from "./judge_codes.ts";
import { judgeMotifs } from "./judge_motifs.ts";
import { judgeTraining } from "./judge_training.ts";
import { boutMetrics, judgedBouts, usageTable } from "./judge_usage.ts";
import { typedFrom } from "../../typed_from.ts";

/** What is judged; all by window, from one `window` step. */
export interface ValidationInput {
  windows: Windows;
  split: Split;
  model?: Omit<Model, "onnx">;
  latents?: Latents;
  codes?: Codes;
  motifs?: Motifs;
  behaviours?: Behaviours;
  /** Numbers made elsewhere that are judged as well: latency by `benchmark-on-device`, memory of the activations. */
  further?: Metrics["metrics"];
}

/** Judges everything that is given on one part of the split. */
export function validate(input: ValidationInput, part: PartName, rng: Random): Metrics {
  const { windows, split, model, latents, motifs, behaviours } = input;
  checkLengths(input);
  const codes = input.codes ?? (model && latents && modelCodes(model, latents));
  const judged = judge(windows, split, part);
  const labeled = judged.rows.length > 0;
  if (!labeled && [codes, motifs, behaviours].every((value) => value === undefined)) {
    throw new InputError(
      `Cannot validate: none of the ${judged.part.length} windows of the ${part} part has a label`,
      {
        hint:
          "Name the label column in `load`, judge a part that is labelled, or connect what needs no labels: " +
          "codes, motifs or behaviours.",
      },
    );
  }
  const whole = withoutLabels(windows, judged);
  const out: Metrics = { metrics: {}, tables: {}, ...describe(input, labeled ? judged : whole, part) };
  const add = (found: Pick<Metrics, "metrics"> & Partial<Pick<Metrics, "tables">>) => {
    Object.assign(out.metrics, found.metrics);
    Object.assign(out.tables, found.tables);
  };
  const sources: Record<string, Int32Array> = {};
  if (latents?.logits !== undefined && labeled) {
    const trainLabels = typedFrom(Int32Array, judged.train, (i) => windows.labels[i]);
    const { confusion, predicted, ...found } = judgeClassifier(
      judged,
      {
        logits: latents.logits,
        classes: latents.classes,
        temperature: latents.temperature ?? model?.temperature ?? 1,
      },
      trainLabels,
      rng,
    );
    add(found);
    add(judgeChannels(judged, windows));
    out.confusion = { labels: judged.classNames, counts: confusion };
    sources.classifier = scatter(windows.start.length, judged.rows, predicted);
  }
  if (codes !== undefined) add(judgeCodes(judged, codes, windows.labels));
  if (codes !== undefined && latents !== undefined) add({ metrics: distortion(judged, latents, codes) });
  if (motifs !== undefined) {
    const { metrics, mapped } = judgeLabeling(judged, windows.labels, motifs.labels, "motif");
    add({ metrics });
    sources.motifs = mapped;
    add({ metrics: judgeMotifs(judged, motifs) });
    add({ metrics: judgePersistence(windows, whole, motifs.labels) });
  }
  if (model !== undefined) {
    out.metrics.parameter_bytes = parameterBytes(model.parameters);
    add(judgeTraining(model));
  }
  if (behaviours !== undefined) {
    const { metrics, mapped } = judgeLabeling(judged, windows.labels, behaviours.labels, "behaviour");
    const bouts = judgedBouts(windows, behaviours, judged.part);
    add({
      metrics: { ...metrics, ...boutMetrics(bouts, behaviours) },
      tables: { usage: usageTable(bouts, behaviours) },
    });
    sources.behaviours = mapped;
  }
  if (labeled && Object.keys(sources).length > 0) add(judgeSegments(windows, judged, sources));
  Object.assign(out.metrics, input.further);
  const { minDwellPredictions: dwell = NaN, predictionRate = NaN } = behaviours ?? {};
  const findings = diagnose(out, {
    minDwellSeconds: dwell / predictionRate,
    history: model?.history,
    ...(model === undefined ? {} : peopleOfModel(model, split)),
    classPeople: classPeople(windows, split),
    dictionary: behaviours?.dictionary,
    smoothing: methodOf(behaviours),
  });
  out.tables.findings = findings.map((finding) => ({ ...finding }));
  return out;
}

function scatter(n: number, rows: Uint32Array, values: Int32Array): Int32Array {
  const out = new Int32Array(n).fill(-1);
  rows.forEach((row, i) => out[row] = values[i]);
  return out;
}

/** Mean squared distance of the bounded latents from their codes, in the code's units (values from −1 to 1). */
function distortion(
  judged: Judged,
  { latents, dimensions }: Latents,
  { levels }: Codes,
): Record<string, Metric> {
  if (levels.length !== dimensions) return {};
  const quantizer = new Quantizer(levels);
  const widths = halfWidths(levels);
  let total = 0;
  for (const row of judged.part) {
    const z = latents.subarray(row * dimensions, (row + 1) * dimensions);
    const bounded = quantizer.bound(z), values = quantizer.values(z);
    for (let i = 0; i < dimensions; i++) total += (bounded[i] / widths[i] - values[i]) ** 2;
  }
  const n = judged.part.length;
  return {
    quantization_distortion: { value: total / (n * dimensions), n, of: "windows", origin: judged.origin },
  };
}

function parameterBytes(parameters: number): Metric {
  return {
    value: 4 * parameters,
    n: parameters,
    of: "parameters",
    unit: "B",
    origin: "measured",
    note: "float32; the FSQ codebook itself costs nothing",
  };
}

function describe(
  { windows, split, model, behaviours }: ValidationInput,
  judged: Judged,
  part: PartName,
): Pick<Metrics, "judgedOn" | "heldOut" | "details"> {
  const count = (value: number) => split.part.reduce((n, p) => n + (p === value ? 1 : 0), 0);
  return {
    judgedOn: {
      data: windows.recordings.source.name,
      part,
      rule: split.rule,
      windows: { train: count(Part.train), judged: judged.rows.length },
    },
    heldOut: heldOutFacts(windows, split, judged, model),
    details: {
      origin: windows.recordings.origin,
      windows: { validation: count(Part.validation), test: count(Part.test) },
      subjects: { ...split.groups },
      window: {
        length: windows.length,
        hop: windows.hop,
        context: windows.context ?? 0,
        rate: windows.recordings.rate,
      },
      model: model === undefined ? null : {
        temperature: model.temperature,
        parameters: model.parameters,
        trained_on: model.training.windows,
        seed: model.training.seed,
      },
      smoothing: methodOf(behaviours) ?? null,
    },
  };
}

/** How behaviours were smoothed; `undefined` where they were made elsewhere. */
function methodOf(behaviours: Behaviours | undefined): "hsmm" | "pipeline" | undefined {
  if (behaviours?.hsmm !== undefined) return "hsmm";
  return behaviours?.rules === undefined ? undefined : "pipeline";
}

function checkLengths({ windows, latents, codes, motifs, behaviours }: ValidationInput): void {
  const n = windows.start.length;
  const lengths = {
    latents: latents && latents.latents.length / latents.dimensions,
    codes: codes?.codes.length,
    motifs: motifs?.labels.length,
    behaviours: behaviours?.labels.length,
  };
  for (const [name, length] of Object.entries(lengths)) {
    if (length === undefined || length === n) continue;
    throw new InputError(`Cannot validate: ${name} cover ${length} windows, there are ${n}`, {
      hint: `Connect ${name} that were made from these windows.`,
    });
  }
}
