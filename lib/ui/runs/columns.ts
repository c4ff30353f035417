/** Columns of tables of runs: parameters and metrics, chosen by the reader or, without a choice, by what tells runs apart. */
import type { RunRecord } from "../../engine/mod.ts";
import { headlines, headlinesFirst, titleOf } from "../../metrics/catalogue.ts";
import { number } from "../../text/numbers.ts";
import { clip } from "../../text/clip.ts";
import type { Numbers } from "./numbers.ts";
import { plain } from "./query.ts";

/** A run with its headline metrics. */
export interface NumberedRun {
  run: RunRecord;
  numbers: Numbers;
}

const paramPrefix = "params.";
/** Columns of each kind where none were chosen. */
const BY_DEFAULT = 3;
/** Names that are offered. */
const OFFERED = 60;

/** All that could be a column, metrics by rank and parameters by name. */
export function possibleColumns(runs: readonly NumberedRun[]): { metrics: string[]; params: string[] } {
  const metrics = new Set(runs.flatMap(({ numbers }) => Object.keys(numbers)));
  const params = new Set(runs.flatMap(({ run }) => Object.keys(run.params)));
  return {
    metrics: headlinesFirst(metrics).slice(0, OFFERED),
    params: [...params].sort().slice(0, OFFERED).map((name) => `${paramPrefix}${name}`),
  };
}

/** The best-ranked metrics that some run has, and the parameters that differ between runs. */
export function defaultColumns(runs: readonly NumberedRun[]): string[] {
  const { params } = possibleColumns(runs);
  const differing = params.filter((name) => new Set(runs.map((run) => cellText(run, name))).size > 1);
  const ranked = headlines.map(({ name }) => name)
    .filter((name) => runs.some(({ numbers }) => Object.hasOwn(numbers, name)));
  return [...differing.slice(0, BY_DEFAULT), ...ranked.slice(0, BY_DEFAULT)];
}

/** What stands at the head of a column. */
export function columnTitle(name: string): string {
  return name.startsWith(paramPrefix) ? name.slice(paramPrefix.length) : titleOf(name);
}

/** Whether a column holds numbers of runs rather than what somebody wrote. */
export function isMetric(name: string): boolean {
  return !name.startsWith(paramPrefix);
}

/** What stands in a column; empty where the run has no such thing. */
export function cellText({ run, numbers }: NumberedRun, name: string): string {
  if (isMetric(name)) {
    const value = Object.hasOwn(numbers, name) ? numbers[name]!.value : null;
    return value === null ? "" : number(value);
  }
  const param = name.slice(paramPrefix.length);
  return Object.hasOwn(run.params, param) ? clip(plain(run.params[param]), 40) : "";
}
