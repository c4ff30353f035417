/**
 * An encoder as a list of layers: what a network of TensorFlow.js is recorded as. Plain data, so that it lies in
 * `model.json` and every reader of the list computes the same.
 *
 * Every tensor between layers is a map `[rows, columns, channels]` a window: rows are sensors, or 1, columns are time. A
 * sequence `[time, channels]` is `[1, time, channels]`, a vector `[1, 1, numbers]`.
 */
import { z } from "zod";
import { objectOf } from "./read_json.ts";

/** Rows and columns. */
export type Pair = [rows: number, columns: number];

/** Rows and columns added at, or cut from, each side. */
export type Sides = [top: number, left: number, bottom: number, right: number];

/** Rows, columns and channels of one window's tensor. */
export type Size = [rows: number, columns: number, channels: number];

/** Functions that are applied number by number, and softmax, which is taken over channels. */
const activationKinds = [
  "relu",
  "relu6",
  "leakyRelu",
  "elu",
  "gelu",
  "swish",
  "tanh",
  "sigmoid",
  "hardSigmoid",
  "softmax",
] as const;

export type ActivationKind = typeof activationKinds[number];

/** What convolutions and poolings slide over a map. */
export interface Sliding {
  kernel: Pair;
  strides: Pair;
  pads: Sides;
}

/** What an operation needs beside its inputs. */
interface Attributes {
  /** The window: `time` as `[1, time, sensors · channels]`, sensor by sensor; `grid` as `[sensors, time, channels]`. */
  input: { layout: "time" | "grid" };
  /** Weights `weight` `[filters, channels, rows, columns]`, `bias`. */
  conv: Sliding & { dilations: Pair; filters: number; bias: boolean };
  /** Each channel by itself: weights `weight` `[channels · multiplier, 1, rows, columns]`, `bias`. */
  depthwise: Sliding & { dilations: Pair; multiplier: number; bias: boolean };
  /** A product over channels: weights `weight` `[units, channels]`, `bias`. */
  dense: { units: number; bias: boolean };
  /** Weights `gamma`, `beta`, `mean`, `variance` by channel. */
  batchNorm: { epsilon: number; scale: boolean; center: boolean };
  /** Over the channels of each place: weights `gamma`, `beta`. */
  layerNorm: { epsilon: number; scale: boolean; center: boolean };
  /** `alpha` is the slope of `leakyRelu` and the lower bound of `elu`. */
  activation: { kind: ActivationKind; alpha: number };
  maxPool: Sliding;
  /** Padding does not count. */
  averagePool: Sliding;
  globalMax: Record<never, never>;
  globalAverage: Record<never, never>;
  reshape: { shape: Size };
  /** Axis `i` of the result is axis `order[i]` of the input. */
  permute: { order: [number, number, number] };
  add: Record<never, never>;
  multiply: Record<never, never>;
  concat: { axis: 0 | 1 | 2 };
  /** `shared`: whole channels go silent. In training only. */
  dropout: { rate: number; shared: boolean };
  pad: { pads: Sides };
  crop: { pads: Sides };
  /**
   * Over columns, one row: weights `kernel` `[3 · units, channels]`, `recurrent` `[3 · units, units]`, `bias`
   * `[3 · units]`; gates in the order update, reset, new.
   */
  gru: Recurrent;
  /** As `gru` with four gates in the order input, forget, cell, output. */
  lstm: Recurrent;
}

/** A recurrent layer: the output of every step, or of the last one alone. */
export interface Recurrent {
  units: number;
  bias: boolean;
  sequences: boolean;
  backwards: boolean;
  /** Function of the gates. */
  gate: "sigmoid" | "hardSigmoid";
}

/** Name of an operation. */
export type Op = keyof Attributes;

/** A layer that does the operation `O`. */
export type LayerOf<O extends Op> = Attributes[O] & {
  op: O;
  /** Name for people; weights are called after the position. */
  name: string;
  /** Positions of earlier layers. */
  inputs: number[];
};

export type GraphLayer = { [O in Op]: LayerOf<O> }[Op];

/** Layers in an order in which every one comes after its inputs; the first is the input, the last the output. */
export type EncoderGraph = GraphLayer[];

/** The schema of an {@linkcode EncoderGraph}, wiring included. */
export function encoderGraphSchema(): z.ZodType<EncoderGraph> {
  const count = z.int().min(0);
  const positive = z.int().min(1);
  const pair = z.tuple([positive, positive]);
  const sides = z.tuple([count, count, count, count]);
  const size = z.tuple([positive, positive, positive]);
  const norm = { epsilon: z.number().positive(), scale: z.boolean(), center: z.boolean() };
  const sliding = { kernel: pair, strides: pair, pads: sides };
  const recurrent = {
    units: positive,
    bias: z.boolean(),
    sequences: z.boolean(),
    backwards: z.boolean(),
    gate: z.enum(["sigmoid", "hardSigmoid"]),
  };

  const attributes: { [O in Op]: z.ZodRawShape } = {
    input: { layout: z.enum(["time", "grid"]) },
    conv: { ...sliding, dilations: pair, filters: positive, bias: z.boolean() },
    depthwise: { ...sliding, dilations: pair, multiplier: positive, bias: z.boolean() },
    dense: { units: positive, bias: z.boolean() },
    batchNorm: norm,
    layerNorm: norm,
    activation: { kind: z.enum(activationKinds), alpha: z.number() },
    maxPool: sliding,
    averagePool: sliding,
    globalMax: {},
    globalAverage: {},
    reshape: { shape: size },
    permute: {
      order: z.tuple([count, count, count]).refine((order) => [0, 1, 2].every((i) => order.includes(i))),
    },
    add: {},
    multiply: {},
    concat: { axis: z.union([z.literal(0), z.literal(1), z.literal(2)]) },
    dropout: { rate: z.number().min(0).lt(1), shared: z.boolean() },
    pad: { pads: sides },
    crop: { pads: sides },
    gru: recurrent,
    lstm: recurrent,
  };
  const layers = Object.entries(attributes).map(([op, shape]) =>
    objectOf<any>({ op: z.literal(op), name: z.string(), inputs: z.array(count), ...shape })
  );
  return z.array(z.union(layers as [z.ZodType<GraphLayer>])).min(2).refine(
    (graph) =>
      graph.every(({ op, inputs }, i) =>
        (op === "input") === (i === 0) && (inputs.length === 0) === (i === 0) &&
        inputs.every((from) => from < i)
      ),
    "layers come after their inputs, the window first",
  );
}

/** Numbers in a tensor of this size. */
export function numbersIn([rows, columns, channels]: Size): number {
  return rows * columns * channels;
}
