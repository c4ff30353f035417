/** Puts nodes around or between those of someone else's ONNX file, whose own bytes stay as they are. */
import { encodeNode, encodeTensor, encodeValue, type Node, type Tensor, type ValueInfo } from "./encode.ts";
import { type Field, fields, joined, text, writeBytes, writeField, writeInt } from "./wire.ts";

/** What is added to a file. */
export interface Graft {
  /** Nodes before all others. */
  before?: readonly Node[];
  /** Nodes behind the one that makes these tensors. */
  behind?: (outputs: readonly string[]) => readonly Node[];
  /** Nodes after all others. */
  after?: readonly Node[];
  /** New inputs of the file's nodes, by their old ones; nodes that are added keep theirs. */
  feed?: ReadonlyMap<string, string>;
  /** Initializers that are added. */
  initializers?: readonly Tensor[];
  /** Initializers that are left out. */
  without?: ReadonlySet<string>;
  /** Inputs and outputs in place of the file's, which it keeps without. */
  inputs?: readonly ValueInfo[];
  outputs?: readonly (ValueInfo | { name: string })[];
  /** Those of the file's own outputs that it keeps; all without. */
  kept?: ReadonlySet<string>;
  /** Written into the file's metadata. */
  metadata?: Record<string, string>;
}

/**
 * The file with a graft. Its constants are constants thereafter, also where it listed them as inputs.
 *
 * @throws {RangeError} for bytes that are no ONNX file.
 */
export function graftFile(bytes: Uint8Array, graft: Graft): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  for (const field of fields(bytes)) {
    // From IR version 4 on, initializers need not be inputs.
    if (field.number === 1 && field.int < 4n) pieces.push(...writeInt(1, 4n));
    else if (field.number === 7) pieces.push(...writeBytes(7, graftGraph(field.bytes, graft)));
    else pieces.push(...writeField(field, field.bytes));
  }
  for (const [key, value] of Object.entries(graft.metadata ?? {}).sort()) {
    const encoder = new TextEncoder();
    const entry = joined([...writeBytes(1, encoder.encode(key)), ...writeBytes(2, encoder.encode(value))]);
    pieces.push(...writeBytes(14, entry));
  }
  return joined(pieces);
}

function graftGraph(bytes: Uint8Array, graft: Graft): Uint8Array {
  const { before = [], behind = () => [], after = [], feed = new Map(), without = new Set() } = graft;
  const outputs = new Set((graft.outputs ?? []).map((v) => v.name));
  const nodes = (some: readonly Node[]) => some.flatMap((node) => writeBytes(1, encodeNode(node)));
  const pieces = nodes(before);
  for (const field of fields(bytes)) {
    if (field.number === 1) {
      pieces.push(...writeBytes(1, feed.size === 0 ? field.bytes : fed(field.bytes, feed)));
      pieces.push(...nodes(behind(namesOf(field, 2))));
      continue;
    }
    const replaced = (field.number === 11 && graft.inputs !== undefined) ||
      (field.number === 12 &&
        (graft.outputs !== undefined || graft.kept?.has(namesOf(field, 1)[0]) === false)) ||
      // An output may not be described a second time.
      (field.number === 13 && outputs.has(namesOf(field, 1)[0])) ||
      (field.number === 5 && without.size > 0 && without.has(namesOf(field, 8)[0]));
    if (!replaced) pieces.push(...writeField(field, field.bytes));
  }
  pieces.push(...nodes(after));
  for (const tensor of graft.initializers ?? []) pieces.push(...writeBytes(5, encodeTensor(tensor)));
  for (const value of graft.inputs ?? []) pieces.push(...writeBytes(11, encodeValue(value)));
  for (const value of graft.outputs ?? []) {
    const named = () => joined(writeBytes(1, new TextEncoder().encode(value.name)));
    pieces.push(...writeBytes(12, "type" in value ? encodeValue(value) : named()));
  }
  return joined(pieces);
}

function namesOf(message: Field, number: number): string[] {
  return [...fields(message.bytes)].filter((field) => field.number === number).map(text);
}

/** A node with other inputs, those of the bodies of its subgraphs included. */
function fed(node: Uint8Array, feed: ReadonlyMap<string, string>): Uint8Array {
  const name = (field: Field) => new TextEncoder().encode(feed.get(text(field)) ?? text(field));
  const inside = (bytes: Uint8Array, change: (field: Field) => Uint8Array) =>
    joined([...fields(bytes)].flatMap((field) => writeField(field, change(field))));
  const graph = (bytes: Uint8Array) =>
    inside(bytes, (field) => field.number === 1 ? fed(field.bytes, feed) : field.bytes);
  return inside(node, (field) => {
    if (field.number === 1) return name(field);
    if (field.number !== 5) return field.bytes;
    return inside(
      field.bytes,
      (part) => part.number === 6 || part.number === 11 ? graph(part.bytes) : part.bytes,
    );
  });
}
