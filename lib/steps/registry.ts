/** Finds step definitions by the word after `uses:`; a step's file is its word with `-` written `_`. */
import type { StepDefinition, StepRegistry } from "../workflow/step.ts";

type Load = () => Promise<{ default: StepDefinition<any, any, any> }>;

/** A map, not an object: a workflow may well say `uses: constructor`. */
const loaders: ReadonlyMap<string, Load> = new Map(Object.entries<Load>({
  "benchmark-on-device": () => import("./benchmark_on_device.ts"),
  cluster: () => import("./cluster.ts"),
  compare: () => import("./compare.ts"),
  "compare-motifs": () => import("./compare_motifs.ts"),
  "compile-hailo": () => import("./compile_hailo.ts"),
  encode: () => import("./encode.ts"),
  "enforce-support": () => import("./enforce_support.ts"),
  export: () => import("./export.ts"),
  "few-labels": () => import("./few_labels.ts"),
  import: () => import("./import.ts"),
  label: () => import("./label.ts"),
  load: () => import("./load.ts"),
  monitor: () => import("./monitor.ts"),
  package: () => import("./package.ts"),
  "probe-noise": () => import("./probe_noise.ts"),
  quantize: () => import("./quantize.ts"),
  report: () => import("./report.ts"),
  "select-levels": () => import("./select_levels.ts"),
  smooth: () => import("./smooth.ts"),
  split: () => import("./split.ts"),
  summarize: () => import("./summarize.ts"),
  "temporal-head": () => import("./temporal_head.ts"),
  train: () => import("./train.ts"),
  validate: () => import("./validate.ts"),
  window: () => import("./window.ts"),
}));

/**
 * The built-in steps.
 *
 * ```ts
 * import { registry } from "./registry.ts";
 * import assert from "node:assert/strict";
 * assert.ok(registry.names.includes("train"));
 * assert.deepEqual(Object.keys((await registry.load("window")).outputs), ["windows"]);
 * ```
 */
export const registry: StepRegistry = {
  names: [...loaders.keys()],
  moduleOf(uses) {
    return loaders.has(uses) ? new URL(`./${uses.replaceAll("-", "_")}.ts`, import.meta.url).href : undefined;
  },
  async load(uses) {
    const load = loaders.get(uses);
    if (load === undefined) throw new RangeError(`Cannot load step: there is no step type "${uses}"`);
    return (await load()).default;
  },
};
