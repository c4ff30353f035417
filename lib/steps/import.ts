/** Step `import`: artifacts that were made elsewhere, checked before anything builds on them. */
import { basename, dirname, join } from "../path.ts";
import { z } from "zod";
import { Codes } from "../artifacts/codes.ts";
import { Latents } from "../artifacts/latents.ts";
import { Model } from "../artifacts/model.ts";
import { Motifs } from "../artifacts/motifs.ts";
import { inputLength, Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import { defineStep, optional, type StepContext } from "./define.ts";
import { layoutProblem, usualLayouts } from "../onnx/layout.ts";
import { rateAssumed, sha256 } from "../signal/read/sources/common.ts";
import type { FileRequest } from "../workflow/step.ts";
import { checkPath, fileAt } from "./shared/remote_path.ts";

/** Whether files are logs of predictions, by their endings. */
const areLogs = (paths: readonly string[]) =>
  paths.length > 0 && paths.every((path) => /\.(jsonl|ndjson)$/i.test(path));

/** Whether it is a network of TensorFlow.js. */
const isSaved = ({ path }: { path: string }) => /\.json$/i.test(path);

const path = (what: string) =>
  z.string().min(1).describe(`${what}; relative paths start at the project's root. Or the URL of one.`);
const matrix = z.array(z.array(z.number())).min(1);

const params = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("latents").describe("Latent vectors of windows, before quantisation."),
    path: path("A .npy file [N, d] or a table of numbers"),
    sha256,
    logits: z.string().optional().describe("A .npy file or table [N, classes] of raw classifier outputs."),
    classes: z.array(z.string()).default([]).describe("Class names in the order of the logits."),
  }),
  z.strictObject({
    type: z.literal("codes").describe("FSQ codes of windows, first dimension fastest."),
    path: path(
      "A .npy file [N] or a table with one column of whole numbers; or .jsonl files that `stream` or the service of a package wrote",
    ),
    sha256,
    levels: z.array(z.int().min(3)).min(1).describe(
      "Levels of each dimension; their product bounds the codes.",
    ),
  }),
  z.strictObject({
    type: z.literal("labels").describe("Cluster or class labels of windows, as motifs."),
    path: path(
      "A .npy file [N] of whole numbers, or a table whose last column holds labels; or .jsonl files as for codes, whose " +
        "behaviours are taken",
    ),
    sha256,
  }),
  z.strictObject({
    type: z.literal("windows").describe("Windows that were cut elsewhere; each becomes a recording."),
    path: path(
      "A .npy file [N, T, C] or [N, C, T]; an .npz, MATLAB's .mat or HDF5 .h5 file with such an array, X or the only one of three " +
        "dimensions, and y and groups; or a glob of .npy files or tables [N, T], one for each channel; or .jsonl files as for " +
        "codes: a window for each prediction, so that monitor can compare what a device logged",
    ),
    sha256,
    labels: z.string().optional().describe(
      "A .npy file or table with the label of each window; y of a file with several arrays when left out.",
    ),
    groups: z.string().optional().describe(
      "A .npy file or table that says whose each window is; groups of a file with several arrays when left out.",
    ),
    array: z.string().min(1).optional().describe(
      "Array of windows in a file with several, by name or path, e.g. train/X.",
    ),
    label_array: z.string().min(1).optional().describe(
      "Array of labels there, numbers or texts, e.g. train/y.",
    ),
    group_array: z.string().min(1).optional().describe("Array there that says whose each window is."),
    rate: z.number().positive().describe("Samples per second."),
    rate_assumed: rateAssumed,
    order: z.enum(["time-channels", "channels-time"]).optional().describe(
      "Order of the second and third dimension; the longer one is time when left out.",
    ),
    sensors: z.array(z.string()).min(1).optional().describe("Sensor names, in the order of channels."),
    channels: z.array(z.string()).min(1).optional().describe("Channel names of a sensor, in their order."),
    units: z.array(z.string()).optional().describe("Unit per channel."),
    classes: z.union([z.array(z.string()), z.record(z.string(), z.string())]).optional().describe(
      "Class names in the order of labels from 0, or by label, e.g. 1: walking.",
    ),
  }),
  z.strictObject({
    type: z.literal("model").describe("An encoder as an ONNX file, or as TensorFlow.js saves one."),
    path: path("An .onnx file, or a model.json with its weights (*.bin) beside it"),
    sha256,
    external_data: z.string().optional().describe(
      "The file in which its weights lie, where they do; PATH.data when left out.",
    ),
    input: z.string().optional().describe("Name of its input; not needed for one."),
    layout: z.string().optional().describe(
      "Order of its input's dimensions: N windows, S sensors, C channels, T samples, 1 for one of length one, in brackets " +
        "what one joins, the last fastest: NCST (when left out), NTC, N1CT, N(TC), also NHWC and flat. Without S, C are the " +
        "channels of all sensors, one sensor after the other.",
    ),
    length: z.int().min(1).optional().describe("Samples of a window, where the file leaves them open."),
    latent: z.string().optional().describe(
      "Name of its output [N, d]; not needed for one called latent or the only one beside the logits. Of a model.json the " +
        "layer that gives it, the last when left out.",
    ),
    logits: z.string().optional().describe(
      "Name of its output [N, classes], where it has a classifier head.",
    ),
    labels: z.array(z.string()).default([]).describe("Class names in the order of the logits."),
    levels: z.array(z.int().min(3)).nullable().default(null).describe("FSQ levels of its latent, or null."),
    scaler: z.strictObject({ center: matrix, scale: matrix }).optional()
      .describe(
        "Centre and scale by sensor and channel that are applied before it; none when it takes raw units.",
      ),
    sensors: z.array(z.string()).optional().describe("Sensor names, in the order of its input."),
    channels: z.array(z.string()).optional().describe("Channel names, in the order of its input."),
    units: z.array(z.string()).optional().describe("Unit per channel."),
    rate: z.number().min(0).default(0).describe("Samples per second that it was made for, 0 for any."),
    temperature: z.number().positive().default(1).describe("Divisor of the logits before the softmax."),
  }),
]);

