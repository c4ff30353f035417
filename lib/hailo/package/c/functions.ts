/** Functions of ONNX that a table of 256 results can hold. */
import { erf, functions } from "../../../model/graph/plain_activation.ts";

/** By operator; `alpha` and `beta` are its attributes. */
export const unary: Record<string, (x: number, alpha: number, beta: number) => number> = {
  Relu: functions.relu,
  LeakyRelu: functions.leakyRelu,
  Elu: functions.elu,
  Tanh: Math.tanh,
  Sigmoid: (x) => functions.sigmoid(x, 0),
  HardSigmoid: (x, alpha, beta) => Math.min(1, Math.max(0, alpha * x + beta)),
  Erf: erf,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Abs: Math.abs,
  Neg: (x) => -x,
};
