/** An encoder that the user brings as an ONNX file, as a Model. */
import type { Model } from "../artifacts/model.ts";
import { InputError } from "../errors.ts";
import { type DecodedModel, type DecodedValue, decodeModel } from "./decode.ts";
import { DataType, type Node, type Tensor } from "./encode.ts";
import { chooseTensors, type EncoderTensors, type TensorNames } from "./encoder_tensors.ts";
import { graftFile } from "./graft.ts";
import { importedModel, type ModelSettings } from "./imported_model.ts";
import { type Layout, layoutNodes, readLayout, sizeOf, usualLayouts, type WindowSize } from "./layout.ts";
import { type Probe, probeOutputs, probeValues } from "./probe_encoder.ts";
import { namesInFile, renameFileTensors } from "./rename_file.ts";
import { openSession } from "./runtime.ts";

/** What the file does not say. */
export interface EncoderFacts extends TensorNames, ModelSettings {
  /** In which order the input takes windows, see `readLayout`; `NCST` where it has four dimensions. */
  layout?: string;
  /** Samples of a window, where the file leaves them open. */
  length?: number;
}

/** Element types that a Cast turns into float32. */
const castable: (string | number)[] = ["float32", "float64", "float16"];

/**
 * Reads an ONNX encoder and tries it out.
 *
 * What the file takes and gives is brought into the form of all models by nodes before and behind its own: input
 * `window` `[N, C, S, L]`, outputs `latent` `[N, d]` before any bound, and, with a head, `logits` `[N, classes]`.
 *
 * @param bytes One file, with all weights in it.
 * @returns The model, and warnings for the run summary.
 * @throws {InputError} when the file does not fit, or gives latents that depend on more than the window.
 */
export async function importEncoder(
  bytes: Uint8Array,
  file: string,
  facts: EncoderFacts,
): Promise<{ model: Model; warnings: string[] }> {
  const refuse = (message: string, hint?: string) =>
    new InputError(`Cannot use encoder: ${message}`, { file, hint });
  const decoded = decodeModel(bytes, file);
  const tensors = chooseTensors(decoded.graph, facts, file);
  for (const value of [tensors.input, tensors.latent, tensors.logits]) {
    if (value === undefined || castable.includes(value.type)) continue;
    throw refuse(
      `${value.name} holds ${typeText(value.type)}, not float32`,
      "Export it with float inputs and outputs.",
    );
  }
  const { layout, size, batch } = inputOf(tensors.input, facts, refuse);
  const input = [size.channels, size.sensors, size.length] as const;
  const taken = withInput(bytes, tensors, { layout, size, batch });
  const raw = await openSession(taken);
  const probe = await probeOutputs(raw, input, batch, refuse).finally(() => raw.release());
  const onnx = withOutputs(taken, tensors, probe);
  const warnings: string[] = [];
  if (probe.batch > 0) {
    warnings.push(
      `The imported encoder takes ${probe.batch} window${
        probe.batch === 1 ? "" : "s"
      } at a time: it is run so, ` +
        "whatever batch says.",
    );
  }
  if (probe.probabilities) {
    warnings.push(
      `${
        tensors.logits!.name
      } holds probabilities: their logarithms are taken as logits, which gives them back.`,
    );
  }
  const session = await openSession(onnx);
  const half = holdsHalves(decoded);
  const tried = await probeValues(session, input, probe.batch, half ? 2e-2 : 1e-3, refuse)
    .finally(() => session.release());
  return {
    model: modelOf(decoded, { file, size, probe, facts, onnx, refuse }),
    warnings: [...warnings, ...tried],
  };
}

type Refuse = (message: string, hint?: string) => InputError;

/** Whether 16-bit floats are computed with, which round coarsely. */
function holdsHalves({ graph }: DecodedModel): boolean {
  return [...graph.initializers, ...graph.inputs, ...graph.values].some(({ type }) =>
    type === "float16" || type === 16
  );
}

function typeText(type: string | number): string {
  if (typeof type === "string") return type;
  return { 8: "texts", 16: "bfloat16", 4: "uint16", 5: "int16" }[type] ?? `elements of ONNX type ${type}`;
}

/** Layout, size and batch of the input. */
function inputOf(
  { name, shape }: DecodedValue,
  facts: EncoderFacts,
  refuse: Refuse,
): { layout: Layout; size: WindowSize; batch: number } {
  const known = { sensors: facts.sensors?.length, channels: facts.channels?.length, length: facts.length };
  const words = `its input ${name} has shape [${shape?.join(", ") ?? "unknown"}]`;
  const fitting = () => usualLayouts.filter((written) => fits(readLayout(written), shape ?? [], known));
  if (shape === undefined && facts.layout === undefined) {
    throw refuse(words, `Set layout, one of ${usualLayouts.join(", ")} or alike.`);
  }
  if (facts.layout === undefined && shape!.length !== 4) {
    const some = fitting();
    throw refuse(
      `${words}, [N, channels, sensors, length] is expected where layout is not set`,
      some.length === 0
        ? "Set layout, and sensors, channels and length where the file leaves them open."
        : `Set layout: ${some.join(" or ")} ${some.length === 1 ? "fits" : "fit"} this shape.`,
    );
  }
  const layout = readLayout(facts.layout ?? "NCST");
  try {
    return { layout, ...sizeOf(layout, shape ?? layout.map(() => "?"), known) };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const some = fitting().filter((written) => written !== facts.layout);
    throw refuse(
      `${words} and layout ${facts.layout ?? "NCST"}: ${cause.message}`,
      some.length > 0 && !cause.message.includes("leaves open")
        ? `Layout ${some.join(" or ")} would fit.`
        : "State sensors, channels and length as the file has them, or connect windows.",
    );
  }
}

