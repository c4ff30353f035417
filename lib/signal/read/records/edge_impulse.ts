/**
 * Edge Impulse's data acquisition format in JSON: `{ protected, signature, payload: { interval_ms, sensors, values } }`.
 * Source: "Data acquisition format", docs.edgeimpulse.com.
 */
import { InputError } from "../../../errors.ts";
import type { Cell } from "./text_rows.ts";

/** A table as records tell it. */
export interface RecordTable {
  rows: Iterable<readonly Cell[]>;
  /** The first row holds names, whatever it looks like. */
  named?: true;
  /** Samples per second, where the file says it. */
  rate?: number;
  /** Unit by column, where the file says it. */
  units?: string[];
}

interface Payload {
  interval_ms?: unknown;
  sensors?: unknown;
  values?: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The payload of such a file; undefined for any other. */
export function edgeImpulsePayload(value: unknown): Payload | undefined {
  if (!isObject(value) || !isObject(value.payload)) return undefined;
  return Object.hasOwn(value.payload, "interval_ms") && Object.hasOwn(value.payload, "values")
    ? value.payload
    : undefined;
}

/**
 * @throws {InputError} for pictures and other values that are no samples at a rate.
 */
export function edgeImpulseTable({ interval_ms, sensors, values }: Payload, file: string): RecordTable {
  const bad = (what: string, hint: string) =>
    new InputError(`Cannot read acquisition: ${what}`, { file, hint });
  if (typeof interval_ms !== "number" || !(interval_ms > 0)) {
    throw bad(
      `interval_ms is ${JSON.stringify(interval_ms)}`,
      "Only samples of a rate are recordings of sensors.",
    );
  }
  if (!Array.isArray(sensors) || !sensors.every((s) => isObject(s) && typeof s.name === "string")) {
    throw bad("sensors is no list of names and units", "Each has { name, units }.");
  }
  if (!Array.isArray(values) || values.length === 0) {
    throw bad("values is no list of samples", "It has one list of numbers for each sample.");
  }
  const rows = values.map((row: unknown) => Array.isArray(row) ? row : [row]);
  const other = rows.findIndex((row) =>
    row.length !== sensors.length || row.some((v) => typeof v !== "number" && v !== null)
  );
  if (other >= 0) {
    throw bad(
      `values ${other + 1} is ${JSON.stringify(values[other]).slice(0, 60)}, not ${sensors.length} numbers`,
      "It has a number for each of the sensors.",
    );
  }
  return {
    rows: [sensors.map((s) => s.name), ...rows],
    named: true,
    rate: 1000 / interval_ms,
    units: sensors.map(({ units }) => typeof units === "string" && units !== "N/A" ? units : ""),
  };
}
