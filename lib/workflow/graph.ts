/** A plan as nodes and typed edges, for drawing. */
import type { Graph, GraphEdge, GraphNode } from "../graph/graph.ts";
import type { Workplan } from "./workplan.ts";

/** One node a step, or one a task. */
export function graphOf(plan: Workplan, options: { tasks?: boolean } = {}): Graph {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  const byTask = new Map(plan.tasks.map((task) => [task.id, task]));
  const nodeOf = (task: { id: string; step: string }) => options.tasks === true ? task.id : task.step;
  for (const task of plan.tasks) {
    const id = nodeOf(task);
    const node = nodes.get(id) ??
      {
        id,
        uses: task.uses,
        tasks: 0,
        axes: Object.keys(task.cell),
        outputs: Object.values(task.outputs),
        skipped: false,
      };
    node.tasks++;
    nodes.set(id, node);
    for (const { sources } of Object.values(task.inputs)) {
      for (const source of sources) {
        const producer = byTask.get(source.task)!;
        const edge = { from: nodeOf(producer), to: id, type: producer.outputs[source.port]! };
        edges.set(`${edge.from}\u0000${edge.to}\u0000${edge.type}`, edge);
      }
    }
  }
  for (const skipped of plan.skipped ?? []) {
    const id = nodeOf(skipped);
    if (!nodes.has(id)) nodes.set(id, { id, uses: "", tasks: 0, axes: [], outputs: [], skipped: true });
  }
  return { name: plan.name, nodes: [...nodes.values()], edges: [...edges.values()] };
}
