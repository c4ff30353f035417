/** Which cells of a row are the samples of its burst, and in which order. */
import { InputError } from "../../../errors.ts";
import { listed } from "../laws/notes.ts";
import type { Table } from "../table.ts";
import { type ColumnRef, findColumn } from "../table_layout.ts";

/** `sample`: x1 y1 z1 x2 …; `channel`: x1 … xN y1 … yN z1 … zN. */
export type BurstOrder = "sample" | "channel";

/** How bursts stand in a table that has one in each row. */
export interface Bursts {
  order?: BurstOrder;
  /** First and last column of the burst; found by their names when left out. */
  columns?: readonly [ColumnRef, ColumnRef];
  /** A column that holds the whole burst as a list. */
  cell?: ColumnRef;
  /** Names of the channels, in their order. */
  channels: readonly string[];
  /** Column of samples per second. */
  rate?: ColumnRef;
}

/** A name that ends in the number of a sample behind a channel, or a channel behind a number: x12, acc_x_12, 12_x. */
function sampleName(
  name: string,
  channels: readonly string[],
): { channel: number; sample: number } | undefined {
  const plain = name.toLowerCase();
  for (const [channel, word] of channels.entries()) {
    const at = word.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const match = new RegExp(`(?:^|[^a-z]|acc|a)${at}[_. -]?(\\d+)$`).exec(plain) ??
      new RegExp(`(\\d+)[_. -]?(?:acc_?|a)?${at}$`).exec(plain);
    if (match !== null) return { channel, sample: Number(match[1]) };
  }
  return undefined;
}

/** Columns that lie between two, or that are numbered alike, or all that nobody claims. */
function burstColumns(table: Table, bursts: Bursts, claimed: ReadonlySet<number>, file: string): number[] {
  if (bursts.columns !== undefined) {
    const [from, to] = bursts.columns.map((ref) => findColumn(ref, "column of bursts", table, file));
    if (to >= from) return Array.from({ length: to - from + 1 }, (_, k) => from + k);
    throw new InputError("Cannot use bursts: the last column stands before the first", {
      file,
      row: table.line,
    });
  }
  const free = Array.from({ length: table.columns }, (_, c) => c).filter((c) => !claimed.has(c));
  const { header } = table;
  if (header === null) return free;
  const named = free.filter((c) => sampleName(header[c], bursts.channels) !== undefined);
  if (named.length > 0) return named;
  const stem = (c: number) => /^(.*?)[_. -]?\d+$/.exec(header[c])?.[1];
  const numbered = [...Map.groupBy(free.filter((c) => stem(c) !== undefined), stem).values()];
  return numbered.length === 0 ? free : numbered.reduce((a, b) => b.length > a.length ? b : a);
}

/**
 * Column of every sample, `[samples][channels]`.
 *
 * @param claimed Columns that are something else.
 * @throws {InputError} where the order cannot be told, and for a number of columns that the channels do not divide.
 */
export function burstCells(
  table: Table,
  bursts: Bursts,
  claimed: ReadonlySet<number>,
  file: string,
): number[][] {
  const columns = burstColumns(table, bursts, claimed, file);
  const width = bursts.channels.length;
  const place = { file, row: table.line };
  if (columns.length === 0 || columns.length % width !== 0) {
    throw new InputError(
      `Cannot use bursts: ${columns.length} columns are no whole number of samples of ${width} channels`,
      { ...place, hint: "State them: bursts: { columns: [<first>, <last>], channels: [x, y, z] }." },
    );
  }
  const count = columns.length / width;
  const names = table.header === null
    ? []
    : columns.map((c) => sampleName(table.header![c], bursts.channels));
  if (names.length > 0 && names.every((name) => name !== undefined)) {
    const numbers = [...new Set(names.map(({ sample }) => sample))].sort((a, b) => a - b);
    const out = numbers.map(() => new Array<number>(width).fill(-1));
    names.forEach(({ channel, sample }, k) => out[numbers.indexOf(sample)][channel] = columns[k]);
    if (numbers.length === count && out.every((row) => !row.includes(-1))) {
      const order = out[0][1] === out[0][0] + 1 ? "sample" : "channel";
      if (bursts.order === undefined || width === 1 || bursts.order === order) return out;
      throw new InputError(
        `Cannot use bursts.order ${bursts.order}: by their names the columns ${
          listed(columns.map((c) => table.header![c]))
        } are in order ${order}`,
        { ...place, hint: "Leave order out: names tell it." },
      );
    }
  }
  if (bursts.order === undefined && width > 1) {
    throw new InputError("Cannot tell the order of the samples of a burst from the names of its columns", {
      ...place,
      hint: "State bursts.order: sample for x1 y1 z1 x2 …, channel for x1 x2 … y1 y2 … z1 z2 ….",
    });
  }
  return Array.from(
    { length: count },
    (_, t) =>
      Array.from(
        { length: width },
        (_, c) => columns[bursts.order === "channel" ? c * count + t : t * width + c],
      ),
  );
}
