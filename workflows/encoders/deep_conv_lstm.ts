/**
 * After DeepConvLSTM (Ordóñez and Roggen 2016, doi:10.3390/s16010115): convolutions over time find short shapes, two LSTM
 * layers follow them. Poolings between the convolutions shorten the sequence, which the original does not do: an LSTM
 * costs as much time as its sequence is long. No Hailo-8 computes an LSTM; `compile-hailo` says so.
 */
import * as tf from "@tensorflow/tfjs";
import type { WindowShape } from "./window_shape.ts";

export default function ({ length, channels, sensors }: WindowShape): tf.LayersModel {
  const { layers } = tf;
  const model = tf.sequential();
  model.add(layers.inputLayer({ inputShape: [length, sensors * channels] }));
  for (const pool of [2, 2, 2, 1]) {
    model.add(layers.conv1d({ filters: 64, kernelSize: 5, padding: "same", activation: "relu" }));
    if (pool > 1) model.add(layers.maxPooling1d({ poolSize: pool }));
  }
  // The step draws initial weights itself; those of TensorFlow.js take seconds here, zeros none.
  const cells = { units: 64, recurrentInitializer: "zeros" as const };
  model.add(layers.lstm({ ...cells, returnSequences: true }));
  model.add(layers.lstm(cells));
  return model;
}
