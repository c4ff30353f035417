/**
 * Loads an encoder file in a worker of its own: its modules are always read anew, and it has no permission but to read
 * code, whatever the step may do.
 */
import { fileURLToPath } from "node:url";
import { takePost } from "../../take_post.ts";

/** What the file is asked for. */
export interface EncoderRequest {
  /** File URL. */
  module: string;
  /** What its function is given. */
  shape: { length: number; channels: number; sensors: number; features: number };
}

/** What it gave. */
export type EncoderAnswer =
  | { kind: "log"; text: string }
  | { kind: "model"; topology: unknown; shapes: [name: string, shape: (number | null)[]][] }
  | { kind: "failed"; why: string; hint: string };

/** The parts of a `tf.LayersModel` that are read. */
interface Model {
  toJSON(unused: null, asText: false): unknown;
  weights: { name: string; shape: (number | null)[] }[];
  layers: Layer[];
}

interface Layer {
  name: string;
  getClassName(): string;
  /** Of a model inside the model. */
  layers?: Layer[];
}

const worker = self as unknown as { onmessage: (event: MessageEvent<EncoderRequest>) => Promise<void> };
const post = takePost<EncoderAnswer>();

/** What TensorFlow.js says of its own accord: another backend would be faster. Nothing here is computed by it. */
const chatter = /running TensorFlow\.js in Node\.js|webgl/i;

/** It also says that drawing these takes long, and the step draws its own. */
const slowDraw = /Orthogonal initializer/;
const cure =
  'Initial weights are drawn by the step: recurrentInitializer: "zeros" spares TensorFlow.js its own, which ' +
  "take seconds for wide recurrent layers.";
let cured = false;

for (const level of ["log", "info", "warn", "error"] as const) {
  console[level] = (...values: unknown[]) => {
    const text = values.map(String).join(" ");
    if (chatter.test(text)) return;
    if (!slowDraw.test(text)) return post({ kind: "log", text });
    if (!cured) post({ kind: "log", text: cure });
    cured = true;
  };
}

worker.onmessage = async ({ data: { module, shape } }) => {
  post(await answer(module, shape));
};

async function answer(module: string, shape: EncoderRequest["shape"]): Promise<EncoderAnswer> {
  const example =
    "Write: export default function ({ length, channels, sensors, features }) { return tf.sequential(…) }";
  let model: Partial<Model> | undefined;
  let known: Classes;
  try {
    known = await classesOfTheLibrary();
    const { default: build } = await import(module);
    if (typeof build !== "function") {
      return { kind: "failed", why: "the file's default export is no function", hint: example };
    }
    model = await build(shape);
  } catch (error) {
    return { kind: "failed", why: told(error, module), hint: "Correct the encoder file." };
  }
  if (typeof model?.toJSON !== "function" || !Array.isArray(model.weights)) {
    return { kind: "failed", why: "its function returns no tf.LayersModel", hint: example };
  }
  const own = ownWork(model.layers ?? [], known);
  if (own !== undefined) {
    return {
      kind: "failed",
      why: `layer ${own} computes something of the file's own, which is not recorded`,
      hint: "Write it with layers of tf.layers, as they are.",
    };
  }
  try {
    return {
      kind: "model",
      topology: model.toJSON(null, false),
      shapes: model.weights.map(({ name, shape }) => [name, shape]),
    };
  } catch (error) {
    return { kind: "failed", why: told(error, module), hint: "Use the layers of tf.layers." };
  }
}

type Classes = ReadonlyMap<string, unknown>;

/** What is read of TensorFlow.js. */
interface Library {
  serialization: {
    SerializationMap: { getMap(): { classNameMap: Record<string, [type: unknown, ...unknown[]]> } };
  };
}

/** In a variable, so that steps that name no encoder file do not depend on it. */
const library = "@tensorflow/tfjs";

/** The library's layers by name, before the file may register its own in their place. */
async function classesOfTheLibrary(): Promise<Classes> {
  const { serialization }: Library = await import(library);
  const { classNameMap } = serialization.SerializationMap.getMap();
  return new Map(Object.entries(classNameMap).map(([name, [type]]) => [name, type]));
}

/** A layer that passes for one of TensorFlow.js and is none: it has a `call` or a class of the file's. */
function ownWork(layers: readonly Layer[], known: Classes): string | undefined {
  for (const layer of layers) {
    if (Object.hasOwn(layer, "call") || known.get(layer.getClassName()) !== layer.constructor) {
      return layer.name;
    }
    const inside = ownWork(layer.layers ?? [], known);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** The message of an error, and the line of the file that it comes from. */
function told(error: unknown, module: string): string {
  if (!(error instanceof Error)) return String(error);
  const at = (error.stack ?? "").split("\n").find((line) => line.includes(module));
  const line = /:(\d+):\d+\)?$/.exec(at ?? "")?.[1];
  const [first] = error.message.replaceAll(module, fileURLToPath(module)).split("\n");
  return line === undefined ? first : `line ${line}: ${first}`;
}
