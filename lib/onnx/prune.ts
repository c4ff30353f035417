/** Someone else's ONNX file reduced to what its outputs need, in the form that compilers and quantisers read. */
import { type Field, fields, joined, text, writeBytes, writeField } from "./wire.ts";
import { namesInNode } from "./rename_file.ts";

interface NodeFacts {
  name: string;
  op: string;
  /** Names of all tensors in it, those in subgraphs included. */
  names: Set<string>;
  outputs: string[];
}

/**
 * The file without what does not lead to `outputs`, and without shapes of inner tensors, which may hold open sizes.
 * Constants become initializers, and nodes without a name get one.
 *
 * @param outputs Those of the file's outputs that are kept.
 * @throws {RangeError} for bytes that are no ONNX file.
 */
export function pruneFile(bytes: Uint8Array, outputs: ReadonlySet<string>): Uint8Array<ArrayBuffer> {
  return joined(
    [...fields(bytes)].flatMap((field) =>
      field.number === 7 ? writeBytes(7, pruneGraph(field.bytes, outputs)) : writeField(field, field.bytes)
    ),
  );
}

function pruneGraph(bytes: Uint8Array, outputs: ReadonlySet<string>): Uint8Array {
  const all = [...fields(bytes)];
  const nodes = all.filter((field) => field.number === 1).map((field) => ({ field, ...factsOf(field) }));
  const needed = new Set(outputs);
  const kept = new Set<Field>();
  for (const { field, names, outputs } of nodes.toReversed()) {
    if (!outputs.some((name) => needed.has(name))) continue;
    kept.add(field);
    for (const name of names) needed.add(name);
  }
  const taken = new Set(nodes.map((node) => node.name));
  const initializers: Uint8Array[] = [];
  const pieces: Uint8Array[] = [];
  const byField = new Map(nodes.map((node) => [node.field, node]));
  for (const field of all) {
    const { number } = field;
    if (number === 13 || number === 14) continue;
    if (number === 5 && !needed.has(nameOf(field, 8))) continue;
    if (number === 12 && !outputs.has(nameOf(field, 1))) continue;
    if (number !== 1) {
      pieces.push(...writeField(field, field.bytes));
      continue;
    }
    if (!kept.has(field)) continue;
    const node = byField.get(field)!;
    const constant = node.op === "Constant" ? constantOf(field) : undefined;
    if (constant !== undefined) initializers.push(...writeBytes(5, withName(constant, 8, node.outputs[0])));
    else if (node.name !== "") pieces.push(...writeField(field, field.bytes));
    else {
      let name = node.op;
      for (let i = 1; taken.has(name); i++) name = `${node.op}_${i}`;
      taken.add(name);
      pieces.push(...writeBytes(1, withName(field.bytes, 3, name)));
    }
  }
  return joined([...pieces, ...initializers]);
}

function factsOf({ bytes }: Field): NodeFacts {
  const all = [...fields(bytes)];
  const texts = (number: number) => all.filter((field) => field.number === number).map(text);
  return { name: texts(3)[0] ?? "", op: texts(4)[0] ?? "", names: namesInNode(bytes), outputs: texts(2) };
}

function nameOf(field: Field, number: number): string {
  const found = [...fields(field.bytes)].find((part) => part.number === number);
  return found === undefined ? "" : text(found);
}

/** The tensor of a Constant node; undefined where it is written in another way. */
function constantOf({ bytes }: Field): Uint8Array | undefined {
  const attributes = [...fields(bytes)].filter((field) => field.number === 5);
  const value = attributes.find((attribute) => nameOf(attribute, 1) === "value");
  return value === undefined ? undefined : [...fields(value.bytes)].find((part) => part.number === 5)?.bytes;
}

function withName(message: Uint8Array, number: number, name: string): Uint8Array {
  const others = [...fields(message)].filter((field) => field.number !== number);
  return joined([
    ...others.flatMap((field) => writeField(field, field.bytes)),
    ...writeBytes(number, new TextEncoder().encode(name)),
  ]);
}
