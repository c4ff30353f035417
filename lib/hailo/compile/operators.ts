/**
 * What the Dataflow Compiler 3.x makes of each ONNX operator on Hailo-8. The list is kept small and specific to what the
 * exporter emits: "it compiled once" is weaker than "it is listed".
 */

/** `proven`: seen in a compiled HEF or accepted by DFC 3.32; `unproven`: listed by the vendor, not seen by us. */
export type Verdict = "proven" | "unproven";

/** Operators that may stand in a device graph. A map: the names come from files that others made. */
export const allowed: ReadonlyMap<string, Verdict> = new Map(Object.entries<Verdict>({
  Conv: "proven",
  Relu: "proven",
  LeakyRelu: "proven",
  Clip: "proven",
  Sigmoid: "proven",
  Tanh: "proven",
  Add: "proven",
  Sub: "proven",
  Mul: "proven",
  Div: "proven",
  Concat: "proven",
  MaxPool: "proven",
  AveragePool: "proven",
  GlobalAveragePool: "proven",
  Flatten: "proven",
  Reshape: "proven",
  Squeeze: "proven",
  Gemm: "proven",
  MatMul: "proven",
  GlobalMaxPool: "unproven",
  Sqrt: "unproven",
  Identity: "unproven",
}));

const rounding = "Rounding is not done on the chip; cut the graph before it and round on the host.";
const quantized = "The compiler quantises by itself and rejects quantised graphs; give it the float32 model.";

const recurrent =
  "No Hailo-8 runs a recurrent layer; train an encoder of convolutions for it, or run this one on the host.";

/** Why an operator is refused, where there is more to say than "not listed". */
export const refused: ReadonlyMap<string, string> = new Map(Object.entries({
  Round: rounding,
  Floor: rounding,
  Ceil: rounding,
  Sign: rounding,
  Mod: rounding,
  Cast: "A cast that changes values is accepted by the parser and then not performed.",
  ReduceMean: "Write the mean over sensors and time as GlobalAveragePool.",
  Transpose: "Lay the input out as [1, channels, sensors, length]; a transpose cannot be folded away.",
  Unsqueeze: "Keep rank 4 until the pooled features; no axis can be added after them.",
  BatchNormalization: "Fold it into the convolution before it.",
  Softmax: "Keep it on the host; emit logits or the bounded latent.",
  ArgMax: "Keep it on the host.",
  TopK: "Keep it on the host.",
  Gather: "Keep it on the host.",
  GatherElements: "Keep it on the host.",
  ScatterND: "Keep it on the host.",
  Where: "Keep it on the host.",
  LSTM: recurrent,
  RNN: recurrent,
  GRU: recurrent,
  QuantizeLinear: quantized,
  DequantizeLinear: quantized,
  DynamicQuantizeLinear: quantized,
  QLinearConv: quantized,
  QLinearMatMul: quantized,
  ConvInteger: quantized,
  MatMulInteger: quantized,
}));

/** Operators that only change the shape: allowed between pooling and the dense layer, nowhere else. */
export const plumbing: ReadonlySet<string> = new Set(["Flatten", "Reshape", "Squeeze"]);
