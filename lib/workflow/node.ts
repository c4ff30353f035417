/** A YAML value that knows where it stands in its file. */
import type { Json } from "../artifacts/artifact.ts";
import type { Span } from "./diagnostic.ts";

export interface ScalarNode {
  kind: "scalar";
  value: null | boolean | number | string;
  span: Span;
  /** Whether an offset into a text value is also an offset into the file (plain, or quoted without escapes). */
  literal: boolean;
}

export interface ListNode {
  kind: "list";
  items: YamlNode[];
  span: Span;
}

export interface MapNode {
  kind: "map";
  /** In the order of the file. */
  entries: Map<string, { key: Span; value: YamlNode }>;
  span: Span;
}

export type YamlNode = ScalarNode | ListNode | MapNode;

/** The plain value; keys such as `__proto__` stay ordinary keys. */
export function toJson(node: YamlNode): Json {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toJson);
  const value: { [key: string]: Json } = {};
  for (const [key, entry] of node.entries) define(value, key, toJson(entry.value));
  return value;
}

/** Sets an own property whatever its name. */
export function define(target: { [key: string]: Json }, key: string, value: Json): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  } else target[key] = value;
}

/** The value at a key of a map, if both exist. */
export function get(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return node?.kind === "map" ? node.entries.get(key)?.value : undefined;
}

/** The span of a key, or of the map itself where the key is missing. */
export function keySpan(node: YamlNode, key: string): Span {
  return (node.kind === "map" ? node.entries.get(key)?.key : undefined) ?? node.span;
}

/** The text of a scalar, where it is one. */
export function text(node: YamlNode | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

/** The deepest node on a path, and how many parts of the path exist. */
export function walk(
  node: YamlNode,
  path: readonly PropertyKey[],
): { node: YamlNode; depth: number; key?: Span } {
  let key: Span | undefined;
  for (let depth = 0; depth < path.length; depth++) {
    const part = path[depth];
    let next: YamlNode | undefined;
    if (node.kind === "map") {
      const entry = node.entries.get(String(part));
      next = entry?.value;
      if (entry !== undefined) key = entry.key;
    } else if (node.kind === "list") next = node.items[Number(part)];
    if (next === undefined) return { node, depth, ...(key && { key }) };
    node = next;
  }
  return { node, depth: path.length, ...(key && { key }) };
}
