/**
 * Records a network of TensorFlow.js as a list of layers. It reads what `model.toJSON()` and a saved `model.json` say, so
 * that it needs no TensorFlow.js.
 */
import type { EncoderGraph, GraphLayer, Size } from "../../artifacts/encoder_graph.ts";
import { InputError } from "../../errors.ts";
import { suggestion } from "../../text/suggest.ts";
import { layerSize } from "./layer_size.ts";
import type { WeightSource } from "./weight_source.ts";
import { type Config, type Given, type Recorder, recordLayer } from "./record_layer.ts";

/** A recorded encoder. */
export interface Recorded {
  graph: EncoderGraph;
  /** By position. */
  sources: WeightSource[];
}

/** How a topology is recorded. */
export interface RecordOptions {
  /** Whether the layers will be trained: then what changes training must be left to the step. @default true */
  trained?: boolean;
  /** Shapes of the weights by name, where they are known. */
  shapes?: ReadonlyMap<string, readonly (number | null)[]>;
  /** The layer whose result is the output; the network's own where it is left out. */
  output?: string;
}

/** A layer of a topology. */
interface Layer {
  class_name: string;
  name?: string;
  config: Config;
  inbound_nodes?: unknown;
}

/** What an encoder is made for. */
export interface WindowShape {
  length: number;
  channels: number;
  sensors: number;
}

/**
 * Records a topology.
 *
 * @param topology `{ class_name: "Model" | "Sequential", config }`, as `model.toJSON(null, false)` gives it.
 * @param file The file that it comes from, for messages.
 * @throws {InputError} naming the layer, the file and what to use instead.
 */
export function recordTopology(
  topology: unknown,
  window: WindowShape,
  file: string,
  { trained = true, shapes = new Map(), output: last }: RecordOptions = {},
): Recorded {
  const recording = new Recording(window, file, trained, shapes);
  const root = topology as Layer;
  const output = recording.model(root, undefined, last);
  if (output.rank !== 1) {
    throw recording.error(
      `its output has ${output.rank} axes, one vector of features is needed`,
      "End with a Flatten, GlobalAveragePooling or Dense layer.",
    );
  }
  return { graph: recording.graph, sources: recording.sources };
}

class Recording implements Recorder {
  readonly graph: GraphLayer[] = [];
  readonly sources: WeightSource[] = [];
  readonly #sizes: Size[] = [];
  readonly #names = new Map<string, number>();

  constructor(
    readonly window: WindowShape,
    readonly file: string,
    readonly trained: boolean,
    readonly shapes: NonNullable<RecordOptions["shapes"]>,
  ) {}

  shapeOf(weight: string): readonly (number | null)[] | undefined {
    return this.shapes.get(weight);
  }

  error(why: string, hint: string): InputError {
    return new InputError(`Cannot record encoder: ${why}`, { file: this.file, hint });
  }

  sizeOf({ index }: Given): Size {
    return this.#sizes[index];
  }

