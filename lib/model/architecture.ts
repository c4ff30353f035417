/** The Conv2d-FSQ family as data: checks, shapes and parameter counts of an {@linkcode Architecture}. */
import type { Architecture, ConvBlock } from "../artifacts/model.ts";
import { numbersIn, type Size } from "../artifacts/encoder_graph.ts";
import { InputError } from "../errors.ts";
import { graphWeights } from "./graph/graph_weights.ts";
import { followers, graphSizes } from "./graph/walk.ts";
import { cutOf } from "./cut.ts";

/** Shapes through the network. */
export interface Shapes {
  /** Sensors and time steps after each block, `[blocks + 1]`, the input first. */
  sensors: number[];
  lengths: number[];
  /** Input channels of each block. */
  channels: number[];
  /** Width of the pooled feature vector. */
  features: number;
}

/**
 * The shapes of every stage.
 *
 * @throws {InputError} When a kernel or pool does not fit the window, naming the block.
 */
export function shapesOf(a: Architecture): Shapes {
  const [channels, sensors, length] = a.input;
  const shapes: Shapes = { sensors: [sensors], lengths: [length], channels: [], features: 0 };
  let c = channels;
  a.blocks.forEach((block, i) => {
    const [s, t] = [shapes.sensors[i], shapes.lengths[i]];
    checkBlock(block, i, s, t);
    shapes.channels.push(c);
    shapes.sensors.push(block.kernel[0] === 1 ? s : 1);
    shapes.lengths.push(Math.floor(t / block.pool));
    c = block.channels;
  });
  if (a.levels !== null && a.levels.length !== a.latent) {
    throw new InputError(`Cannot build network: ${a.levels.length} levels for ${a.latent} latent dimensions`);
  }
  const segments = a.segments ?? 1;
  if (segments > shapes.lengths.at(-1)!) {
    throw new InputError(`Cannot build network: ${segments} segments of ${shapes.lengths.at(-1)} time steps`);
  }
  if (segments > 1 && shapes.sensors.at(-1) !== 1) {
    throw new InputError(
      `Cannot build network: segments need one sensor after the last block, ${
        shapes.sensors.at(-1)
      } are left`,
    );
  }
  if (a.levels !== null && a.codebook !== undefined) {
    throw new InputError("Cannot build network: it has both levels and a learned codebook");
  }
  shapes.features = a.graph === undefined
    ? c * a.pooling.length * segments
    : numbersIn(graphSizes(a.graph, a.input).at(-1)!);
  return shapes;
}

/** Size of the last feature maps of a network of blocks, `[channels, sensors, time]`. */
export function mapsShape(a: Architecture): [channels: number, sensors: number, time: number] {
  const { sensors, lengths } = shapesOf(a);
  return [a.blocks.at(-1)!.channels, sensors.at(-1)!, lengths.at(-1)!];
}

/** Size of the device part's output for one window. */
export function cutShape(a: Architecture): number[] {
  return cutOf(a) === "maps" ? mapsShape(a) : [a.latent];
}

/**
 * Largest number of values that are alive at once between two layers of the encoder, for one window: the input of a block
 * and its output before pooling. Times four it is the memory in bytes that float32 inference needs beside the weights.
 */
export function peakActivations(a: Architecture): number {
  if (a.graph !== undefined) return peakOfGraph(a.graph, graphSizes(a.graph, a.input));
  const { sensors, lengths, channels } = shapesOf(a);
  const alive = a.blocks.map((block, i) =>
    lengths[i] * (sensors[i] * channels[i] + sensors[i + 1] * block.channels)
  );
  return Math.max(a.input.reduce((x, y) => x * y, 1), ...alive);
}

/** The same where layers may be taken again further on: what is alive while each is computed. */
function peakOfGraph(graph: NonNullable<Architecture["graph"]>, sizes: readonly Size[]): number {
  const last = graph.map((_, i) => Math.max(i, ...followers(graph, i)));
  const alive = graph.map((_, now) =>
    sizes.reduce((sum, size, i) => i <= now && last[i] >= now ? sum + numbersIn(size) : sum, 0)
  );
  return Math.max(...alive);
}

function checkBlock(block: ConvBlock, i: number, sensors: number, length: number): void {
  const fail = (why: string) => new InputError(`Cannot build network: block ${i + 1} ${why}`);
  if (block.kernel[1] % 2 !== 1) throw fail(`has kernel width ${block.kernel[1]}, use an odd one`);
  if (block.kernel[0] !== 1 && block.kernel[0] !== sensors) {
    throw fail(`has kernel height ${block.kernel[0]}, use 1 or the number of sensors left, ${sensors}`);
  }
  if (Math.floor(length / block.pool) < 1) {
    throw fail(`pools ${length} time steps by ${block.pool}, nothing is left`);
  }
}

/** The shape of every weight by name, in the order of the network (see `Model.weights`). */
export function weightShapes(a: Architecture): Record<string, number[]> {
  const shapes = shapesOf(a);
  const weights: Record<string, number[]> = {};
  a.blocks.forEach((block, i) => {
    weights[`block${i}.weight`] = [block.channels, shapes.channels[i], ...block.kernel];
    weights[`block${i}.bias`] = [block.channels];
    for (const part of ["gamma", "beta", "mean", "variance"]) {
      weights[`block${i}.bn.${part}`] = [block.channels];
    }
  });
  if (a.graph !== undefined) Object.assign(weights, graphWeights(a.graph, a.input));
  const necks = neckWidths(a);
  necks.forEach(([from, to], i) => {
    weights[`neck${i}.weight`] = [to, from];
    weights[`neck${i}.bias`] = [to];
  });
  weights["projection.weight"] = [a.latent, necks.at(-1)?.[1] ?? shapes.features];
  weights["projection.bias"] = [a.latent];
  if (a.codebook !== undefined) weights["vq.codebook"] = [a.codebook, a.latent];
  headWidths(a).forEach(([from, to], i) => {
    weights[`head${i}.weight`] = [to, from];
    weights[`head${i}.bias`] = [to];
  });
  return weights;
}

/** Input and output width of each layer of the neck; empty without one. */
export function neckWidths(a: Architecture): [number, number][] {
  const widths = [shapesOf(a).features, ...a.neck ?? []];
  return widths.slice(1).map((to, i) => [widths[i], to]);
}

/** Input and output width of each layer of the head; empty without classes. */
export function headWidths(a: Architecture): [number, number][] {
  if (a.classes === 0) return [];
  const widths = [a.latent, ...a.head, a.classes];
  return widths.slice(1).map((to, i) => [widths[i], to]);
}

/**
 * The number of trained parameters that inference uses: weights, biases and the affine part of the normalisation, not
 * its running statistics.
 *
 * ```ts
 * import { countParameters } from "./architecture.ts";
 * import assert from "node:assert/strict";
 * const conv = (channels: number) => ({ channels, kernel: [1, 5] as [number, number], pool: 1 });
 * const parameters = countParameters({
 *   input: [9, 2, 100], blocks: [conv(32), conv(64), conv(128)], pooling: ["mean"],
 *   levels: [8, 6, 5, 5, 4], latent: 5, head: [256], classes: 10,
 * });
 * assert.equal(parameters, 58_063);
 * ```
 */
export function countParameters(a: Architecture): number {
  return Object.entries(weightShapes(a))
    .filter(([name]) => !name.endsWith(".mean") && !name.endsWith(".variance"))
    .reduce((sum, [, shape]) => sum + shape.reduce((product, n) => product * n, 1), 0);
}
