/**
 * What each metric is: title, group, direction, attainable range, baseline. Nothing is guessed from a name: a metric that
 * is not listed and does not state its own {@linkcode StatedKind} has no direction and no range.
 */
import { own } from "../own.ts";
import { nearest } from "../text/suggest.ts";
import type { Metric, StatedKind } from "../artifacts/metrics.ts";
import { calibration } from "./kinds/calibration.ts";
import { classification } from "./kinds/classification.ts";
import { codes } from "./kinds/codes.ts";
import { device } from "./kinds/device.ts";
import { drift } from "./kinds/drift.ts";
import { fewLabels } from "./kinds/few_labels.ts";
import { type Group, groups, type MetricKind } from "./kinds/kind.ts";
import { labels } from "./kinds/labels.ts";
import { segments } from "./kinds/segments.ts";
import { training } from "./kinds/training.ts";

/** All metrics that the steps of this project write. */
export const catalogue: ReadonlyMap<string, MetricKind> = new Map(
  [
    ...classification,
    ...fewLabels,
    ...calibration,
    ...codes,
    ...labels,
    ...segments,
    ...training,
    ...drift,
    ...device,
  ]
    .map((kind) => [kind.name, kind]),
);

/** Headline metrics by rank. */
export const headlines: readonly MetricKind[] = [...catalogue.values()]
  .filter(({ rank }) => rank !== undefined).sort((a, b) => a.rank! - b.rank!);

/** Headlines with a baseline: what an overview shows and what a summary tests together. */
export const judgedTogether: readonly string[] = headlines
  .filter(({ baseline }) => baseline !== undefined).map(({ name }) => name);

/** What a comparison looks at unless told otherwise; the first decides. */
export const comparedByDefault: readonly string[] = ["accuracy", "macro_f1"];

/** `accuracy[fsq]` is the accuracy of the variant `fsq`, as `summarize` with `by` writes it. */
function withoutVariant(name: string): string {
  return name.replace(/\[.*\]$/s, "");
}

/** What may be meant by the name of a metric that is not listed; undefined for one that is, be it of a variant. */
export function unlisted(name: string): { nearest?: string } | undefined {
  if (catalogue.has(withoutVariant(name))) return undefined;
  const meant = nearest(name, catalogue.keys());
  return meant === undefined ? {} : { nearest: meant };
}

/**
 * What a metric is. What the metric itself states goes before the catalogue.
 *
 * A listed name with another unit is another metric: `accuracy` in percent has the catalogue's direction, not its range.
 *
 * ```ts
 * import { kindOf } from "./catalogue.ts";
 * import assert from "node:assert/strict";
 * assert.equal(kindOf("macro_f1").better, "higher");
 * assert.deepEqual(kindOf("ece[fsq]").range, [0, 1]);
 * assert.equal(kindOf("accuracy_drop").better, undefined);
 * assert.equal(kindOf("accuracy_drop", { kind: { better: "lower" } }).better, "lower");
 * ```
 */
export function kindOf(
  name: string,
  metric?: Pick<Metric, "unit" | "kind">,
): Partial<MetricKind> & { title: string; group: Group } {
  const listed = catalogue.get(withoutVariant(name));
  const { range, ...stated } = metric?.kind ?? {} as StatedKind;
  const known = listed !== undefined && metric !== undefined && metric.unit !== listed.unit
    ? { ...listed, range: undefined }
    : listed;
  const variant = listed === undefined ? "" : name.slice(listed.name.length);
  return {
    group: "Other",
    ...known,
    ...stated,
    ...(range === undefined ? {} : { range: [range[0] ?? -Infinity, range[1] ?? Infinity] }),
    title: stated.title ?? (listed === undefined ? name.replaceAll("_", " ") : `${listed.title}${variant}`),
  };
}

/** A metric's name for readers: `subject_accuracy_min` → `subject accuracy min`. */
export function titleOf(name: string, metric?: Pick<Metric, "unit" | "kind">): string {
  return kindOf(name, metric).title;
}

/** Divides metrics into groups in a fixed order, the rest last. */
export function groupMetrics(
  metrics: Record<string, Metric>,
): { title: Group; entries: [name: string, metric: Metric][] }[] {
  const found = Map.groupBy(Object.entries(metrics), ([name, metric]) => kindOf(name, metric).group);
  return groups.flatMap((title) => {
    const entries = found.get(title);
    return entries === undefined ? [] : [{ title, entries }];
  });
}

/** Names with the headlines first, by rank; the others as they come. */
export function headlinesFirst(names: Iterable<string>): string[] {
  const rank = (name: string) => catalogue.get(withoutVariant(name))?.rank ?? Infinity;
  return [...names].sort((a, b) => rank(a) === rank(b) ? 0 : rank(a) - rank(b));
}

/** The name with the metrics that stand beside it: its twin and its baseline. */
export function withReferences(name: string): string[] {
  const { twin, baseline } = kindOf(name);
  return [name, twin, baseline].filter((other) => other !== undefined);
}

/** Entry of a record of metrics by a name from outside; never one that objects inherit, like `constructor`. */
export function metricOf<T>(metrics: Record<string, T>, name: string | undefined): T | undefined {
  return own(metrics, name);
}