function fits(layout: Layout, shape: readonly (number | string)[], known: Partial<WindowSize>): boolean {
  try {
    sizeOf(layout, shape, known);
    return true;
  } catch {
    return false;
  }
}

/** The file with the input `window` `[N, C, S, L]`, float32, and outputs named `latent` and `logits`. */
function withInput(
  bytes: Uint8Array,
  { input, latent, logits }: EncoderTensors,
  { layout, size, batch }: { layout: Layout; size: WindowSize; batch: number },
): Uint8Array<ArrayBuffer> {
  const present = namesInFile(bytes);
  const free = (name: string) => {
    while (present.has(name)) name += "_";
    present.add(name);
    return name;
  };
  const inside = free("file.window");
  const arranged = layoutNodes(layout, size, batch, "window", inside);
  const cast = input.type !== "float32";
  const plain = arranged.nodes.length === 0 && !cast;
  const names = new Map([[latent.name, "latent"]]);
  if (logits !== undefined) names.set(logits.name, "logits");
  names.set(input.name, plain ? "window" : inside);
  // Tensors that happen to have a promised name make room.
  for (const name of ["window", "latent", "logits"]) {
    if (present.has(name) && !names.has(name)) names.set(name, free(`file.${name}`));
  }
  const renamed = renameFileTensors(bytes, names);
  const before: Node[] = [...arranged.nodes];
  if (cast) {
    const single = free("file.window.float32");
    const last = before.at(-1);
    if (last !== undefined) before[before.length - 1] = { ...last, outputs: [single] };
    const attributes = { to: input.type === "float16" ? DataType.float16 : DataType.float64 };
    const from = last === undefined ? "window" : single;
    before.push({ name: free("file.cast"), op: "Cast", inputs: [from], outputs: [inside], attributes });
  }
  return graftFile(renamed, {
    before,
    initializers: arranged.initializers,
    inputs: [{
      name: "window",
      type: "float32",
      shape: [batch || "n", size.channels, size.sensors, size.length],
    }],
    kept: new Set(["latent", "logits"]),
  });
}

/** The file with outputs `latent` `[N, d]` and `logits` `[N, classes]`, float32. */
function withOutputs(
  bytes: Uint8Array<ArrayBuffer>,
  { latent, logits }: EncoderTensors,
  probe: Probe,
): Uint8Array<ArrayBuffer> {
  const present = namesInFile(bytes);
  const names = new Map<string, string>();
  const after: Node[] = [];
  const initializers: Tensor[] = [];
  const outputs = [
    { name: "latent", type: latent.type, width: probe.latent, log: false },
    ...(logits === undefined
      ? []
      : [{ name: "logits", type: logits.type, width: probe.classes, log: probe.probabilities }]),
  ];
  for (const { name, type, width, log } of outputs) {
    const steps: [op: string, inputs: string[], attributes: Node["attributes"]][] = [];
    let from = `file.${name}`;
    while (present.has(from)) from += "_";
    if (type !== "float32") steps.push(["Cast", [], { to: DataType.float32 }]);
    if (probe.reshape.includes(name)) {
      const data = BigInt64Array.from([probe.batch || -1, width], BigInt);
      initializers.push({ name: `${from}.shape`, type: "int64", shape: [2], data });
      steps.push(["Reshape", [`${from}.shape`], {}]);
    }
    if (log) {
      const data = Float32Array.of(1e-30);
      initializers.push({ name: `${from}.least`, type: "float32", shape: [], data });
      steps.push(["Add", [`${from}.least`], {}], ["Log", [], {}]);
    }
    if (steps.length === 0) continue;
    names.set(name, from);
    steps.forEach(([op, inputs, attributes], i) => {
      const to = i === steps.length - 1 ? name : `${from}.${op.toLowerCase()}`;
      after.push({
        name: to,
        op,
        inputs: [from, ...inputs],
        outputs: [to],
        attributes,
      });
      from = to;
    });
  }
  if (names.size === 0) return bytes;
  return graftFile(renameFileTensors(bytes, names), {
    after,
    initializers,
    outputs: outputs.map(({ name, width }) => ({
      name,
      type: "float32",
      shape: [probe.batch || "n", width],
    })),
  });
}

function modelOf(
  { graph }: DecodedModel,
  { file, size, probe, facts, onnx, refuse }: {
    file: string;
    size: WindowSize;
    probe: Probe;
    facts: EncoderFacts;
    onnx: Uint8Array<ArrayBuffer>;
    refuse: Refuse;
  },
): Model {
  const { sensors, channels, length } = size;
  const { latent, classes } = probe;
  if (classes !== facts.labels.length) {
    throw refuse(
      `it has ${classes} classes, ${facts.labels.length} labels are given`,
      classes === 0
        ? "Leave labels out, or name its output under logits."
        : "Name all classes in labels, in order.",
    );
  }
  return importedModel(file, facts, {
    input: [channels, sensors, length],
    latent,
    classes,
    parameters: graph.initializers.reduce((n, t) => n + t.shape.reduce((a, b) => a * b, 1), 0),
    weights: {},
    onnx,
    ...(probe.batch > 0 ? { batch: probe.batch } : {}),
  });
}
