/** Gives tensors of a graph other names, e.g. those that a bundle promises for its outputs. */
import type { Graph } from "./encode.ts";

/**
 * A copy of `graph` with tensors renamed, without the Identity nodes that a device compiler would have to remove.
 *
 * Throws RangeError when a new name is taken.
 */
export function renameTensors(graph: Graph, names: Record<string, string>): Graph {
  const taken = new Set([
    ...graph.inputs.map((v) => v.name),
    ...graph.initializers.map((t) => t.name),
    ...graph.nodes.flatMap((n) => n.outputs),
  ]);
  for (const [from, to] of Object.entries(names)) {
    if (from !== to && taken.has(to)) {
      throw new RangeError(`Cannot rename ${from}: the name ${to} is taken`);
    }
  }
  const name = (old: string) => names[old] ?? old;
  const named = <T extends { name: string }>(items: readonly T[]) =>
    items.map((item) => ({ ...item, name: name(item.name) }));
  return {
    ...graph,
    nodes: graph.nodes.map((n) => ({ ...n, inputs: n.inputs.map(name), outputs: n.outputs.map(name) })),
    initializers: named(graph.initializers),
    inputs: named(graph.inputs),
    outputs: named(graph.outputs),
    values: named(graph.values),
  };
}
