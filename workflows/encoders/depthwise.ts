/**
 * Depthwise separable convolutions with shortcuts, under 30 000 parameters: each block filters every channel by itself,
 * mixes them at each point of time, and adds what came in. A device runs all of it.
 */
import * as tf from "@tensorflow/tfjs";
import type { WindowShape } from "./window_shape.ts";

const apply = (layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
  layer.apply(x) as tf.SymbolicTensor;

export default function ({ length, channels, sensors }: WindowShape): tf.LayersModel {
  const { layers } = tf;
  const input = tf.input({ shape: [sensors, length, channels] });
  const normalized = (x: tf.SymbolicTensor) => apply(layers.batchNormalization(), x);
  const rectified = (x: tf.SymbolicTensor) => apply(layers.reLU(), x);
  const first = layers.conv2d({ filters: 32, kernelSize: [1, 5], padding: "same", useBias: false });
  let x = rectified(normalized(apply(first, input)));
  for (const filters of [32, 64, 64]) {
    const kernel = { kernelSize: [1, 7] as [number, number], padding: "same" as const, useBias: false };
    const inner = normalized(apply(layers.separableConv2d({ filters, ...kernel }), x));
    const point = { kernelSize: [1, 1] as [number, number], useBias: false };
    const shortcut = x.shape.at(-1) === filters ? x : apply(layers.conv2d({ filters, ...point }), x);
    x = rectified(apply(layers.add(), [shortcut, inner]));
    x = apply(layers.maxPooling2d({ poolSize: [1, 2] }), x);
  }
  // The last convolution joins the sensors.
  x = apply(layers.depthwiseConv2d({ kernelSize: [sensors, 5], useBias: false }), x);
  return tf.model({
    inputs: input,
    outputs: apply(layers.globalAveragePooling2d({}), rectified(normalized(x))),
  });
}
