/** GRU and LSTM over float64. */
import type { LayerOf } from "../../artifacts/encoder_graph.ts";
import { functions } from "./plain_activation.ts";
import type { Place } from "./walk.ts";

/**
 * A recurrent layer over one window `[time, channels]`: GRU with the reset gate before the recurrent product (Cho et al.
 * 2014, arXiv 1406.1078), LSTM after Gers et al. (2000) without peepholes.
 *
 * @param get Weights by part, see `EncoderGraph`.
 */
export function plainRecurrent(
  layer: LayerOf<"gru" | "lstm">,
  x: Float64Array,
  { from: [[, steps, channels]] }: Place,
  get: (part: string) => ArrayLike<number> | undefined,
): Float64Array {
  const { units: n, sequences, backwards } = layer;
  const [kernel, recurrent, bias] = [get("kernel")!, get("recurrent")!, get("bias")];
  const gate = (value: number) => functions[layer.gate](value, 0);
  let h = new Float64Array(n);
  const cell = new Float64Array(n);
  const out = new Float64Array(steps * n);
  for (let k = 0; k < steps; k++) {
    const t = backwards ? steps - 1 - k : k;
    const given = (row: number) => {
      let sum = bias?.[row] ?? 0;
      for (let c = 0; c < channels; c++) sum += kernel[row * channels + c] * x[t * channels + c];
      return sum;
    };
    const kept = (row: number, state: Float64Array) => {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += recurrent[row * n + j] * state[j];
      return sum;
    };
    const whole = (row: number) => given(row) + kept(row, h);
    const next = new Float64Array(n);
    if (layer.op === "gru") {
      const reset = h.map((value, u) => value * gate(whole(n + u)));
      for (let u = 0; u < n; u++) {
        const update = gate(whole(u));
        next[u] = update * h[u] + (1 - update) * Math.tanh(given(2 * n + u) + kept(2 * n + u, reset));
      }
    } else {
      for (let u = 0; u < n; u++) {
        cell[u] = gate(whole(n + u)) * cell[u] + gate(whole(u)) * Math.tanh(whole(2 * n + u));
        next[u] = gate(whole(3 * n + u)) * Math.tanh(cell[u]);
      }
    }
    h = next;
    // Outputs of a backward layer stay in the order in which they were made.
    out.set(h, k * n);
  }
  return sequences ? out : h;
}
