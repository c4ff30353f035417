/** A recorded encoder as inference needs it: batch normalisation folded into what comes before, dropout left out. */
import type { EncoderGraph, GraphLayer } from "../../artifacts/encoder_graph.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import { onlyFollower, weightsOf } from "./walk.ts";

/** A graph and the weights that it needs. */
export interface Folded {
  graph: EncoderGraph;
  weights: Record<string, NpyArray>;
}

/**
 * Folds each batch normalisation into the product that it alone follows: `w' = w · γ/√(σ²+ε)`,
 * `b' = (b − μ) · γ/√(σ²+ε) + β`. Layers keep their positions; what nothing is left of passes its input on.
 */
export function foldGraph(graph: EncoderGraph, weights: Record<string, NpyArray>): Folded {
  const folded: GraphLayer[] = [...graph];
  const made = { ...weights };
  graph.forEach((layer, i) => {
    if (layer.op !== "conv" && layer.op !== "depthwise" && layer.op !== "dense") return;
    const norm = onlyFollower(graph, i, "batchNorm");
    if (norm === undefined) return;
    const at = graph.indexOf(norm);
    const get = (index: number, part: string) =>
      weights[`${weightsOf(index)}.${part}`]?.data as Float32Array | undefined;
    const { shape } = weights[`${weightsOf(i)}.weight`];
    const weight = get(i, "weight")!.slice();
    const bias = new Float32Array(shape[0]);
    const per = weight.length / shape[0];
    for (let o = 0; o < shape[0]; o++) {
      const factor = (get(at, "gamma")?.[o] ?? 1) / Math.sqrt(get(at, "variance")![o] + norm.epsilon);
      for (let j = 0; j < per; j++) weight[o * per + j] *= factor;
      bias[o] = ((get(i, "bias")?.[o] ?? 0) - get(at, "mean")![o]) * factor + (get(at, "beta")?.[o] ?? 0);
    }
    made[`${weightsOf(i)}.weight`] = { data: weight, shape };
    made[`${weightsOf(i)}.bias`] = { data: bias, shape: [shape[0]] };
    folded[i] = { ...layer, bias: true };
    folded[at] = { op: "dropout", name: norm.name, inputs: norm.inputs, rate: 0, shared: false };
  });
  const source = (index: number): number =>
    folded[index].op === "dropout" ? source(folded[index].inputs[0]) : index;
  const last = folded.length - 1;
  return {
    // What passes on and is passed by stands aside, so that it counts as no follower of anything.
    graph: folded.map((layer, i) =>
      layer.op === "dropout" && i < last
        ? { ...layer, inputs: [0] }
        : { ...layer, inputs: layer.inputs.map(source) }
    ),
    weights: made,
  };
}
