/** Where a recorded layer's weights come from. */
export interface WeightSource {
  /** Name of the layer of TensorFlow.js. */
  layer: string;
  /** First part of a separable convolution, or second; undefined for other layers. */
  part?: "depthwise" | "pointwise";
}
