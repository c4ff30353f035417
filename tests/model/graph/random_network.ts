/** Random small networks of TensorFlow.js: every layer fits what comes before it. */
import fc from "fast-check";
import { type Input, tf } from "./tfjs_model.ts";

const L = tf.layers;
type Tensor = tf.SymbolicTensor;
const on = (layer: tf.layers.Layer, x: Tensor | Tensor[]) => layer.apply(x) as Tensor;

/** One draw: which layer, and numbers that its settings are taken from. */
export interface Draw {
  kind: number;
  a: number;
  b: number;
  c: number;
  flag: boolean;
}

/** A network as its draws, so that fast-check can make a failing one smaller. */
export interface Plan {
  input: Input;
  grid: boolean;
  layers: Draw[];
  end: number;
}

const number = fc.nat({ max: 11 });
const draw: fc.Arbitrary<Draw> = fc.record({
  kind: fc.nat({ max: 19 }),
  a: number,
  b: number,
  c: number,
  flag: fc.boolean(),
});

export const plans: fc.Arbitrary<Plan> = fc.record({
  input: fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 4, max: 16 }),
  ),
  grid: fc.boolean(),
  layers: fc.array(draw, { minLength: 1, maxLength: 6 }),
  end: fc.nat({ max: 4 }),
});

const functions = [
  "relu",
  "relu6",
  "elu",
  "gelu",
  "swish",
  "tanh",
  "sigmoid",
  "hardSigmoid",
  "softmax",
] as const;
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length];
/** A whole number from 1 to `most`. */
const upTo = (most: number, n: number) => 1 + n % Math.max(1, most);

/** The layer that a draw stands for, on `x` `[time, channels]`. */
function onSequence(x: Tensor, { kind, a, b, c, flag }: Draw): Tensor {
  const [, time, channels] = x.shape as [null, number, number];
  const padding = flag ? "same" as const : "valid" as const;
  const kernel = upTo(Math.min(5, time), a);
  const dilated = c % 3 === 0 && (kernel - 1) * 2 < time;
  const slide = { kernelSize: kernel, padding, ...(dilated ? { dilationRate: 2 } : { strides: upTo(2, b) }) };
  switch (kind) {
    case 0:
    case 1:
    case 2:
      return on(L.conv1d({ filters: upTo(5, c), ...slide, useBias: b % 2 === 0 }), x);
    case 3:
      return on(L.maxPooling1d({ poolSize: upTo(Math.min(3, time), a), strides: upTo(3, b), padding }), x);
    case 4:
      return on(
        L.averagePooling1d({ poolSize: upTo(Math.min(3, time), a), strides: upTo(3, b), padding }),
        x,
      );
    case 5:
      return on(
        L.gru({ units: upTo(4, a), returnSequences: true, goBackwards: flag, useBias: b % 2 === 0 }),
        x,
      );
    case 6:
      return on(
        L.lstm({ units: upTo(4, a), returnSequences: true, goBackwards: flag, useBias: b % 2 === 0 }),
        x,
      );
    case 7:
      return on(L.permute({ dims: [2, 1] }), x);
    case 10:
      return on(L.spatialDropout1d({ rate: 0.3 }), x);
    case 8:
      return channels % 2 === 0 ? on(L.reshape({ targetShape: [time * 2, channels / 2] }), x) : x;
    case 9:
      return on(L.reshape({ targetShape: [1, time, channels] }), x);
    default:
      return onAny(x, { kind, a, b, c, flag });
  }
}

