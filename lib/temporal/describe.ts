/** Everything a reader expects of labelled windows: bouts, names, transitions, usage. */
import type { Behaviours } from "../artifacts/behaviours.ts";
import type { Windows } from "../artifacts/windows.ts";
import { dictionaryOf } from "./dictionary.ts";
import { segmentsOf } from "./segments.ts";
import type { Stretch } from "./stretches.ts";
import { boutsOf } from "./timeline.ts";
import { stepCounts, transitions } from "./transitions.ts";
import { usageOf } from "./usage.ts";

/**
 * Describes labels `0 … k − 1` (−1 unassigned) of windows.
 *
 * @param naming True labels of windows from which behaviours get their names.
 */
export function describeBehaviours(
  windows: Windows,
  labels: Int32Array,
  k: number,
  stretches: Stretch[],
  naming: Int32Array = windows.labels,
): Required<Pick<Behaviours, "bouts" | "dictionary" | "names" | "transitions" | "usage">> & {
  steps: number[][];
} {
  const { labelNames } = windows.recordings;
  const found = new Map(dictionaryOf(labels, naming, labelNames.length).map((e) => [e.key, e]));
  const majority = Array.from({ length: k }, (_, id) => found.get(id)?.label ?? -1);
  const names = majority.map((label, id) => {
    if (label < 0) return `motif ${id}`;
    const shared = majority.filter((other) => other === label).length > 1;
    return shared ? `${labelNames[label]} (motif ${id})` : labelNames[label];
  });
  const bouts = boutsOf(windows, labels, stretches);
  return {
    bouts,
    names,
    dictionary: names.map((name, id) => ({
      id,
      name,
      label: majority[id] < 0 ? null : labelNames[majority[id]],
      purity: found.get(id)?.purity ?? null,
      windows: found.get(id)?.windows ?? 0,
    })),
    transitions: transitions(labels, k, stretches),
    steps: stepCounts(labels, k, stretches),
    usage: usageOf(bouts, k),
  };
}

/** Share of the runs inside stretches that are shorter than `minimum` predictions: how jittery labels are. */
export function shareOfShortRuns(labels: Int32Array, stretches: Stretch[], minimum: number): number | null {
  let runs = 0, short = 0;
  for (const { from, to } of stretches) {
    for (const run of segmentsOf(labels, from, to)) {
      runs++;
      if (run.to - run.from < minimum) short++;
    }
  }
  return runs === 0 ? null : short / runs;
}
