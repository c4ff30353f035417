/** Tables of pandas in HDF5, in both of its forms: `format="table"`, which PyTables writes as records, and `"fixed"`. */
import type { Dataset, Group } from "h5wasm";
import { own } from "../../../own.ts";
import { claimsTooMuch, type Hdf5Module, isDataset, isGroup, withinHdf5 } from "./hdf5_library.ts";
import { recordColumns } from "./hdf5_records.ts";
import { type Fact, unpickle } from "./pickled_facts.ts";

/** A table of numbers whose columns have several names each. */
export interface PandasFrame {
  /** Its name in the file. */
  key: string;
  /** Names of the levels of the columns' names, null where one has none. */
  levels: (string | null)[];
  /** Names of every column, one a level. */
  columns: string[][];
  /** Numbers of the rows, where rows are numbered. */
  index: Float64Array | undefined;
  rows: number;
  /** float64 `[rows, columns]`. */
  values: Float64Array;
}

/**
 * The table of a file of pandas; of several the one that is called `preferred`.
 *
 * @returns undefined for a file of something else.
 * @throws {RangeError} for one that is broken, or holds several tables.
 */
export async function pandasFrame(bytes: Uint8Array, preferred: string): Promise<PandasFrame | undefined> {
  return await withinHdf5(bytes, (root, module) => {
    const groups = root.keys().flatMap((key) => {
      const entity = root.get(key);
      const kind = isGroup(entity) ? textOf(entity, "pandas_type") : undefined;
      return isGroup(entity) && kind !== undefined ? [{ key, group: entity, kind }] : [];
    });
    if (groups.length === 0) return undefined;
    const chosen = groups.find(({ key }) => key === preferred) ?? groups[0];
    if (groups.length > 1 && chosen.key !== preferred) {
      throw new RangeError(`it holds several tables: ${groups.map(({ key }) => key).join(", ")}`);
    }
    const { key, group, kind } = chosen;
    if (kind === "frame_table") return { key, ...tableFrame(group, bytes, module) };
    if (kind === "frame") return { key, ...fixedFrame(group, bytes) };
    throw new RangeError(`${key} is a ${kind} of pandas, no table`);
  });
}

type Content = Omit<PandasFrame, "key">;

function textOf(entity: Group | Dataset, name: string): string | undefined {
  const value = own(entity.attrs, name)?.value;
  return typeof value === "string" ? value : undefined;
}

function setOf(group: Group, name: string, bytes: Uint8Array): Dataset {
  const set = group.get(name);
  if (!isDataset(set)) throw new RangeError(`${group.path}/${name} is not there`);
  const { size, shape } = set.metadata;
  if (claimsTooMuch(size * (shape ?? [0]).reduce((a, b) => a * b, 1), bytes)) {
    throw new RangeError(`${group.path}/${name} claims more bytes than the file has`);
  }
  return set;
}