/** The same on `x` `[rows, columns, channels]`. */
function onGrid(x: Tensor, { kind, a, b, c, flag }: Draw): Tensor {
  const [, rows, columns, channels] = x.shape as [null, number, number, number];
  const padding = flag ? "same" as const : "valid" as const;
  const kernelSize: [number, number] = [upTo(Math.min(3, rows), b), upTo(Math.min(5, columns), a)];
  const dilated = c % 3 === 0 && (kernelSize[1] - 1) * 2 < columns;
  const slide = {
    kernelSize,
    padding,
    ...(dilated
      ? { dilationRate: [1, 2] as [number, number] }
      : { strides: [1, upTo(2, b)] as [number, number] }),
  };
  const square = { kernelSize, padding, strides: upTo(2, b) };
  const poolSize: [number, number] = [upTo(Math.min(2, rows), b), upTo(Math.min(3, columns), a)];
  const strides: [number, number] = [upTo(2, a), upTo(2, c)];
  switch (kind) {
    case 0:
    case 1:
      return on(L.conv2d({ filters: upTo(5, c), ...slide, useBias: b % 2 === 0 }), x);
    case 2:
      return on(L.depthwiseConv2d({ ...square, depthMultiplier: upTo(2, c), useBias: a % 2 === 0 }), x);
    case 3:
      return on(L.separableConv2d({ filters: upTo(5, c), ...square, depthMultiplier: upTo(2, b) }), x);
    case 4:
      return on(L.maxPooling2d({ poolSize, strides, padding }), x);
    case 5:
      return on(L.averagePooling2d({ poolSize, strides, padding }), x);
    case 6:
      return on(L.permute({ dims: pick([[2, 1, 3], [1, 3, 2], [3, 1, 2], [2, 3, 1], [3, 2, 1]], a) }), x);
    case 7:
      return on(L.zeroPadding2d({ padding: [[a % 2, b % 2], [c % 3, 1]] }), x);
    case 8:
      return rows > 1 && columns > 2 ? on(L.cropping2D({ cropping: [[flag ? 1 : 0, 0], [1, a % 2]] }), x) : x;
    case 9:
      return on(L.reshape({ targetShape: [rows * columns, channels] }), x);
    case 10:
      return on(L.reshape({ targetShape: [columns, rows, channels] }), x);
    default:
      return onAny(x, { kind, a, b, c, flag });
  }
}

function onAny(x: Tensor, { kind, a, b, c, flag }: Draw): Tensor {
  switch (kind) {
    case 13:
      return on(
        L.batchNormalization({ scale: flag, center: b % 2 === 0, epsilon: pick([1e-3, 1e-5], a) }),
        x,
      );
    case 14:
      return on(L.layerNormalization({ epsilon: 0.1, scale: flag, center: b % 2 === 0 }), x);
    case 15:
      return on(L.activation({ activation: pick(functions, a) }), x);
    case 16:
      return pick([() => on(L.leakyReLU({ alpha: 0.2 }), x), () => on(L.elu(), x)], a)();
    case 17:
      return on(L.dense({ units: upTo(5, a), useBias: flag, activation: pick(functions, b) }), x);
    case 18: {
      const inner = on(L.dense({ units: x.shape.at(-1)!, activation: pick(functions, c) }), x);
      return on(pick([L.add, L.multiply], a)(), [x, inner]);
    }
    default:
      return on(L.concatenate({ axis: -1 }), [x, on(L.dense({ units: upTo(3, a) }), x)]);
  }
}

/** The network of a plan; its output is a vector. */
export function networkOf({ input: [channels, sensors, length], grid, layers, end }: Plan): tf.LayersModel {
  const input = tf.input({ shape: grid ? [sensors, length, channels] : [length, sensors * channels] });
  let x = input;
  for (const layer of layers) x = x.shape.length === 4 ? onGrid(x, layer) : onSequence(x, layer);
  const flat: tf.layers.Layer[] = x.shape.length === 4
    ? [L.globalAveragePooling2d({}), L.globalMaxPooling2d({}), L.flatten()]
    : [L.globalAveragePooling1d(), L.globalMaxPooling1d({}), L.flatten()];
  x = on(pick(flat, end), x);
  if (end > 2) x = on(L.dense({ units: 3 }), x);
  return tf.model({ inputs: input, outputs: x });
}
