/** Which metrics speak for a report. */
import { Metrics } from "../artifacts/metrics.ts";
import type { Loaded, Sources } from "./sources.ts";

/** Whether a value of a table is a number. */
export const isNumber = (value: unknown): value is number => typeof value === "number";

/** A table's cell as a number; NaN, which is drawn and printed as nothing, where it holds none: `Number(null)` is 0. */
export const numberIn = (value: unknown): number => isNumber(value) ? value : NaN;

/** Origin of the main score. */
export const originOf = ({ metrics }: Metrics) =>
  (metrics.accuracy ?? Object.values(metrics)[0])?.origin ?? "measured";

/** Whether an artifact lies outside any matrix. */
export const isWhole = ({ cell }: Loaded<Metrics>) => Object.keys(cell).length === 0;

/** The metrics that speak for the whole: outside any matrix where there are such. */
export async function mainMetrics(sources: Sources): Promise<Loaded<Metrics> | undefined> {
  return await firstWith(sources, ({ metrics }) => metrics.accuracy) ?? await firstWith(sources, (m) => m);
}

/** The first metrics for which `pick` finds something, those outside a matrix before others. */
export async function firstWith<T>(sources: Sources, pick: (metrics: Metrics) => T | undefined) {
  const all = await sources.all(Metrics);
  const ordered = [...all.filter(isWhole), ...all.filter((m) => !isWhole(m))];
  return ordered.find(({ value }) => pick(value) !== undefined);
}
