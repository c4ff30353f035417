/** Reads the compiler's own graph from a HAR: its layer names are the ones that a model script must use. */
import { readTar } from "../tar.ts";

/** The part of the compiler's graph that the next stage needs. */
export interface HarGraph {
  /** Layer names without the network's scope, by the ONNX node they come from. */
  layers: { name: string; type: string; originalNames: string[] }[];
  /** Names of the output layers, in order. */
  outputs: string[];
}

interface Hn {
  layers?: Record<string, { type?: string; original_names?: string[]; input?: string[] }>;
  net_params?: { output_layers_order?: string[] };
}

/** Decodes a HAR; `null` when it has another layout than the known one. */
export function readHar(bytes: Uint8Array): HarGraph | null {
  try {
    const hn = [...readTar(bytes)].find(([name]) => name.endsWith(".hn"))?.[1];
    if (hn === undefined) return null;
    const graph: Hn = JSON.parse(new TextDecoder().decode(hn));
    const bare = (name: string) => name.slice(name.lastIndexOf("/") + 1);
    const layers = Object.entries(graph.layers ?? {}).map(([name, layer]) => ({
      name: bare(name),
      type: layer.type ?? "",
      originalNames: layer.original_names ?? [],
    }));
    return { layers, outputs: (graph.net_params?.output_layers_order ?? []).map(bare) };
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The layer that holds a node's result: the last one made from it that is no output layer. */
export function layerOf(graph: HarGraph, node: string): string | undefined {
  return graph.layers.findLast((l) => l.originalNames.includes(node) && l.type !== "output_layer")?.name;
}
