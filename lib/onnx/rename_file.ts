/** Renames tensors of an ONNX file in its bytes, so that nothing else of someone else's file is touched. */
import { type Field, fields } from "./wire.ts";

/** What to do with fields of a message, by number: a tensor's name, or a message with such fields. */
interface Rule {
  [field: number]: "name" | Rule;
}

// Field numbers from onnx/onnx.proto3.
const valueInfo: Rule = { 1: "name" };
const attribute: Rule = {};
const node: Rule = { 1: "name", 2: "name", 5: attribute };
const graph: Rule = { 1: node, 5: { 8: "name" }, 11: valueInfo, 12: valueInfo, 13: valueInfo };
// Bodies of If and Loop see the names outside.
attribute[6] = graph;
attribute[11] = graph;
const model: Rule = { 7: graph };

function varint(value: bigint, out: number[]): void {
  while (value > 127n) {
    out.push(Number(value & 127n) | 128);
    value >>= 7n;
  }
  out.push(Number(value));
}

function head(field: Field, length: number): Uint8Array {
  const out: number[] = [];
  varint(BigInt((field.number << 3) | field.wire), out);
  if (field.wire === 0) varint(field.int, out);
  if (field.wire === 2) varint(BigInt(length), out);
  return Uint8Array.from(out);
}

function rewrite(bytes: Uint8Array, rule: Rule, names: ReadonlyMap<string, string>): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  for (const field of fields(bytes)) {
    const what = field.wire === 2 ? rule[field.number] : undefined;
    let content = field.bytes;
    if (what === "name") {
      const old = new TextDecoder().decode(content);
      const name = names.get(old);
      if (name !== undefined) content = new TextEncoder().encode(name);
    } else if (what !== undefined) content = rewrite(content, what, names);
    pieces.push(head(field, content.length), content);
  }
  const out = new Uint8Array(pieces.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** `names` with the tensors that already have one of the new names given an old one, so that no two ever share one. */
function exchanged(names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const taken = new Set(names.values());
  const free = [...names.keys()].filter((name) => !taken.has(name));
  const inTheWay = [...taken].filter((name) => !names.has(name));
  return new Map([...names, ...inTheWay.map((name, i) => [name, free[i]!] as const)]);
}

/**
 * The file with tensors renamed by the map `names` (old to new). A tensor that already has one of the new names takes an
 * old one.
 *
 * @throws {RangeError} for bytes that are no ONNX file.
 */
export function renameFileTensors(
  bytes: Uint8Array,
  names: ReadonlyMap<string, string>,
): Uint8Array<ArrayBuffer> {
  return rewrite(bytes, model, exchanged(names));
}