  add(layer: GraphLayer, source: WeightSource, rank: number): Given {
    const { channels, sensors, length } = this.window;
    try {
      this.#sizes.push(
        layerSize(layer, layer.inputs.map((from) => this.#sizes[from]), [channels, sensors, length]),
      );
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(error.message, {
        file: this.file,
        hint: "Check the sizes of kernels, pools and windows.",
      });
    }
    this.graph.push(layer);
    this.sources.push(source);
    return { index: this.graph.length - 1, rank };
  }

  /** Names that TensorFlow.js makes up count on from model to model; these start again. */
  nameOf(name: string, type: string): string {
    const end = name.lastIndexOf(`_${type}`) + type.length + 1;
    if (end <= type.length || !/^\d+$/.test(name.slice(end))) return name;
    const count = (this.#names.get(type) ?? 0) + 1;
    this.#names.set(type, count);
    return `${name.slice(0, end)}${count}`;
  }

  /**
   * @param given The input of a model inside another.
   * @param last Name of the layer whose result is taken.
   */
  model({ class_name, config }: Layer, given: Given | undefined, last?: string): Given {
    const layers = (Array.isArray(config) ? config : config?.layers) as Layer[] | undefined;
    if (!Array.isArray(layers) || layers.length === 0) {
      throw this.error("it is no layers model", "Export a tf.LayersModel: tf.sequential(…) or tf.model(…).");
    }
    const names = layers.map(nameOf);
    if (last !== undefined && !names.includes(last)) {
      throw this.error(
        `it has no layer ${last}`,
        suggestion(last, names).hint ?? `Its layers are ${names.join(", ")}.`,
      );
    }
    return class_name === "Sequential"
      ? this.#sequence(last === undefined ? layers : layers.slice(0, names.indexOf(last) + 1), given)
      : this.#functional(config, layers, given, last);
  }

  #sequence(layers: Layer[], given: Given | undefined): Given {
    let x = given;
    for (const layer of layers) {
      if (layer.class_name === "InputLayer") {
        x ??= this.#input(layer.config);
        continue;
      }
      const nested = isModel(layer);
      if (x === undefined && !nested) x = this.#input(layer.config);
      x = nested ? this.model(layer, x) : recordLayer(this, layer.class_name, layer.config, [x!]);
    }
    return x!;
  }

  #functional(config: Config, layers: Layer[], given: Given | undefined, last?: string): Given {
    const byName = new Map(layers.map((layer) => [nameOf(layer), layer]));
    const inputs = nodes(config.input_layers);
    const outputs = last === undefined ? nodes(config.output_layers) : [last];
    if (inputs.length !== 1 || outputs.length !== 1) {
      throw this.error(
        `it has ${inputs.length} inputs and ${outputs.length} outputs`,
        "An encoder takes one window and gives one vector; classifier and losses stay with the train step.",
      );
    }
    const known = new Map<string, Given>();
    const begun = new Set<string>();
    const visit = (name: string): Given => {
      const done = known.get(name);
      if (done !== undefined) return done;
      const layer = byName.get(name);
      if (layer === undefined || begun.has(name)) {
        const why = layer === undefined ? "is not among its layers" : "takes what it makes itself";
        throw this.error(`layer ${name} ${why}`, "Save it with model.save of TensorFlow.js.");
      }
      begun.add(name);
      const value = this.#node(layer, name, given, visit);
      known.set(name, value);
      return value;
    };
    return visit(outputs[0]);
  }

  #node(layer: Layer, name: string, given: Given | undefined, visit: (name: string) => Given): Given {
    if (layer.class_name === "InputLayer") return given ?? this.#input(layer.config);
    const calls = (layer.inbound_nodes ?? []) as unknown[];
    if (calls.length !== 1) {
      throw this.error(
        `layer ${name} is applied ${calls.length} times`,
        "Make a layer for each place: weights cannot be shared.",
      );
    }
    const from = nodes(calls[0]).map(visit);
    return isModel(layer)
      ? this.model(layer, from[0])
      : recordLayer(this, layer.class_name, layer.config, from);
  }

  /** The window, as the first layer takes it. */
  #input(config: Config): Given {
    const { dtype } = config;
    if (typeof dtype === "string" && /int|bool|string|complex/.test(dtype)) {
      throw this.error(`its input is of ${dtype}`, "Leave dtype out: windows hold float32 numbers.");
    }
    const shape = (config.batch_input_shape as (number | null)[] | undefined)?.slice(1) ?? [];
    const { length, channels, sensors } = this.window;
    const fits = (wanted: number[]) =>
      shape.length === wanted.length && shape.every((n, axis) => n === null || n === wanted[axis]);
    const layout = fits([length, sensors * channels])
      ? "time"
      : fits([sensors, length, channels])
      ? "grid"
      : undefined;
    if (layout === undefined) {
      throw this.error(
        `its input is [${shape.map((n) => n ?? "?").join(", ")}]`,
        `Take windows as [${length}, ${sensors * channels}] (time, sensors × channels) or as ` +
          `[${sensors}, ${length}, ${channels}] (sensors, time, channels).`,
      );
    }
    const name = "window";
    return this.add({ op: "input", name, inputs: [], layout }, { layer: name }, layout === "time" ? 2 : 3);
  }
}

function nameOf({ name, config }: Layer): string {
  return name ?? String(config.name);
}

function isModel({ class_name }: Layer): boolean {
  return ["Model", "Functional", "Sequential"].includes(class_name);
}

/** Names in `[name, node, tensor]` or a list of them. */
function nodes(list: unknown): string[] {
  const entries = (list ?? []) as unknown[];
  return typeof entries[0] === "string"
    ? [entries[0]]
    : entries.map((entry) => String((entry as unknown[])[0]));
}
