/** Makes an OnnxBundle: files for hosts and devices, with the proof that they compute what was trained. */
import { join } from "node:path";
import type { Model } from "../../artifacts/model.ts";
import { encodeNpy } from "../../artifacts/npy.ts";
import { sha256 } from "../../artifacts/sha256.ts";
import { Part, type Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { InputError } from "../../errors.ts";
import { openSession } from "../../onnx/runtime.ts";
import type { Random } from "../../random.ts";
import { gatherWindows } from "../../signal/window/batch.ts";
import { argmaxRows, encodeWindows } from "../evaluate.ts";
import { modelMetadata } from "./export_metadata.ts";
import { bundleFiles, type Int8Estimate, type Parity } from "../../artifacts/onnx_bundle.ts";
import { checkParity } from "./export_parity.ts";
import { type Rows, sampleRows, selftestRows, trainingRows } from "./export_rows.ts";
import { writeSelftest } from "./export_selftest.ts";
import { type Fitted, fitWindows } from "../fit.ts";
import { formsOf } from "./forms.ts";
import { estimateInt8 } from "./int8_estimate.ts";
import { chooseInputRange, clipValues } from "./int8_input.ts";

/** Sizes of the samples that an export takes. */
export interface ExportOptions {
  parityWindows: number;
  calibrationWindows: number;
  selftestWindows: number;
  /** Windows of the int8 estimate, at most. */
  int8Windows: number;
  /** Whether the encoder is also written for TensorFlow.js. */
  tfjs?: boolean;
}

export interface Exported {
  parity: Parity;
  int8: Int8Estimate[];
  warnings: string[];
}

/**
 * Writes the bundle into `dir`. Equal inputs and seed give equal bytes.
 *
 * @throws {InputError} for a model that cannot be exported, or when the parity proof fails.
 */
export async function exportBundle(
  dir: string,
  trained: Model,
  given: Windows,
  split: Split | undefined,
  options: ExportOptions,
  rng: Random,
  onProgress: (fraction: number, message: string) => void = () => {},
): Promise<Exported> {
  const { windows, notes } = fitExportable(trained, given);
  const forms = formsOf(trained.imported === true ? madeFor(trained, windows) : trained);
  const { model, files } = forms;
  if (options.tfjs === true && !forms.layers) {
    throw new InputError(
      "Cannot write a file for TensorFlow.js: the encoder is an ONNX file, whose layers are not known",
      {
        hint: "Leave tfjs out.",
      },
    );
  }
  const warnings = [...notes, ...forms.notes];
  const all = Int32Array.from(windows.start, (_, i) => i);

  onProgress(0.05, "prove parity");
  const parityRows = sampleRows(all, options.parityWindows, rng.fork("parity"));
  const proved = await checkParity(model, files, windows, parityRows, forms.reference);
  const saved = options.tfjs === true
    ? await (await import("./export_tfjs.ts")).exportSavedModel(dir, model, windows, parityRows)
    : undefined;
  const parity = saved === undefined ? proved : withSaved(proved, saved.difference);
  await Deno.writeTextFile(join(dir, bundleFiles.parity), json(parity));
  requireParity(parity);

  onProgress(0.3, "choose calibration windows");
  const training = trainingRows(model, windows, split);
  if (!training.trainingOnly) warnings.push(`Calibration uses ${training.source}`);
  const calibrationRows = sampleRows(training.rows, options.calibrationWindows, rng.fork("calibration"));
  const calibration = gathered(model, windows, calibrationRows);

  onProgress(0.4, "estimate int8");
  const wide = await forms.ranges(calibration);
  const few = sampleRows(calibrationRows, 512, rng.fork("input range"));
  const input = await chooseInputRange(forms, windows, few, calibration, wide);
  clipValues(calibration, input.range); // so that the compiler takes the same ranges, here and behind
  const ranges = (await forms.ranges(calibration)).set("window", input.range);
  const qdq = forms.quantized(ranges, { perChannel: true });
  const truth = classesOf(model, windows);
  const heldOut = judgedRows(all, split);
  const judged = sampleRows(heldOut.rows, options.int8Windows, rng.fork("int8"));
  const step = forms.step(ranges);
  const int8: Int8Estimate[] = [];
  for (
    const [weights, bytes] of [
      ["per-channel", qdq],
      ["per-tensor", forms.quantized(ranges, { perChannel: false })],
    ] as const
  ) {
    int8.push(await estimateInt8(model, bytes, windows, judged, truth, { weights, step }));
  }

  onProgress(0.8, "write golden windows");
  const candidates = sampleRows(all, 2000, rng.fork("candidates"));
  const chosen = selftestRows(
    candidates,
    ...await candidateFacts(model, windows, candidates, truth),
    model.architecture.levels,
    options.selftestWindows,
    rng.fork("selftest"),
  );
  await writeSelftest(dir, model, { ...files, qdq }, windows, chosen);

  const { plain } = forms;
  const content: Record<string, Uint8Array<ArrayBuffer>> = {
    [bundleFiles.full]: files.full,
    [bundleFiles.device]: files.device,
    [bundleFiles.qdq]: qdq,
    ...(forms.hostHead.front === undefined
      ? {}
      : { [bundleFiles.wholeQdq]: forms.quantized(ranges, { perChannel: true, whole: true }) }),
    [bundleFiles.hostOnnx]: forms.hostOnnx,
    [bundleFiles.hostHead]: new TextEncoder().encode(json(forms.hostHead)),
    ...(plain === undefined ? {} : {
      [bundleFiles.plain]: new TextEncoder().encode(json(plain.encoder)),
      [bundleFiles.plainWeights]: new Uint8Array(plain.weights.buffer),
    }),
    ...saved?.files,
    [bundleFiles.calibration]: encodeNpy(
      toNhwc(calibration, model.architecture.input),
      nhwcShape(model, calibrationRows),
    ),
  };
  const hashes: Record<string, string> = {};
  for (const name of Object.keys(content).sort()) {
    await Deno.writeFile(join(dir, name), content[name]);
    hashes[name] = await sha256(content[name]);
  }
  const { source } = training;
  const clipping = { range: input.range, clipped_share: input.clipped };
  const facts = modelMetadata(model, windows, hashes, { n: calibrationRows.length, source, ...clipping });
  await Deno.writeTextFile(join(dir, bundleFiles.metadata), json(facts));
  const estimates = {
    name: "int8-cpu-estimate",
    origin: "estimated",
    part: heldOut.source,
    variants: int8,
    input_range: input,
  };
  await Deno.writeTextFile(join(dir, bundleFiles.int8), json(estimates));
  onProgress(1, "exported");
  return { parity, int8, warnings };
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 1) + "\n";
}

