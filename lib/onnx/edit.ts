/** Changes constants of ONNX files. */
import type { NpyData } from "../artifacts/npy.ts";
import { decodeModel } from "./decode.ts";
import { encodeTensor, type Tensor } from "./encode.ts";
import { fields, joined, text, writeBytes, writeField } from "./wire.ts";

/**
 * Returns the file with the values of some initializers replaced; all other bytes are unchanged.
 *
 * Throws RangeError for a name that is no initializer or values of another number or type.
 */
export function replaceInitializers(
  bytes: Uint8Array,
  values: Record<string, NpyData>,
): Uint8Array<ArrayBuffer> {
  const known = new Map(decodeModel(bytes).graph.initializers.map((tensor) => [tensor.name, tensor]));
  const replaced = new Map<string, Tensor>();
  for (const [name, data] of Object.entries(values)) {
    const { data: old, type, shape } = known.get(name) ?? {};
    if (old === undefined || shape === undefined || typeof type !== "string") {
      throw new RangeError(`Cannot replace initializer: there is no ${name}`);
    }
    if (old.length !== data.length || old.constructor !== data.constructor) {
      throw new RangeError(
        `Cannot replace initializer: ${name} has ${old.length} values of ${old.constructor.name}`,
      );
    }
    replaced.set(name, { name, type, shape, data });
  }
  const graph = (message: Uint8Array) =>
    joined([...fields(message)].flatMap((field) => {
      const tensor = field.number === 5 ? replaced.get(nameOf(field.bytes)) : undefined;
      return tensor === undefined ? writeField(field, field.bytes) : writeBytes(5, encodeTensor(tensor));
    }));
  return joined(
    [...fields(bytes)].flatMap((field) =>
      field.number === 7 ? writeBytes(7, graph(field.bytes)) : writeField(field, field.bytes)
    ),
  );
}

function nameOf(tensor: Uint8Array): string {
  const name = [...fields(tensor)].find((field) => field.number === 8);
  return name === undefined ? "" : text(name);
}
