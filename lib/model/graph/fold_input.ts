/** Convolutions over sequences of all sensors as ones over the window itself, so that nothing turns it first. */
import { type EncoderGraph, type LayerOf } from "../../artifacts/encoder_graph.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import type { Folded } from "./fold.ts";
import { followers, weightsOf } from "./walk.ts";

/**
 * Where only convolutions take a sequence `[1, time, sensors · channels]`, they take `[sensors, time, channels]` with a
 * kernel over all sensors instead: the same sums, and no transpose, which no device has.
 *
 * @param input `[channels, sensors, length]`.
 */
export function withoutTurning(
  { graph, weights }: Folded,
  [channels, sensors]: readonly [number, number, number],
): Folded {
  const first = graph[0] as LayerOf<"input">;
  const takers = followers(graph, 0).filter((i) => graph[i].op !== "dropout");
  if (first.layout !== "time" || !takers.every((i) => graph[i].op === "conv")) return { graph, weights };
  const turned: EncoderGraph = [...graph];
  const made = { ...weights };
  turned[0] = { ...first, layout: "grid" };
  for (const i of takers) {
    const layer = graph[i] as LayerOf<"conv">;
    turned[i] = { ...layer, kernel: [sensors, layer.kernel[1]] };
    const name = `${weightsOf(i)}.weight`;
    made[name] = bySensor(weights[name], channels, sensors);
  }
  return { graph: turned, weights: made };
}

/** `[filters, sensors · channels, 1, columns]` as `[filters, channels, sensors, columns]`. */
function bySensor({ data, shape }: NpyArray, channels: number, sensors: number): NpyArray {
  const [filters, , , columns] = shape;
  const values = data as Float32Array;
  const result = new Float32Array(values.length);
  let to = 0;
  for (let f = 0; f < filters; f++) {
    for (let c = 0; c < channels; c++) {
      for (let s = 0; s < sensors; s++) {
        const from = ((f * sensors + s) * channels + c) * columns;
        result.set(values.subarray(from, from + columns), to);
        to += columns;
      }
    }
  }
  return { data: result, shape: [filters, channels, sensors, columns] };
}
