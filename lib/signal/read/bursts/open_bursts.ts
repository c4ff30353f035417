/** A table with one burst in each row, seen as a table with one sample in each row. */
import { InputError } from "../../../errors.ts";
import { BadBurst, burstOfCell } from "./burst_list.ts";
import { burstCells, type Bursts } from "./burst_columns.ts";
import { secondsPerUnit } from "../laws/time_unit.ts";
import { type ColumnPlan, type Columns, EmptyTable, type Table } from "../table.ts";
import { type ColumnRef, findColumn, type LayoutOptions } from "../table_layout.ts";

/** What is asked of the other columns. */
type Asked = LayoutOptions & { rate?: number };

/** Columns that the options name, which are no part of a burst. */
function claimedColumns(
  table: Table,
  options: Asked,
  more: readonly (ColumnRef | undefined)[],
  file: string,
) {
  const time = typeof options.time === "object" ? options.time : { column: options.time };
  const label = options.label;
  const flags = typeof label === "object" && label.from === "flags" ? label.columns : [];
  const column = (source: LayoutOptions["subject"] | LayoutOptions["label"]) =>
    typeof source !== "object" ? source : source.from === "column" ? source.column : undefined;
  const refs = [
    column(label),
    column(options.subject),
    options.session,
    time.column,
    ...(time.columns ?? []),
    ...flags,
    ...more,
  ];
  return new Set(
    refs.filter((ref) => ref !== undefined).map((ref) => findColumn(ref, "column", table, file)),
  );
}

/**
 * The table of samples behind a table of bursts. Its columns are those of the file, repeated over each burst, then the
 * channels, then a clock. Every burst is a recording; a time column holds when bursts begin.
 *
 * @throws {InputError} where samples, order or rate cannot be told.
 */
export function openBursts(table: Table, bursts: Bursts, options: Asked, file: string): Table {
  const { channels } = bursts;
  const n = table.columns;
  const place = { file, row: table.line };
  const cell = bursts.cell === undefined
    ? undefined
    : findColumn(bursts.cell, "column of bursts", table, file);
  const rate = bursts.rate === undefined ? undefined : findColumn(bursts.rate, "rate of bursts", table, file);
  if (rate === undefined && options.rate === undefined) {
    throw new InputError(
      "Cannot tell the sampling rate of bursts: there is neither rate nor a column of it",
      {
        ...place,
        hint: "Set rate: 20 (samples per second), or bursts: { rate: <column> }.",
      },
    );
  }
  const cells = cell !== undefined
    ? []
    : burstCells(table, bursts, claimedColumns(table, options, [bursts.rate], file), file);
  const header = table.header ?? Array.from({ length: n }, (_, c) => `column_${c + 1}`);
  return {
    header: [...header, ...channels, "clock"],
    columns: n + channels.length + 1,
    line: table.line,
    sensors: channels.map((_, c) => n + c),
    clock: n + channels.length,
    bursts: true,
    read: async (plan) => {
      const own = plan.values.filter((c) => c < n);
      const extra = rate === undefined ? own : [...own, rate];
      const flat = cells.flat();
      const time = plan.time !== undefined && plan.time < n ? plan.time : undefined;
      const base = await table.read({
        ...plan,
        time,
        values: [...flat, ...extra],
        texts: cell === undefined ? plan.texts : [...plan.texts, cell],
        missing: "gap",
      });
      if (base.rows === 0) throw new EmptyTable("Cannot read table: it has no rows", { file });
      const listOf = cell === undefined ? undefined : lists(base, bursts, file);
      const wide = flat.length + extra.length;
      const rowOf = (row: number) =>
        listOf?.(row) ?? [...base.values.subarray(row * wide, row * wide + flat.length)];
      const all = Array.from({ length: base.rows }, (_, row) => withoutTail(rowOf(row), channels.length));
      const rates = Float64Array.from(
        all,
        (_, row) => rate === undefined ? options.rate! : base.values[(row + 1) * wide - 1],
      );
      const wrong = rates.findIndex((r) => !(r > 0));
      if (wrong >= 0) {
        throw new InputError(`Cannot use the rate of a burst: it is ${rates[wrong]}`, {
          file,
          row: base.lineOf(wrong),
        });
      }
      const milliseconds = time === undefined ? 0 : base.instants ? 1 : 1e3 * secondsPerUnit(
        typeof options.time === "object" ? options.time.unit ?? "auto" : "auto",
        { step: 0, first: base.time[0], name: header[time], rate: options.rate, place },
      );
      const place0 = (k: number) =>
        plan.values[k] < n ? flat.length + own.indexOf(plan.values[k]) : undefined;
      return expand(plan, base, all, channels.length, {
        value: (row, sample, k) => {
          const at = place0(k);
          return at === undefined
            ? all[row][sample * channels.length + plan.values[k] - n]
            : base.values[row * wide + at];
        },
        time: (row, sample) =>
          (time === undefined ? 0 : base.time[row] * milliseconds) + 1e3 * sample / rates[row],
        file,
        names: (k) => [...header, ...channels][plan.values[k]],
      });
    },
  };
}

