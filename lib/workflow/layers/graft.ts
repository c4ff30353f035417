/** A further text beside a workflow: its nodes know their place in their own file. */
import { Diagnostics, Source, type Span } from "../diagnostic.ts";
import { decode, parseYaml } from "../document.ts";
import type { MapNode, YamlNode } from "../node.ts";

/**
 * Parses bytes and adds them to the source of `diagnostics`.
 *
 * @param file How the user named it.
 * @param least What is in such a file at least.
 * @returns undefined where the text is broken or no map; `diagnostics` then says so.
 */
export function graft(
  bytes: Uint8Array,
  file: string,
  diagnostics: Diagnostics,
  least?: string,
): { tree: MapNode; text: string } | undefined {
  const decoded = decode(bytes, file);
  if ("diagnostics" in decoded) {
    decoded.diagnostics.list.forEach((d) => diagnostics.add(d));
    return undefined;
  }
  const text = decoded.text.replace(/^\ufeff/, "");
  const own = new Diagnostics(new Source(file, text));
  const { root } = parseYaml(own.source, own, least);
  if (root !== undefined && root.kind !== "map") {
    own.error(root.span, `${file} must be a map of names and values`, {
      hint: least ?? "write `name: value`, one a line",
    });
  }
  // Also what is broken has its place among the files.
  const base = diagnostics.source.append(file, text);
  own.list.forEach((d) => diagnostics.add(d));
  if (root?.kind !== "map" || own.failed) return undefined;
  return { tree: shifted(root, base) as MapNode, text };
}

function shifted(node: YamlNode, by: number): YamlNode {
  const move = ({ start, end }: Span): Span => ({ start: start + by, end: end + by });
  const span = move(node.span);
  if (node.kind === "scalar") return { ...node, span };
  if (node.kind === "list") return { ...node, span, items: node.items.map((item) => shifted(item, by)) };
  const entries: MapNode["entries"] = new Map();
  for (const [name, { key, value }] of node.entries) {
    entries.set(name, { key: move(key), value: shifted(value, by) });
  }
  return { ...node, span, entries };
}
