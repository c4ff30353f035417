/** Everything a reader expects of labelled windows: bouts, names, transitions, usage. */
import type { Behaviours } from "../artifacts/behaviours.ts";
import type { Windows } from "../artifacts/windows.ts";
import { type DictionaryEntry, dictionaryOf } from "./dictionary.ts";
import { segmentsOf } from "./segments.ts";
import type { Stretch } from "./stretches.ts";
import { boutsOf } from "./timeline.ts";
import { stepCounts, transitions } from "./transitions.ts";
import { usageOf } from "./usage.ts";

/**
 * Least share of a behaviour's labelled windows that must carry a label, for the behaviour to be called by it: twice as
 * many as all others together. Below it, it keeps its number, and the label stands in its dictionary with its purity.
 */
export const NAME_PURITY = 2 / 3;

/** Where behaviours get their names from. */
export interface NameSources {
  /** True labels by window; those of the recordings where left out. */
  truth?: Int32Array;
  /** What numbers count: motifs, or states of a hidden semi-Markov model, which are not motifs. */
  kind?: "motif" | "state";
  /** What each id is called that gets no name; its kind and number where left out. */
  numbers?: readonly string[];
  /** Names that are already known, by id. */
  known?: readonly string[];
  /** Motifs whose names were given: int32 `[N]` by window, and the names. */
  motifs?: { labels: Int32Array; names: readonly string[] };
}

/**
 * Describes labels `0 … k − 1` (−1 unassigned) of windows. Names are those known, else those of the motifs that make up
 * most of a behaviour, else the most frequent true label where that is pure enough
 * ({@linkcode NAME_PURITY}), else its number.
 */
export function describeBehaviours(
  windows: Windows,
  labels: Int32Array,
  k: number,
  stretches: Stretch[],
  {
    truth = windows.labels,
    kind = "motif",
    numbers = Array.from({ length: k }, (_, id) => `${kind} ${id}`),
    known,
    motifs,
  }: NameSources = {},
): Required<Pick<Behaviours, "bouts" | "dictionary" | "names" | "transitions" | "usage">> & {
  steps: number[][];
} {
  const { labelNames } = windows.recordings;
  const entries = dictionaryOf(labels, truth, labelNames.length);
  const found = new Map(entries.map((e) => [e.key, e]));
  const majority = majorityOf(entries, k);
  const pure = majorityOf(entries.filter(({ purity }) => purity! >= NAME_PURITY), k);
  const names = known ??
    (motifs === undefined ? namesOf(pure, labelNames, numbers) : namesOf(
      majorityOf(dictionaryOf(labels, motifs.labels, motifs.names.length), k),
      motifs.names,
      numbers,
    ));
  const bouts = boutsOf(windows, labels, stretches);
  return {
    bouts,
    names: [...names],
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

/** Most frequent label of each id; −1 where it has none. */
function majorityOf(entries: readonly DictionaryEntry[], k: number): number[] {
  const found = new Map(entries.map((e) => [e.key, e]));
  return Array.from({ length: k }, (_, id) => found.get(id)?.label ?? -1);
}

/** Names by majority; those that several ids share are told apart by number. */
function namesOf(majority: number[], names: readonly string[], numbers: readonly string[]): string[] {
  return majority.map((label, id) => {
    if (label < 0) return numbers[id];
    const shared = majority.filter((other) => other === label).length > 1;
    return shared ? `${names[label]} (${numbers[id]})` : names[label];
  });
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
