/**
 * The convolutional network of the project's guides: three convolutions over time, the same for every sensor, each with
 * normalisation and ReLU, then the mean over sensors and time. With 9 channels, two sensors, 100 samples, levels
 * [8, 6, 5, 5, 4], no neck, a head of 256 and ten classes the whole model has 58 063 parameters.
 */
import * as tf from "@tensorflow/tfjs";
import type { WindowShape } from "./window_shape.ts";

export default function ({ length, channels, sensors }: WindowShape): tf.LayersModel {
  const { layers } = tf;
  const model = tf.sequential();
  model.add(layers.inputLayer({ inputShape: [sensors, length, channels] }));
  for (const filters of [32, 64, 128]) {
    model.add(layers.conv2d({ filters, kernelSize: [1, 5], padding: "same" }));
    model.add(layers.batchNormalization({ epsilon: 1e-5 }));
    model.add(layers.reLU());
  }
  model.add(layers.globalAveragePooling2d({}));
  return model;
}
