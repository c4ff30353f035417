/** Renames tensors of an ONNX file in its bytes, so that nothing else of someone else's file is touched. */
import { fields, joined, text, writeField } from "./wire.ts";

/** What to do with fields of a message, by number: a tensor's name, or a message with such fields. */
interface Rule {
  [field: number]: "name" | Rule;
}

// Field numbers from onnx/onnx.proto3.
const valueInfo: Rule = { 1: "name" };
const attribute: Rule = {};
// Nodes are renamed like tensors: runtimes refuse two of one name, and many are called after what they make.
const node: Rule = { 1: "name", 2: "name", 3: "name", 5: attribute };
const tensorsOfNode: Rule = { 1: "name", 2: "name", 5: attribute };
const graph: Rule = {
  1: node,
  5: { 8: "name" },
  11: valueInfo,
  12: valueInfo,
  13: valueInfo,
  14: { 1: "name" },
  15: { 1: { 8: "name" } },
};
// Bodies of If and Loop see the names outside.
attribute[6] = graph;
attribute[11] = graph;
const model: Rule = { 7: graph };

function rewrite(bytes: Uint8Array, rule: Rule, rename: (name: string) => string): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  for (const field of fields(bytes)) {
    const what = field.wire === 2 ? rule[field.number] : undefined;
    let content = field.bytes;
    if (what === "name") content = new TextEncoder().encode(rename(text(field)));
    else if (what !== undefined) content = rewrite(content, what, rename);
    pieces.push(...writeField(field, content));
  }
  return joined(pieces);
}

/** Names of all tensors and nodes of an ONNX file, those of subgraphs included. Throws RangeError for bytes that are no message. */
export function namesInFile(bytes: Uint8Array): Set<string> {
  return namesIn(bytes, model);
}

/** Names of all tensors of a node's message, those of its subgraphs included. */
export function namesInNode(bytes: Uint8Array): Set<string> {
  return namesIn(bytes, tensorsOfNode);
}

function namesIn(bytes: Uint8Array, rule: Rule): Set<string> {
  const names = new Set<string>();
  rewrite(bytes, rule, (name) => {
    names.add(name);
    return name;
  });
  return names;
}

/**
 * The file with tensors and nodes renamed by the map `names` (old to new), subgraphs included. No new name may be one that
 * another tensor or node keeps.
 *
 * @throws {RangeError} for bytes that are no ONNX file.
 */
export function renameFileTensors(
  bytes: Uint8Array,
  names: ReadonlyMap<string, string>,
): Uint8Array<ArrayBuffer> {
  return rewrite(bytes, model, (name) => names.get(name) ?? name);
}
