/** The list of layers of a `model.json`, each with a name of its own. */
import { numbersIn, type Size } from "../../artifacts/encoder_graph.ts";

/** A layer of `model.json`. */
export interface SavedLayer {
  class_name: string;
  name: string;
  config: Record<string, unknown>;
  inbound_nodes: [name: string, node: 0, tensor: 0, options: Record<never, never>][][];
}

/** A tensor: the layer that makes it, and its axes beside the batch; the last ones of `[rows, columns, channels]`. */
export interface Written {
  layer: string;
  rank: number;
}

/** Layers in the order in which they were added. */
export class SavedLayers {
  readonly list: SavedLayer[] = [];
  readonly #taken = new Set<string>();

  add(
    class_name: string,
    wanted: string,
    config: Record<string, unknown>,
    from: Written[],
    rank: number,
  ): Written {
    const plain = wanted.replaceAll("/", "_");
    let name = plain;
    for (let i = 2; this.#taken.has(name); i++) name = `${plain}_${i}`;
    this.#taken.add(name);
    this.list.push({
      class_name,
      name,
      config: { name, ...config },
      inbound_nodes: from.length === 0 ? [] : [from.map(({ layer }) => [layer, 0, 0, {}])],
    });
    return { layer: name, rank };
  }

  /** The same numbers with `rank` axes. */
  as(x: Written, size: Size, rank: number): Written {
    if (x.rank === rank) return x;
    const target_shape = rank === 1 ? [numbersIn(size)] : size.slice(3 - rank);
    return this.add("Reshape", `${x.layer}_shape`, { target_shape }, [x], rank);
  }
}
