/** Any network as one list of layers from the window to the latent, whichever way it was described. */
import type { EncoderGraph, GraphLayer } from "../../artifacts/encoder_graph.ts";
import type { Architecture, ConvBlock, Model, Pooling } from "../../artifacts/model.ts";
import { encoder, type Layers } from "../network.ts";
import { bnEpsilon } from "../forward.ts";
import { graphSizes, weightsOf } from "../graph/walk.ts";

/** A network of layers alone and its weights. */
export interface WholeGraph {
  graph: EncoderGraph;
  weights: Model["weights"];
}

/**
 * Convolutions, statistics, neck and projection as recorded layers; the weights are the same arrays under other names.
 *
 * @returns undefined for the pooled standard deviation, which no layer computes.
 */
export function wholeGraph(
  { architecture, weights }: Pick<Model, "architecture" | "weights">,
): WholeGraph | undefined {
  if (architecture.pooling.includes("std")) return undefined;
  const writer = new GraphWriter(architecture.input, weights);
  encoder(writer, architecture, 0);
  return { graph: writer.graph, weights: writer.weights };
}

/** Values are positions of layers. */
class GraphWriter implements Layers<number> {
  graph: EncoderGraph = [{ op: "input", name: "window", inputs: [], layout: "grid" }];
  weights: Model["weights"] = {};

  constructor(readonly input: Architecture["input"], readonly given: Model["weights"]) {}

  #add(layer: GraphLayer, parts: Record<string, string> = {}): number {
    const at = this.graph.push(layer) - 1;
    for (const [part, name] of Object.entries(parts)) {
      const weight = this.given[name];
      this.weights[`${weightsOf(at)}.${part}`] = weight;
    }
    return at;
  }

  block(x: number, i: number, { channels, kernel, pool }: ConvBlock): number {
    const name = `block${i}`;
    const side = (kernel[1] - 1) / 2;
    const conv = this.#add({
      op: "conv",
      name,
      inputs: [x],
      kernel,
      strides: [1, 1],
      dilations: [1, 1],
      pads: [0, side, 0, side],
      filters: channels,
      bias: true,
    }, { weight: `${name}.weight`, bias: `${name}.bias` });
    const parts = ["gamma", "beta", "mean", "variance"].map((part) => [part, `${name}.bn.${part}`]);
    const norm = this.#add(
      {
        op: "batchNorm",
        name: `${name}_norm`,
        inputs: [conv],
        epsilon: bnEpsilon,
        scale: true,
        center: true,
      },
      Object.fromEntries(parts),
    );
    const relu = this.#add(rectified(`${name}_relu`, norm));
    if (pool === 1) return relu;
    return this.#add(pooled("maxPool", `${name}_pool`, relu, pool));
  }

  pool(x: number, statistics: Pooling[], segments: number): number {
    const parts = statistics.map((statistic) => this.#statistic(x, statistic as "mean" | "max", segments));
    if (parts.length === 1) return parts[0];
    return this.#add({ op: "concat", name: "features", inputs: parts, axis: 2 });
  }

  #statistic(x: number, statistic: "mean" | "max", segments: number): number {
    if (segments === 1) {
      return this.#add({
        op: statistic === "mean" ? "globalAverage" : "globalMax",
        name: statistic,
        inputs: [x],
      });
    }
    const [, columns, channels] = graphSizes(this.graph, this.input)[x];
    const op = statistic === "mean" ? "averagePool" : "maxPool";
    const means = this.#add(pooled(op, statistic, x, Math.floor(columns / segments)));
    const turned = this.#add({
      op: "permute",
      name: `${statistic}_by_channel`,
      inputs: [means],
      order: [0, 2, 1],
    });
    return this.#add({
      op: "reshape",
      name: `${statistic}_flat`,
      inputs: [turned],
      shape: [1, 1, channels * segments],
    });
  }

  recorded(_x: number, graph: EncoderGraph): number {
    this.graph = [...graph];
    for (const [name, weight] of Object.entries(this.given)) {
      if (name.startsWith("layer")) this.weights[name] = weight;
    }
    return this.#flat(graph.length - 1);
  }

  #flat(x: number): number {
    const [rows, columns, channels] = graphSizes(this.graph, this.input)[x];
    if (rows === 1 && columns === 1) return x;
    return this.#add({
      op: "reshape",
      name: "features",
      inputs: [x],
      shape: [1, 1, rows * columns * channels],
    });
  }

  linear(x: number, name: string, relu: boolean): number {
    const [units] = this.given[`${name}.weight`].shape;
    const layer = { op: "dense" as const, name: name === "projection" ? "latent" : name, inputs: [x], units };
    const dense = this.#add({ ...layer, bias: true }, { weight: `${name}.weight`, bias: `${name}.bias` });
    return relu ? this.#add(rectified(`${name}_relu`, dense)) : dense;
  }

  /** The bound, the codebook and rounding come after the latent. */
  bound(z: number): number {
    return z;
  }

  nearest(z: number): number {
    return z;
  }

  round(z: number): number {
    return z;
  }
}

function rectified(name: string, x: number): GraphLayer {
  return { op: "activation", name, inputs: [x], kind: "relu", alpha: 0 };
}

function pooled(op: "maxPool" | "averagePool", name: string, x: number, length: number): GraphLayer {
  return { op, name, inputs: [x], kernel: [1, length], strides: [1, length], pads: [0, 0, 0, 0] };
}