type Params = z.output<typeof params>;
type Of<T extends Params["type"]> = Extract<Params, { type: T }>;
/** The one that `type` chooses is enough. */
type Made = { latents: Latents; codes: Codes; labels: Motifs; model: Model; windows: Windows };
type Context = StepContext<{ windows: ReturnType<typeof optional<Windows>> }, Params>;

export default defineStep({
  type: "import",
  summary: "Bring windows, latents, codes, labels or an ONNX encoder that were made elsewhere",
  inputs: { windows: optional(Windows) },
  params,
  outputs: { latents: Latents, codes: Codes, labels: Motifs, model: Model, windows: Windows },
  outputChosenBy: "type",
  permissions: (params) => params.type === "model" ? { ffi: true } : {},
  files: (params) => [
    fileAt(params),
    ...(params.type === "latents" && params.logits !== undefined
      ? [{ name: "logits", pattern: params.logits }]
      : []),
    ...(params.type === "windows"
      ? (["labels", "groups"] as const).flatMap((name) =>
        params[name] === undefined ? [] : [{ name, pattern: params[name] }]
      )
      : []),
    ...(params.type !== "model" ? [] : isSaved(params) ? savedWeights(params) : externalData(params)),
  ],
  check: (params) => [
    ...checkPath(params),
    ...(params.type === "model" && isSaved(params) ? savedProblems(params) : []),
    ...(params.type === "model" && params.layout !== undefined && layoutProblem(params.layout) !== undefined
      ? [{ path: ["layout"], message: `${layoutProblem(params.layout)}, such as ${usualLayouts.join(", ")}` }]
      : []),
  ],
  async run(context) {
    const { params } = context;
    const { path } = context.files;
    if (params.type !== "windows" && path.length !== 1 && !areLogs(path)) {
      throw new InputError(
        `Cannot import: ${params.path} names ${path.length} files, one is needed`,
      );
    }
    return await read(context) as Made;
  },
});

/** Where the weights of a model may lie beside it; its own file stands in where there is no such file. */
function externalData({ path, external_data }: Of<"model">): FileRequest[] {
  if (external_data !== undefined) return [{ name: "external", pattern: external_data }];
  if (/^https?:/i.test(path)) return [];
  return [{ name: "external", pattern: `${path}.data`, otherwise: path }];
}

