/** Columns of numbers of an HDF5 dataset of records, as PyTables writes its tables. */
import type { Dataset, Metadata } from "h5wasm";
import type { Hdf5Module } from "./hdf5_library.ts";

/** Bytes that are read at a time. */
const piece = 1 << 25;

/** A member of a record: where it lies, and how its numbers are written. */
interface Field {
  at: number;
  width: number;
  bytes: number;
  read: (view: DataView, at: number) => number;
}

/** The fields of a record of numbers; others are left out. */
function fieldsOf(metadata: Metadata): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const { name, offset, ...member } of metadata.compound_type?.members ?? []) {
    const own = member.array_type ?? member;
    const width = member.array_type === undefined ? 1 : (own.shape ?? []).reduce((a, b) => a * b, 1);
    const read = numberAt(own);
    if (read !== undefined) fields.set(name, { at: offset, width, bytes: own.size, read });
  }
  return fields;
}

/** How one number of a type is read. */
function numberAt({ type, size, signed, littleEndian: le }: Metadata): Field["read"] | undefined {
  if (type === 1) {
    return size === 8
      ? (view, at) => view.getFloat64(at, le)
      : size === 4
      ? (view, at) => view.getFloat32(at, le)
      : undefined;
  }
  if (type !== 0) return undefined;
  if (size === 8) return (view, at) => Number(signed ? view.getBigInt64(at, le) : view.getBigUint64(at, le));
  if (size === 4) return (view, at) => signed ? view.getInt32(at, le) : view.getUint32(at, le);
  if (size === 2) return (view, at) => signed ? view.getInt16(at, le) : view.getUint16(at, le);
  return (view, at) => signed ? view.getInt8(at) : view.getUint8(at);
}

/**
 * Numbers of the members `names` of all records of a one-dimensional dataset, each float64 `[records, width]`. The bytes are
 * taken as they are: the library would make a list of every record.
 *
 * @throws {RangeError} for a member that is not there or of no numbers.
 */
export function recordColumns(
  set: Dataset,
  names: readonly string[],
  module: Hdf5Module,
): Map<string, Float64Array> {
  const { metadata } = set;
  const [rows] = metadata.shape ?? [0];
  const fields = fieldsOf(metadata);
  const columns = names.map((name) => {
    const field = fields.get(name);
    if (field === undefined) throw new RangeError(`${set.path} has no numbers called ${name}`);
    return { name, field, values: new Float64Array(rows * field.width) };
  });
  const most = Math.max(1, Math.floor(piece / metadata.size));
  for (let from = 0; from < rows; from += most) {
    const count = Math.min(most, rows - from);
    const bytes = count * metadata.size;
    const pointer = module._malloc(bytes);
    try {
      const [many, first] = [[BigInt(count)], [BigInt(from)]];
      module.get_dataset_data(set.file_id, set.path, many, first, [1n], BigInt(pointer));
      const view = new DataView(module.HEAPU8.buffer, pointer, bytes);
      for (const { field: { at, width, bytes, read }, values } of columns) {
        for (let row = 0; row < count; row++) {
          for (let c = 0; c < width; c++) {
            values[(from + row) * width + c] = read(view, row * metadata.size + at + c * bytes);
          }
        }
      }
    } finally {
      module._free(pointer);
    }
  }
  return new Map(columns.map(({ name, values }) => [name, values]));
}
