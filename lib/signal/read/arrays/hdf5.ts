/** Arrays of HDF5 files, and of MATLAB's `.mat` of version 7.3, which are HDF5 behind a header. */
import type { Dataset, Group } from "h5wasm";
import { type NpyArray, type NpyData, rowMajor } from "../../../artifacts/npy.ts";
import { own } from "../../../own.ts";
import { claimsTooMuch, type Entity, isDataset, isGroup, typeOf, withinHdf5 } from "./hdf5_library.ts";
import type { StoredArray } from "./stored_array.ts";

/** Most datasets that are looked at. */
const most = 10_000;
/** Bytes that are read at a time. */
const piece = 1 << 25;
/** What a file holds by path without the first slash: arrays, facts that are one number, and why others are none. */
export interface Hdf5Arrays {
  arrays: Map<string, StoredArray>;
  /** Attributes of groups and arrays, as `path@name`. */
  facts: Map<string, number>;
  others: Map<string, string>;
}

/**
 * What is in a file; numbers are read when they are asked for. Arrays of MATLAB are turned to its order of dimensions, and
 * its structures are named `a.b`, as in files of earlier versions.
 *
 * @throws {RangeError} for a file that the library cannot read.
 */
export async function openHdf5(bytes: Uint8Array, matlab: boolean): Promise<Hdf5Arrays> {
  const found: Hdf5Arrays = { arrays: new Map(), facts: new Map(), others: new Map() };
  await withinHdf5(bytes, (root) => lookAt(root, "", new Set(), { bytes, matlab, found }));
  return found;
}

interface Looking {
  bytes: Uint8Array;
  matlab: boolean;
  found: Hdf5Arrays;
}

/** @param above Places of the groups on the way, which a link may lead back to. */
function lookAt(group: Group, prefix: string, above: ReadonlySet<string>, looking: Looking): void {
  const { found, matlab } = looking;
  const place = [...group.create_reference().ref_data].join();
  if (above.has(place)) return;
  noteFacts(group, prefix, found);
  for (const key of group.keys()) {
    // MATLAB keeps what cell arrays refer to beside its variables.
    if (matlab && key.startsWith("#")) continue;
    if (found.arrays.size + found.others.size >= most) return;
    const name = prefix === "" ? key : `${prefix}${matlab ? "." : "/"}${key}`;
    let entity: Entity | null;
    try {
      entity = group.get(key);
    } catch {
      found.others.set(name, "broken");
      continue;
    }
    if (isGroup(entity)) lookAt(entity, name, new Set([...above, place]), looking);
    else if (isDataset(entity)) add(entity, name, looking);
    else found.others.set(name, typeOf(entity) === "ExternalLink" ? "in another file" : "a link to nothing");
  }
}

/** Attributes that are one number; one that cannot be read is no data, and passed over. */
function noteFacts(entity: Group | Dataset, name: string, { facts }: Hdf5Arrays): void {
  for (const [key, attribute] of Object.entries(entity.attrs)) {
    const { shape, metadata: { type } } = attribute;
    if (type > 1 || shape === null || shape.reduce((a, b) => a * b, 1) !== 1) continue;
    try {
      const { value } = attribute;
      facts.set(`${name}@${key}`, Number(ArrayBuffer.isView(value) ? (value as Float64Array)[0] : value));
    } catch {
      continue;
    }
  }
}

function add(set: Dataset, name: string, { bytes, matlab, found }: Looking): void {
  const { arrays, others } = found;
  const { type, size, shape } = set.metadata;
  const text = (key: string) => {
    const value = own(set.attrs, key)?.value;
    return typeof value === "string" ? value : undefined;
  };
  const kind = matlab ? text("MATLAB_class") : undefined;
  const word = own(words, kind) ?? wordOf(type, size, shape);
  if (word !== undefined) {
    others.set(name, word);
    return;
  }
  noteFacts(set, name, found);
  const dimensions = shape!;
  const claimed = size * dimensions.reduce((a, b) => a * b, 1);
  if (claimsTooMuch(claimed, bytes)) {
    others.set(name, `of ${claimed} bytes, as it claims, which is too much`);
    return;
  }
  const path = set.path;
  const get = async <T>(read: (set: Dataset) => T) =>
    await withinHdf5(bytes, (root) => read(root.get(path) as Dataset));
  const isText = type === types.text;
  arrays.set(name, {
    shape: matlab ? matlabShape(dimensions) : dimensions,
    ...(isText ? { texts: () => get((set) => [set.value].flat().map(String)) } : {}),
    read: async (): Promise<NpyArray> => {
      if (isText) throw new RangeError(`${name} is text`);
      const data = await get((set) => numbersOf(set, dimensions, size));
      if (!matlab) return { data, shape: dimensions };
      return { data: rowMajor(data, dimensions.toReversed()), shape: matlabShape(dimensions) };
    },
  });
}

/** Classes of types in HDF5's own numbers. */
const types = { integer: 0, float: 1, text: 3, reference: 7, enumeration: 8 };
const words: Record<string, string> = {
  cell: "a cell array",
  char: "text",
  struct: "a structure of several",
  function_handle: "a function",
};

/** Why a dataset is no array of numbers or texts; undefined for one that is. */
function wordOf(type: number, size: number, shape: readonly number[] | null): string | undefined {
  if (shape === null) return "empty";
  if (type === types.float && size !== 4 && size !== 8) return `of numbers of ${8 * size} bits`;
  if ([types.integer, types.float, types.text, types.enumeration].includes(type)) return undefined;
  return type === 6
    ? "a list of records"
    : type === types.reference
    ? "a list of references"
    : "of another type";
}

/** MATLAB has no vectors: a row or column is one here. Dimensions stand in its own order. */
function matlabShape(dimensions: readonly number[]): number[] {
  const vector = dimensions.length === 2 && dimensions.includes(1);
  return vector ? [dimensions[0] * dimensions[1]] : dimensions.toReversed();
}

/** All numbers, a few of the longest dimension at a time, so that the library never holds them all. */
function numbersOf(set: Dataset, shape: readonly number[], bytes: number): NpyData {
  const size = shape.reduce((a, b) => a * b, 1);
  if (shape.length === 0) return vectorOf(set.value);
  if (size * bytes <= piece) return size === 0 ? new Float64Array(0) : vectorOf(set.value);
  const longest = shape.indexOf(Math.max(...shape));
  const outer = shape.slice(0, longest).reduce((a, b) => a * b, 1);
  const inner = shape.slice(longest + 1).reduce((a, b) => a * b, 1);
  const step = Math.max(1, Math.floor(piece / (bytes * outer * inner)));
  let all: NpyData | undefined;
  for (let from = 0; from < shape[longest]; from += step) {
    const to = Math.min(shape[longest], from + step);
    const part = vectorOf(set.slice(shape.map((_, d) => d === longest ? [from, to] : [])));
    all ??= new (part.constructor as { new (length: number): NpyData })(size);
    const run = (to - from) * inner;
    for (let o = 0; o < outer; o++) {
      all.set(part.subarray(o * run, (o + 1) * run) as never, (o * shape[longest] + from) * inner);
    }
  }
  return all!;
}

function vectorOf(value: unknown): NpyData {
  if (ArrayBuffer.isView(value)) return value as unknown as NpyData;
  return typeof value === "bigint" ? BigInt64Array.of(value) : Float64Array.of(Number(value));
}
