/** GRU and LSTM as operations of the {@linkcode Tape}, step by step through time. */
import type { LayerOf } from "../../artifacts/encoder_graph.ts";
import type { Tape, Var } from "./tape.ts";
import { activate } from "./tape_activation.ts";
import { combine, split } from "./tape_combine.ts";

/** Weights in the graph's own layout. */
export interface RecurrentWeights {
  /** `[channels, gates · units]`. */
  kernel: Var;
  /** `[units, gates · units]`. */
  recurrent: Var;
  bias?: Var;
}

/** Runs `x` `[batch, 1, time, channels]`; gives `[batch, 1, time or 1, units]`. See `EncoderGraph` for the gates. */
export function recurrent(
  tape: Tape,
  layer: LayerOf<"gru" | "lstm">,
  x: Var,
  weights: RecurrentWeights,
): Var {
  const { units, sequences, backwards } = layer;
  const [n, , steps, channels] = x.shape;
  const gates = layer.op === "gru" ? 3 : 4;
  const product = tape.matmul(tape.reshape(x, [n * steps, channels]), weights.kernel);
  const given = weights.bias === undefined ? product : tape.addRow(product, weights.bias);
  const columns = split(tape, tape.reshape(given, [n, steps, gates * units]), 1)
    .map((column) => tape.reshape(column, [n, gates * units]));
  if (backwards) columns.reverse();
  const step = layer.op === "gru"
    ? gruStep(tape, layer, weights.recurrent)
    : lstmStep(tape, layer, weights.recurrent);
  const outputs: Var[] = [];
  for (const column of columns) outputs.push(step(column));
  if (!sequences) return tape.reshape(outputs.at(-1)!, [n, 1, 1, units]);
  return tape.concat(outputs.map((h) => tape.reshape(h, [n, 1, 1, units])), 2);
}

/** `x` `[rows, parts · size]` as its parts. */
function partsOf(tape: Tape, x: Var, parts: number): Var[] {
  const [n, width] = x.shape;
  return split(tape, tape.reshape(x, [n, parts, width / parts]), 1).map((part) =>
    tape.reshape(part, [n, width / parts])
  );
}

function gruStep(tape: Tape, { units, gate }: LayerOf<"gru" | "lstm">, u: Var): (given: Var) => Var {
  const open = (z: Var) => activate(tape, { kind: gate, alpha: 0 }, z);
  // The last third works on the reset state, so it waits for the reset gate.
  const parts = partsOf(tape, u, 3);
  const [forGates, forNew] = [joined(tape, parts.slice(0, 2)), parts[2]];
  let h: Var | undefined;
  return (given) => {
    const [z, r, fresh] = partsOf(tape, given, 3);
    if (h === undefined) {
      const update = open(z);
      const made = tape.tanh(fresh);
      return h = combine(tape, "Add", made, negative(tape, combine(tape, "Mul", update, made)));
    }
    const kept = partsOf(tape, tape.matmul(h, forGates), 2);
    const update = open(combine(tape, "Add", z, kept[0]));
    const reset = open(combine(tape, "Add", r, kept[1]));
    const made = tape.tanh(combine(tape, "Add", fresh, tape.matmul(combine(tape, "Mul", reset, h), forNew)));
    // u·h + (1 − u)·n = n + u·(h − n)
    const change = combine(tape, "Add", h, negative(tape, made));
    return h = combine(tape, "Add", made, combine(tape, "Mul", update, change));
  };

  function joined(tape: Tape, [a, b]: Var[]): Var {
    return tape.reshape(tape.concat([a, b].map((part) => tape.reshape(part, [units, 1, units])), 1), [
      units,
      2 * units,
    ]);
  }
}

function lstmStep(tape: Tape, { gate }: LayerOf<"gru" | "lstm">, u: Var): (given: Var) => Var {
  const open = (z: Var) => activate(tape, { kind: gate, alpha: 0 }, z);
  let state: { h: Var; c: Var } | undefined;
  return (given) => {
    const whole = state === undefined ? given : combine(tape, "Add", given, tape.matmul(state.h, u));
    const [i, f, fresh, o] = partsOf(tape, whole, 4);
    const added = combine(tape, "Mul", open(i), tape.tanh(fresh));
    const c = state === undefined
      ? added
      : combine(tape, "Add", combine(tape, "Mul", open(f), state.c), added);
    const h = combine(tape, "Mul", open(o), tape.tanh(c));
    state = { h, c };
    return h;
  };
}

function negative(tape: Tape, x: Var): Var {
  const y = tape.emit("Neg", [x.name], x.shape);
  tape.onBackward(y, (dy) => tape.accumulate(x, tape.graph.node("Neg", [dy])));
  return y;
}
