/** A graph as one SVG picture without scripts, fonts or links. */
import { type Graph, type GraphNode, nodeNote } from "./graph.ts";
import { layout } from "./layout.ts";

const CHARACTER = 7.2;
const STYLE = `
  .steps { background: #fff; font: 12px system-ui, sans-serif; }
  .steps .box { fill: #f4f6f8; stroke: #5b6b7b; } .steps .many { fill: #e8f0fb; stroke: #2f6db5; }
  .steps .left { stroke-dasharray: 4 3; fill: none; }
  .steps .id { font-weight: 600; fill: #14202b; } .steps .note { fill: #4a5967; }
  .steps .edge { fill: none; stroke: #8a98a5; } .steps .type { fill: #5b6b7b; font-size: 10px; }
  @media screen and (prefers-color-scheme: dark) {
    .steps { background: #14181d; } .steps .box { fill: #222a33; stroke: #8fa1b3; }
    .steps .many { fill: #1d3350; stroke: #6aa5ea; } .steps .id { fill: #eef2f6; }
    .steps .note, .steps .type { fill: #b4c0cc; } .steps .edge { stroke: #74838f; }
  }`;

/** Draws the graph from top to bottom; boxes name the artifact types that they make, edges tell theirs on hovering. */
export function svg(graph: Graph): string {
  const boxes = graph.nodes.map((node) => ({
    id: node.id,
    width: Math.max(node.id.length, nodeNote(node).length, makes(node).length * 0.85) * CHARACTER + 24,
    height: makes(node) === "" ? 42 : 56,
  }));
  // Several types between two steps are one line.
  const edges = [...Map.groupBy(graph.edges, (e) => `${e.from}\u0000${e.to}`).values()].map((group) => ({
    from: group[0]!.from,
    to: group[0]!.to,
    types: group.map((e) => e.type).join(", "),
  }));
  const { width, height, boxes: placed, routes } = layout(boxes, edges);
  const lines = [
    `<svg class="steps" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${
      round(height)
    }" width="${round(width)}" height="${
      round(height)
    }" text-anchor="middle" role="img" aria-label="Steps of the workflow ${escape(graph.name)}">`,
    `<style>${STYLE}\n</style>`,
    `<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8Z" fill="#8a98a5"/></marker></defs>`,
  ];
  // Edges of one box share a line as far as they go together; the longest one draws it.
  const drawn = new Set<string>();
  for (
    const i of routes.keys().toArray().sort((a, b) => routes[b]!.points.length - routes[a]!.points.length)
  ) {
    const { points, from, to } = routes[i]!;
    const parts = points.slice(1).map((point, k) => `${points[k]} ${point}`);
    const first = Math.max(0, parts.findIndex((part) => !drawn.has(part)));
    for (const part of parts) drawn.add(part);
    const title = `<title>${escape(`${edges[i]!.types}: ${from} → ${to}`)}</title>`;
    lines.push(`<path class="edge" marker-end="url(#end)" d="${curve(points.slice(first))}">${title}</path>`);
  }
  for (const node of graph.nodes) lines.push(box(node, placed.get(node.id)!));
  return [...lines, "</svg>", ""].join("\n");
}

function box(node: GraphNode, at: { x: number; y: number; width: number; height: number }): string {
  const style = node.skipped ? "box left" : node.tasks > 1 ? "box many" : "box";
  const [left, top] = [round(at.x - at.width / 2), round(at.y - at.height / 2)];
  const text = (kind: string, line: number, content: string) =>
    content === ""
      ? ""
      : `<text class="${kind}" x="${round(at.x)}" y="${top + line}">${escape(content)}</text>`;
  return `<g><title>${escape(`${node.id}: ${nodeNote(node)}`)}</title>` +
    `<rect class="${style}" x="${left}" y="${top}" width="${
      round(at.width)
    }" height="${at.height}" rx="7"/>` +
    `${text("id", 18, node.id)}${text("note", 33, nodeNote(node))}${text("type", 47, makes(node))}</g>`;
}

function makes(node: GraphNode): string {
  return node.outputs.length === 0 ? "" : `→ ${node.outputs.join(", ")}`;
}

/** A smooth line that leaves and arrives upright. */
function curve(points: [number, number][]): string {
  let path = `M${round(points[0]![0])} ${round(points[0]![1])}`;
  for (let i = 1; i < points.length; i++) {
    const [[x0, y0], [x1, y1]] = [points[i - 1]!, points[i]!];
    const middle = round((y0 + y1) / 2);
    path += `C${round(x0)} ${middle} ${round(x1)} ${middle} ${round(x1)} ${round(y1)}`;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}