function fitExportable(model: Model, windows: Windows): Fitted {
  if (windows.start.length === 0) {
    throw new InputError("Cannot export model: there are no windows to prove it on");
  }
  return fitWindows(model, windows);
}

function withSaved(parity: Parity, difference: number): Parity {
  return {
    ...parity,
    tfjs_latent: difference,
    max_abs_difference: Math.max(parity.max_abs_difference, difference),
    passed: parity.passed && difference <= parity.tolerance,
  };
}

/** An encoder from elsewhere with what it leaves open said by the windows that it is exported for. */
function madeFor(model: Model, { recordings, context }: Windows): Model {
  const stated = (name: "sensors" | "channels") =>
    model.stated?.includes(name) ? model[name] : recordings[name];
  return {
    ...model,
    sensors: stated("sensors"),
    channels: stated("channels"),
    units: model.units.every((unit) => unit === "unknown") ? recordings.units : model.units,
    rate: model.rate || recordings.rate,
    ...(recordings.filters && { filters: recordings.filters }),
    ...(context === undefined ? {} : { context }),
  };
}

function requireParity(parity: Parity): void {
  if (parity.passed) return;
  throw new InputError(
    `Cannot export model: on ${parity.n} windows the exported files differ by up to ` +
      `${parity.max_abs_difference.toExponential(2)} (allowed ${parity.tolerance.toExponential(2)}) and in ` +
      `${parity.codes_different} codes from the trained network`,
  );
}

function gathered(model: Model, windows: Windows, rows: Int32Array): Float32Array {
  const { input } = model.architecture;
  const out = new Float32Array(rows.length * input[0] * input[1] * input[2]);
  gatherWindows(windows, rows, model.scaler, out);
  return out;
}

/** The model's class of each window, −1 where it has none. */
function classesOf(model: Model, windows: Windows): Int32Array {
  const position = windows.recordings.labelNames.map((name) => model.labels.indexOf(name));
  return windows.labels.map((label) => label < 0 ? -1 : position[label]);
}

/** Windows that the int8 estimate is judged on: held out where there are any, else all, whose accuracy says little. */
function judgedRows(all: Int32Array, split: Split | undefined): Rows {
  for (const [part, name] of [[Part.test, "test"], [Part.validation, "validation"]] as const) {
    const rows = all.filter((i) => split?.part[i] === part);
    if (rows.length > 0) return { rows, source: `${name} part, ${split!.rule}`, trainingOnly: false };
  }
  return { rows: all, source: "all windows, training windows among them", trainingOnly: false };
}

/** Latents of the candidates, and their classes: labels where known, predictions elsewhere. */
async function candidateFacts(
  model: Model,
  windows: Windows,
  rows: Int32Array,
  truth: Int32Array,
): Promise<[latents: Float32Array, classes: Int32Array]> {
  const session = await openSession(model.onnx);
  try {
    const { latents, logits } = await encodeWindows(session, model, windows, rows);
    const { classes } = model.architecture;
    const guesses = classes > 0 ? argmaxRows(logits, classes) : new Int32Array(rows.length).fill(-1);
    return [latents, guesses.map((guess, i) => truth[rows[i]] >= 0 ? truth[rows[i]] : guess)];
  } finally {
    await session.release();
  }
}

function nhwcShape(model: Model, rows: Int32Array): number[] {
  const [channels, sensors, length] = model.architecture.input;
  return [rows.length, sensors, length, channels];
}

/** `[n, C, S, L]` to `[n, S, L, C]`, the layout that the compiler's calibration takes. */
export function toNhwc(
  data: Float32Array,
  [channels, sensors, length]: [number, number, number],
): Float32Array {
  const size = channels * sensors * length;
  const out = new Float32Array(data.length);
  for (let base = 0; base < data.length; base += size) {
    for (let c = 0, i = base; c < channels; c++) {
      for (let p = 0; p < sensors * length; p++, i++) out[base + p * channels + c] = data[i];
    }
  }
  return out;
}
