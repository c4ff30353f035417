/** Activation functions with their gradients. */
import type { LayerOf } from "../../artifacts/encoder_graph.ts";
import type { Tape, Var } from "./tape.ts";

/** Applies a function to `x`, softmax over its last axis. */
export function activate(
  tape: Tape,
  { kind, alpha }: Pick<LayerOf<"activation">, "kind" | "alpha">,
  x: Var,
): Var {
  const g = tape.graph;
  const float = (condition: string) => g.node("Cast", [condition], { to: 1 });
  const mul = (a: string, b: string) => g.node("Mul", [a, b]);
  const add = (a: string, b: string) => g.node("Add", [a, b]);
  /** One node whose gradient is `slope` times what comes. */
  const simple = (op: string, inputs: string[], attributes: object, slope: (y: string) => string) => {
    const y = tape.emit(op, inputs, x.shape, attributes);
    return flows(y, () => slope(y.name));
  };
  const flows = (y: Var, slope: () => string) => {
    tape.onBackward(y, (dy) => {
      if (tape.wants(x)) tape.accumulate(x, mul(dy, slope()));
    });
    return y;
  };
  const inside = (y: string, high: number) =>
    mul(float(g.node("Greater", [y, g.scalar(0)])), float(g.node("Less", [y, g.scalar(high)])));
  switch (kind) {
    case "relu":
      return tape.relu(x);
    case "tanh":
      return tape.tanh(x);
    case "relu6":
      return simple("Clip", [x.name, g.scalar(0), g.scalar(6)], {}, (y) => inside(y, 6));
    case "leakyRelu":
      return simple(
        "LeakyRelu",
        [x.name],
        { alpha: { float: alpha } },
        () => add(mul(float(g.node("Less", [x.name, g.scalar(0)])), g.scalar(alpha - 1)), g.scalar(1)),
      );
    case "elu":
      // Below zero the slope is α·eˣ = y + α.
      return simple(
        "Elu",
        [x.name],
        { alpha: { float: alpha } },
        (y) =>
          add(mul(float(g.node("Less", [x.name, g.scalar(0)])), add(y, g.scalar(alpha - 1))), g.scalar(1)),
      );
    case "sigmoid":
      return simple("Sigmoid", [x.name], {}, (y) => mul(y, g.node("Sub", [g.scalar(1), y])));
    case "hardSigmoid":
      return simple(
        "HardSigmoid",
        [x.name],
        { alpha: { float: 0.2 }, beta: { float: 0.5 } },
        (y) => mul(inside(y, 1), g.scalar(0.2)),
      );
    case "swish": {
      const s = g.node("Sigmoid", [x.name]);
      const y: Var = { name: mul(x.name, s), shape: x.shape };
      return flows(y, () => add(s, mul(y.name, g.node("Sub", [g.scalar(1), s]))));
    }
    case "gelu": {
      const error = g.node("Erf", [mul(x.name, g.scalar(Math.SQRT1_2))]);
      const share = mul(add(error, g.scalar(1)), g.scalar(0.5));
      const density = () =>
        mul(g.node("Exp", [mul(mul(x.name, x.name), g.scalar(-0.5))]), g.scalar(1 / Math.sqrt(2 * Math.PI)));
      return flows({ name: mul(x.name, share), shape: x.shape }, () => add(share, mul(x.name, density())));
    }
    case "softmax": {
      const y = tape.emit("Softmax", [x.name], x.shape, { axis: -1 });
      tape.onBackward(y, (dy) => {
        const last = g.ints([x.shape.length - 1]);
        const along = g.node("ReduceSum", [mul(dy, y.name), last], { keepdims: 1 });
        tape.accumulate(x, mul(y.name, g.node("Sub", [dy, along])));
      });
      return y;
    }
  }
}