async function read(context: Context): Promise<Partial<Made>> {
  const { params } = context;
  switch (params.type) {
    case "latents":
      return { latents: await latents(context, params) };
    case "codes":
      return { codes: await codes(context, params) };
    case "labels":
      return { labels: await labels(context) };
    case "windows":
      return { windows: await windows(context, params) };
    case "model":
      return { model: await model(context, params) };
  }
}

/** There is one row for each window, where windows are connected. */
function checkRows(context: Context, rows: number, path: string): void {
  const { windows } = context.inputs;
  if (windows !== undefined && windows.start.length !== rows) {
    throw new InputError(`Cannot import: ${rows} rows, the windows are ${windows.start.length}`, {
      file: basename(path),
      hint: "Rows must be in the order of the windows.",
    });
  }
}

/** A matrix of finite numbers as float32. */
async function finite(context: Context, path: string): Promise<{ data: Float32Array; columns: number }> {
  const { readMatrix } = await import("../signal/read/array_file.ts");
  const { data, rows, columns } = await readMatrix(path);
  const bad = data.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) {
    throw new InputError(`Cannot import: the value is ${data[bad]}`, {
      file: basename(path),
      row: Math.floor(bad / columns) + 1,
    });
  }
  if (rows === 0) throw new InputError("Cannot import: there are no rows", { file: basename(path) });
  checkRows(context, rows, path);
  return { data: Float32Array.from(data), columns };
}

async function latents(context: Context, { classes }: Of<"latents">): Promise<Latents> {
  const [path] = context.files.path;
  const { data, columns } = await finite(context, path);
  const value: Latents = {
    latents: data,
    dimensions: columns,
    classes: [],
    details: { imported: basename(path) },
  };
  if (context.files.logits !== undefined) {
    const logits = await finite(context, context.files.logits[0]);
    if (logits.data.length / logits.columns !== data.length / columns) {
      throw new InputError("Cannot import: logits and latents have different numbers of rows", {
        file: basename(context.files.logits[0]),
      });
    }
    if (logits.columns !== classes.length) {
      throw new InputError(
        `Cannot import: logits have ${logits.columns} columns, ${classes.length} classes are named`,
        {
          file: basename(context.files.logits[0]),
          hint: "Name all classes under classes, in order.",
        },
      );
    }
    Object.assign(value, { logits: logits.data, classes });
  }
  return value;
}

async function codes(context: Context, { levels }: Of<"codes">): Promise<Codes> {
  const { readMatrix } = await import("../signal/read/array_file.ts");
  const { codeStatistics } = await import("../fsq/statistics.ts");
  const { Quantizer } = await import("../fsq/quantizer.ts");
  const [path] = context.files.path;
  const { data, rows, columns } = areLogs(context.files.path)
    ? await loggedCodes(context.files.path)
    : await readMatrix(path);
  const quantizer = new Quantizer(levels);
  quantizer.warnings.forEach(context.warn);
  const size = quantizer.codebookSize;
  if (columns !== 1) {
    throw new InputError("Cannot import codes: expected one column", { file: basename(path) });
  }
  checkRows(context, rows, path);
  const bad = data.findIndex((code) => !Number.isInteger(code) || code < 0 || code >= size);
  if (bad >= 0) {
    throw new InputError(
      `Cannot import codes: ${data[bad]} is no code of levels [${levels}], which are 0 to ${size - 1}`,
      {
        file: basename(path),
        row: bad + 1,
      },
    );
  }
  const values = Uint32Array.from(data);
  return { codes: values, levels, variant: quantizer.variant, ...codeStatistics(values, size) };
}

async function loggedCodes(paths: string[]): Promise<{ data: Float64Array; rows: number; columns: number }> {
  const { codesOfLog, readPredictionLog } = await import("../stream/prediction_log.ts");
  const data = codesOfLog(await readPredictionLog(paths));
  return { data, rows: data.length, columns: 1 };
}

async function loggedLabels(paths: string[]): Promise<{ labels: Int32Array; names: string[] }> {
  const { behavioursOfLog, readPredictionLog } = await import("../stream/prediction_log.ts");
  const log = await readPredictionLog(paths);
  return { labels: behavioursOfLog(log), names: log.names };
}

