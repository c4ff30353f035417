/** A graph as mermaid or Graphviz DOT text. */
import { type Graph, nodeNote } from "./graph.ts";

/**
 * Mermaid flowchart.
 *
 * ```ts
 * import { mermaid } from "./text.ts";
 * import assert from "node:assert/strict";
 * const node = (id: string, uses: string) => ({ id, uses, tasks: 1, axes: [], outputs: [], skipped: false });
 * const edges = [{ from: "a", to: "b", type: "Windows" }];
 * assert.equal(
 *   mermaid({ name: "w", nodes: [node("a", "window"), node("b", "split")], edges }),
 *   'flowchart TD\n  n0["a<br/><i>window</i>"]\n  n1["b<br/><i>split</i>"]\n  n0 -->|Windows| n1\n',
 * );
 * ```
 */
export function mermaid(graph: Graph): string {
  const names = new Map(graph.nodes.map((node, i) => [node.id, `n${i}`]));
  const text = (s: string) => s.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const lines = ["flowchart TD"];
  for (const node of graph.nodes) {
    const label = `"${text(node.id)}<br/><i>${text(nodeNote(node))}</i>"`;
    lines.push(`  ${names.get(node.id)}${node.tasks > 1 ? `[[${label}]]` : `[${label}]`}`);
  }
  for (const { from, to, type } of graph.edges) {
    lines.push(`  ${names.get(from)} -->|${text(type)}| ${names.get(to)}`);
  }
  const left = graph.nodes.filter((n) => n.skipped).map((n) => names.get(n.id));
  if (left.length > 0) lines.push("  classDef left stroke-dasharray: 4", `  class ${left.join(",")} left`);
  return lines.join("\n") + "\n";
}

/** Graphviz. */
export function dot(graph: Graph): string {
  const quote = (s: string) => `"${s.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  const lines = [`digraph ${quote(graph.name)} {`, "  node [shape=box, style=rounded, fontname=sans-serif];"];
  for (const node of graph.nodes) {
    const style = node.skipped ? ", style=dashed" : node.tasks > 1 ? ", peripheries=2" : "";
    lines.push(
      `  ${quote(node.id)} [label=${
        quote(`${node.id}\n${nodeNote(node)}`).replaceAll("\n", "\\n")
      }${style}];`,
    );
  }
  for (const { from, to, type } of graph.edges) {
    lines.push(`  ${quote(from)} -> ${quote(to)} [label=${quote(type)}];`);
  }
  return [...lines, "}", ""].join("\n");
}