function factOf(entity: Group | Dataset, name: string): Fact {
  const text = textOf(entity, name);
  if (text === undefined) throw new RangeError(`${entity.path} has no attribute ${name}`);
  try {
    return unpickle(text);
  } catch (cause) {
    throw new RangeError(`attribute ${name} of ${entity.path} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

const listOf = (fact: Fact | undefined): Fact[] => Array.isArray(fact) ? fact : [];
const namesOf = (fact: Fact): string[] => (Array.isArray(fact) ? fact : [fact]).map(String);

function tableFrame(group: Group, bytes: Uint8Array, module: Hdf5Module): Content {
  const set = setOf(group, "table", bytes);
  const [axis] = listOf(factOf(group, "non_index_axes"));
  const columns = listOf(listOf(axis)[1]).map(namesOf);
  const info = factOf(group, "info");
  const about = info instanceof Map ? info.get("1") : undefined;
  const levels = about instanceof Map ? listOf(about.get("names")) : [];
  const blocks = namesOf(factOf(group, "values_cols"));
  const numbered = textOf(set, "index_kind") === "integer";
  const read = recordColumns(set, numbered ? ["index", ...blocks] : blocks, module);
  const rows = set.metadata.shape?.[0] ?? 0;
  const parts = blocks.map((block) => ({
    names: listOf(factOf(set, `${block}_kind`)).map(namesOf),
    values: read.get(block)!,
  }));
  return {
    levels:
      columns[0]?.map((_, i) => levels[i] === undefined || levels[i] === null ? null : String(levels[i])) ??
        [],
    columns,
    index: read.get("index"),
    rows,
    values: joined(columns, rows, parts),
  };
}

function fixedFrame(group: Group, bytes: Uint8Array): Content {
  const axis = itemsOf(group, "axis0", bytes);
  const count = Number(own(group.attrs, "nblocks")?.value ?? 0);
  const numbered = textOf(group, "axis1_variety") === "regular" &&
    textOf(setOf(group, "axis1", bytes), "kind") === "integer";
  const index = numbered ? numbersOf(setOf(group, "axis1", bytes)) : undefined;
  const parts = Array.from({ length: count }, (_, i) => {
    const { names } = itemsOf(group, `block${i}_items`, bytes);
    const set = setOf(group, `block${i}_values`, bytes);
    const shape = set.metadata.shape ?? [0, 0];
    const values = numbersOf(set);
    if (values.length === 0 || own(set.attrs, "transposed") !== undefined) return { names, values };
    const turned = new Float64Array(values.length);
    for (let c = 0; c < shape[0]; c++) {
      for (let row = 0; row < shape[1]; row++) turned[row * shape[0] + c] = values[c * shape[1] + row];
    }
    return { names, values: turned };
  });
  const rows = index?.length ?? (parts.length === 0 ? 0 : parts[0].values.length / parts[0].names.length);
  return { levels: axis.levels, columns: axis.names, index, rows, values: joined(axis.names, rows, parts) };
}

/** The names along an axis: of several levels, or of one. */
function itemsOf(
  group: Group,
  name: string,
  bytes: Uint8Array,
): { names: string[][]; levels: (string | null)[] } {
  const textsOf = (set: Dataset) => [set.value].flat().map((text) => String(text).replace(/\0+$/, ""));
  if (textOf(group, `${name}_variety`) !== "multi") {
    const set = setOf(group, name, bytes);
    return { names: textsOf(set).map((text) => [text]), levels: [levelName(set)] };
  }
  const depth = Number(own(group.attrs, `${name}_nlevels`)?.value ?? 0);
  const parts = Array.from({ length: depth }, (_, i) => {
    const set = setOf(group, `${name}_level${i}`, bytes);
    return {
      level: levelName(set),
      texts: textsOf(set),
      at: numbersOf(setOf(group, `${name}_label${i}`, bytes)),
    };
  });
  return {
    levels: parts.map(({ level }) => level),
    names: Array.from(parts[0]?.at ?? [], (_, c) => parts.map(({ texts, at }) => texts[at[c]] ?? "")),
  };
}

/** A level without a name has a pickled None. */
function levelName(set: Dataset): string | null {
  const name = textOf(set, "name");
  return name === undefined || name === "N." ? null : name;
}

function numbersOf(set: Dataset): Float64Array {
  // In place of an array without elements pandas writes one element and the type that it would have.
  if (own(set.attrs, "value_type") !== undefined) return new Float64Array(0);
  const { value } = set;
  if (value === null || !ArrayBuffer.isView(value)) {
    if ((set.metadata.total_size ?? 0) === 0) return new Float64Array(0);
    throw new RangeError(`${set.path} holds no numbers`);
  }
  return Float64Array.from(value as unknown as ArrayLike<number>, Number);
}

/** Columns in the order of the axis, out of blocks with columns of one kind each. */
function joined(
  columns: readonly string[][],
  rows: number,
  parts: readonly { names: string[][]; values: Float64Array }[],
): Float64Array {
  const places = new Map(
    parts.flatMap(({ names, values }) =>
      names.map((name, at) => [JSON.stringify(name), { values, at, width: names.length }] as const)
    ),
  );
  const out = new Float64Array(rows * columns.length);
  columns.forEach((name, c) => {
    const place = places.get(JSON.stringify(name));
    if (place === undefined || place.values.length !== rows * place.width) {
      throw new RangeError(`column ${name.join(" ")} has not its ${rows} numbers`);
    }
    for (let row = 0; row < rows; row++) {
      out[row * columns.length + c] = place.values[row * place.width + place.at];
    }
  });
  return out;
}