async function labels(context: Context): Promise<Motifs> {
  const { readLabels } = await import("../signal/read/array_file.ts");
  const { motifsOfLabels } = await import("../cluster/given_labels.ts");
  const [path] = context.files.path;
  const { labels, names } = areLogs(context.files.path)
    ? await loggedLabels(context.files.path)
    : await readLabels(path);
  checkRows(context, labels.length, path);
  if (names.length === 0) throw new InputError("Cannot import labels: none is set", { file: basename(path) });
  for (const alike of spelledAlike(names)) {
    context.warn(
      `Labels ${
        alike.map((name) => `"${name}"`).join(" and ")
      } differ by case or spaces only: they are kept apart`,
    );
  }
  return motifsOfLabels(labels, names);
}

/** Names that read the same but for case, spaces and what stands for spaces. */
function spelledAlike(names: readonly string[]): string[][] {
  const plain = (name: string) => name.normalize("NFKC").toLowerCase().replace(/[\s_-]+/g, "");
  return [...Map.groupBy(names, plain).values()].filter((alike) => alike.length > 1);
}

/** The weights of a model.json lie beside it; which of them it names is known when it is read. */
function savedWeights({ path }: Of<"model">): FileRequest[] {
  const missing = "Put the weights beside model.json, as TensorFlow.js saved them.";
  return [{ name: "weights", pattern: join(dirname(path), "*.bin"), missing }];
}

function savedProblems(params: Of<"model">): { path: string[]; message: string }[] {
  const away = {
    path: ["path"],
    message: "a model.json must lie in the project, with its weights beside it",
  };
  return [
    ...(/^https?:/i.test(params.path) ? [away] : []),
    ...(["input", "layout", "external_data"] as const).filter((key) => params[key] !== undefined).map((
      key,
    ) => ({
      path: [key],
      message: "is for ONNX files: a model.json says it itself",
    })),
  ];
}

async function model(context: Context, params: Of<"model">): Promise<Model> {
  if (isSaved(params)) return await savedModel(context, params);
  const { importEncoder } = await import("../onnx/imported_encoder.ts");
  const { withExternalData } = await import("../onnx/foreign_file.ts");
  const [path] = context.files.path;
  const { type: _type, path: _path, sha256: _sha256, external_data: _external, ...facts } = params;
  const { windows } = context.inputs;
  const known = windows?.recordings;
  const bytes = await withExternalData(await Deno.readFile(path), basename(path), async (name) => {
    const file = context.files.external?.find((other) => basename(other) === basename(name));
    return file === undefined ? undefined : await Deno.readFile(file);
  });
  const { model, warnings } = await importEncoder(bytes, basename(path), {
    ...facts,
    length: facts.length ?? (windows === undefined ? undefined : inputLength(windows)),
    sensors: facts.sensors ?? known?.sensors,
    channels: facts.channels ?? known?.channels,
    units: facts.units ?? known?.units,
  });
  warnings.forEach(context.warn);
  return model;
}

async function savedModel({ files, inputs: { windows } }: Context, params: Of<"model">): Promise<Model> {
  const { importSavedModel } = await import("../model/tfjs/import_model.ts");
  const seen = windows && { ...windows.recordings, length: inputLength(windows) };
  return await importSavedModel(files.path[0], basename(files.path[0]), files.weights, params, seen);
}

async function windows(context: Context, params: Of<"windows">): Promise<Windows> {
  if (areLogs(context.files.path)) {
    const { readPredictionLog, windowsOfLog } = await import("../stream/prediction_log.ts");
    return windowsOfLog(await readPredictionLog(context.files.path), params.rate);
  }
  const { readWindowArrays } = await import("../signal/read/window_arrays.ts");
  const { path, labels, groups } = context.files;
  const { array, label_array, group_array, ...rest } = params;
  const options = { ...rest, array, labelArray: label_array, groupArray: group_array };
  const made = await readWindowArrays(path, { labels: labels?.[0], groups: groups?.[0] }, options);
  const { assessQuality } = await import("../signal/quality.ts");
  const { rateSourceOf, assumedRate } = await import("../signal/describe_recordings.ts");
  const notes = [...made.warnings, ...(params.rate_assumed ? [assumedRate(params.rate)] : [])];
  notes.forEach(context.warn);
  const { recordings } = made.windows;
  const quality = {
    ...assessQuality(recordings).quality,
    rateSource: rateSourceOf(recordings, params.rate_assumed, undefined),
    notes,
  };
  return { ...made.windows, recordings: { ...recordings, quality } };
}
