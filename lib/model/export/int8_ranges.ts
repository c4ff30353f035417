/** Ranges of activations over calibration windows: what 8-bit scales are made of. */
import { GraphBuilder } from "../../onnx/builder.ts";
import { openSession, type Session } from "../../onnx/runtime.ts";
import type { Network } from "./export_graphs.ts";
import { OnnxLayers } from "../forward.ts";
import { encoder } from "../network.ts";

/** Least and largest value of a tensor. */
export type Range = [low: number, high: number];

/** Ranges by tensor name of the float device graph, the input `window` among them. */
export type Ranges = Map<string, Range>;

/**
 * Runs the float encoder over scaled windows and records the range of every intermediate tensor.
 *
 * @param windows float32 `[n, C, S, L]`, scaled.
 */
export async function activationRanges(
  model: Pick<Network, "architecture" | "weights">,
  windows: Float32Array,
  batch = 128,
): Promise<Ranges> {
  const graph = new GraphBuilder("ranges");
  const { input } = model.architecture;
  const x = { name: graph.input("window", ["n", ...input]), shape: ["n", ...input] };
  encoder(new OnnxLayers(graph, model.weights), model.architecture, x);
  for (const value of graph.graph().values) graph.output(value.name, value.shape);
  const session = await openSession(graph.encode(), { optimization: "basic" });
  try {
    return await collectRanges(session, input, windows, batch);
  } finally {
    await session.release();
  }
}

/** Ranges of the input `window` and of all float32 outputs of a session over windows `[n, C, S, L]`. */
export async function collectRanges(
  session: Session,
  input: readonly number[],
  windows: Float32Array,
  batch: number,
): Promise<Ranges> {
  const size = input.reduce((a, b) => a * b, 1);
  const ranges: Ranges = new Map();
  for (let from = 0; from < windows.length; from += batch * size) {
    const data = windows.subarray(from, from + batch * size);
    widen(ranges, "window", data);
    const out = await session.run({ window: { data, shape: [data.length / size, ...input] } });
    for (const [name, { data }] of Object.entries(out)) {
      if (data instanceof Float32Array && data.length > 0) widen(ranges, name, data);
    }
  }
  return ranges;
}

function widen(ranges: Ranges, name: string, data: Float32Array): void {
  let [low, high] = ranges.get(name) ?? [Infinity, -Infinity];
  for (const v of data) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  ranges.set(name, [low, high]);
}
