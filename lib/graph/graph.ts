/** A graph of steps as nodes and typed edges, for drawing. */

export interface GraphNode {
  id: string;
  uses: string;
  /** How many tasks the node stands for. */
  tasks: number;
  /** Axes along which it is expanded. */
  axes: string[];
  /** Artifact types that it makes. */
  outputs: string[];
  /** Left out by `if`. */
  skipped: boolean;
  /** Said after what it uses, e.g. how long it took. */
  remark?: string;
}

export interface GraphEdge {
  from: string;
  to: string;
  /** Artifact type that flows. */
  type: string;
}

export interface Graph {
  name: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/** What a node shows below its id. */
export function nodeNote(node: GraphNode): string {
  if (node.skipped) return "left out";
  const many = node.tasks > 1 ? ` × ${node.tasks} (${node.axes.join(", ")})` : "";
  return `${node.uses}${many}${node.remark === undefined ? "" : ` · ${node.remark}`}`;
}
