import assert from "node:assert/strict";
import type { EncoderGraph, GraphLayer, Size } from "../../../lib/artifacts/encoder_graph.ts";
import type { NpyArray } from "../../../lib/artifacts/npy.ts";
import { layerSize } from "../../../lib/model/graph/layer_size.ts";
import { PlainOps } from "../../../lib/model/graph/plain_ops.ts";
import { TapeOps } from "../../../lib/model/train/tape_ops.ts";
import type { Var } from "../../../lib/model/train/tape.ts";
import { type Bare, singleLayers } from "../graph/single_layers.ts";
import { checkGradient, type Plain } from "./gradient_check.ts";

// Values and gradients of every layer of recorded encoders against the plain reference, two windows at a time.
const windows = 2, window = [1, 1, 1] as const;
type Op = (layer: GraphLayer, inputs: unknown[], place: object) => unknown;
const numbers = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** Shapes of a layer's parameters in the step, and each number's place in the artifact's layout. */
function parametersOf(
  layer: GraphLayer,
  size: Size,
): Record<string, { shape: number[]; at: (i: number) => number }> {
  const same = (n: number) => ({ shape: [n], at: (i: number) => i });
  const turned = (rows: number, columns: number, at = (r: number, c: number) => c * rows + r) => ({
    shape: [rows, columns],
    at: (i: number) => at(Math.floor(i / columns), i % columns),
  });
  const [, , channels] = size;
  const bias = (n: number): Record<string, ReturnType<typeof same>> =>
    "bias" in layer && layer.bias ? { bias: same(n) } : {};
  switch (layer.op) {
    // Taps go column by column in the step, row by row in the artifact.
    case "conv": {
      const [down, along] = layer.kernel, tap = (q: number) => (q % down) * along + Math.floor(q / down);
      const place = (row: number, f: number) =>
        (f * channels + row % channels) * down * along + tap(Math.floor(row / channels));
      return { weight: turned(down * along * channels, layer.filters, place), ...bias(layer.filters) };
    }
    case "depthwise": {
      const [down, along] = layer.kernel, filters = channels * layer.multiplier;
      const place = (q: number, f: number) => f * down * along + (q % down) * along + Math.floor(q / down);
      return { weight: turned(down * along, filters, place), ...bias(filters) };
    }
    case "dense":
      return { weight: turned(channels, layer.units), ...bias(layer.units) };
    case "batchNorm":
    case "layerNorm":
      return {
        ...(layer.scale ? { gamma: same(channels) } : {}),
        ...(layer.center ? { beta: same(channels) } : {}),
      };
    case "gru":
    case "lstm": {
      const width = (layer.op === "gru" ? 3 : 4) * layer.units;
      return { kernel: turned(channels, width), recurrent: turned(layer.units, width), ...bias(width) };
    }
    default:
      return {};
  }
}

/** The layer on plain numbers: window by window, a batch normalisation over all of them. */
function plain(
  layer: GraphLayer,
  sizes: Size[],
  to: Size,
  weights: Record<string, NpyArray>,
  xs: Plain[],
): Plain {
  const maps = xs.map(({ data }, k) =>
    Array.from(
      { length: windows },
      (_, n) => Float64Array.from(data.slice(n * numbers(sizes[k]), (n + 1) * numbers(sizes[k]))),
    )
  );
  const known = { ...weights };
  if (layer.op === "batchNorm") {
    const all = maps[0].flatMap((map) => [...map]), rows = all.length / to[2];
    const column = (c: number) => all.filter((_, i) => i % to[2] === c);
    const mean = Array.from({ length: to[2] }, (_, c) => column(c).reduce((a, b) => a + b) / rows);
    const variance = mean.map((m, c) => column(c).reduce((sum, x) => sum + (x - m) ** 2, 0) / rows);
    Object.assign(known, { "layer1.mean": { data: mean }, "layer1.variance": { data: variance } });
  }
  const run = (new PlainOps(known, window) as unknown as Record<string, Op>)[layer.op];
  const ops = new PlainOps(known, window);
  const place = { index: 1, from: sizes, to };
  const data = Array.from(
    { length: windows },
    (_, n) => [...run.call(ops, layer, maps.map((map) => map[n]), place) as Float64Array],
  );
  return { shape: [windows, ...to], data: data.flat() };
}

function check(bare: Bare, ...sizes: Size[]): Promise<void> {
  const layer = { ...bare, name: "it", inputs: sizes.map(() => 0) } as GraphLayer;
  const graph = [{ op: "input", layout: "time", name: "in", inputs: [] }, layer] as EncoderGraph;
  const to = layerSize(layer, sizes, window);
  const parameters = parametersOf(layer, sizes[0]), parts = Object.keys(parameters);
  const shapes = [...sizes.map((size) => [windows, ...size]), ...parts.map((part) => parameters[part].shape)];
  return checkGradient(shapes, (tape, ...vars) => {
    const asked: string[] = [];
    const step = {
      tape,
      parameter(name: string, shape: number[]) {
        const part = name.slice("layer1.".length);
        assert.deepEqual([name, shape], [`layer1.${part}`, parameters[part].shape]);
        asked.push(part);
        return vars[sizes.length + parts.indexOf(part)];
      },
      mask: () => undefined,
    };
    const y = (new TapeOps(step, graph) as unknown as Record<string, Op>)[layer.op].call(
      new TapeOps(step, graph),
      layer,
      vars.slice(0, sizes.length),
      { index: 1, from: sizes, to },
    ) as Var;
    assert.deepEqual(asked.sort(), parts.toSorted());
    return y;
  }, (...inputs) => {
    const weights = Object.fromEntries(parts.map((part, p) => {
      const { data } = inputs[sizes.length + p];
      const turned = new Array<number>(data.length);
      data.forEach((x, i) => turned[parameters[part].at(i)] = x);
      return [`layer1.${part}`, { data: turned, shape: [] } as unknown as NpyArray];
    }));
    return plain(layer, sizes, to, weights, inputs.slice(0, sizes.length));
  });
}

for (const [name, [layer, ...sizes]] of Object.entries(singleLayers)) {
  Deno.test(`in training, ${name} has the value and the slopes of the plain reference`, () =>
    check(layer, ...sizes));
}