/** Reads the list of each row, once for equal cells. */
function lists(base: Columns, { channels, order }: Bursts, file: string): (row: number) => number[] {
  const { codes, names } = base.texts.at(-1)!;
  const known = new Map<number, number[]>();
  return (row) => {
    const code = codes[row];
    let list = known.get(code);
    if (list === undefined) {
      try {
        list = burstOfCell(names[code], channels, order);
      } catch (cause) {
        if (!(cause instanceof BadBurst)) throw cause;
        throw new InputError(`Cannot read burst: ${cause.message}`, { file, row: base.lineOf(row), cause });
      }
      known.set(code, list);
    }
    return list;
  };
}

/** Samples of which nothing is there end a burst that is shorter than the table is wide. */
function withoutTail(flat: number[], width: number): number[] {
  let end = flat.length;
  while (end > 0 && flat.slice(end - width, end).every(Number.isNaN)) end -= width;
  return end === flat.length ? flat : flat.slice(0, end);
}

/** One row for each sample. */
function expand(
  plan: ColumnPlan,
  base: Columns,
  bursts: readonly (readonly number[])[],
  channels: number,
  { value, time, file, names }: {
    value(row: number, sample: number, k: number): number;
    time(row: number, sample: number): number;
    file: string;
    names(k: number): string;
  },
): Columns {
  const width = plan.values.length;
  const counts = bursts.map((burst) => burst.length / channels);
  const rows = counts.reduce((a, b) => a + b, 0);
  const values = new Float32Array(rows * width);
  const times = new Float64Array(plan.time === undefined ? 0 : rows);
  const from = new Int32Array(rows);
  const cuts: number[] = [];
  let i = 0;
  for (const [row, count] of counts.entries()) {
    if (count > 0) cuts.push(i);
    for (let t = 0; t < count; t++, i++) {
      from[i] = row;
      if (plan.time !== undefined) times[i] = time(row, t);
      for (let k = 0; k < width; k++) {
        const v = value(row, t, k);
        if (Number.isNaN(v) && plan.missing === "error") {
          throw new InputError(`Cannot read ${names(k)}: sample ${t + 1} of the burst is missing`, {
            file,
            row: base.lineOf(row),
            hint: "Remove the row, fill the value, or set missing: gap to keep windows away from it.",
          });
        }
        values[i * width + k] = v;
      }
    }
  }
  return {
    rows,
    values,
    time: times,
    instants: plan.time !== undefined,
    bad: base.bad,
    cuts,
    texts: plan.texts.map((_, k) => ({
      codes: from.map((row) => base.texts[k].codes[row]),
      names: base.texts[k].names,
    })),
    lineOf: (row) => base.lineOf(from[row]),
  };
}
