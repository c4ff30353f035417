/** The law that no sensor column tells the label. */
import { InputError } from "../../../errors.ts";
import type { Notes } from "./notes.ts";
import type { Place } from "./place.ts";

/** More different values than classes ever have. */
const mostValues = 64;
/** Labelled rows that a relation must hold over before it counts. */
const fewestRows = 20;

/** Shares of the labelled rows in which a whole-number column tells the label: it is the label, or may be it with a lag. */
const leakShares = { surely: 0.98, maybe: 0.9 };

/** What one column has shown so far. */
interface Shown {
  /** Rows by value and label, while all values are whole and few. */
  labelsOf: Map<number, Map<number, number>> | undefined;
  /** Value by label, while every label has stood beside one value only. */
  valueOf: Map<number, number> | undefined;
}

/** Watches whether a column is a function of the label, or the label (nearly) one of a column. */
export class LabelColumns {
  readonly #shown: Shown[];
  #rows = 0;

  constructor(width: number) {
    this.#shown = Array.from({ length: width }, () => ({ labelsOf: new Map(), valueOf: new Map() }));
  }

  /** @param values float32 `[rows, width]`. @param labels int32 `[rows]`, −1 unlabelled. */
  add(values: Float32Array, labels: Int32Array): void {
    const width = this.#shown.length;
    this.#rows += labels.reduce((n, label) => n + (label < 0 ? 0 : 1), 0);
    for (const [c, shown] of this.#shown.entries()) {
      for (let t = 0; t < labels.length && (shown.labelsOf ?? shown.valueOf) !== undefined; t++) {
        const [label, value] = [labels[t], values[t * width + c]];
        if (label < 0 || Number.isNaN(value)) continue;
        const { labelsOf, valueOf } = shown;
        if (labelsOf !== undefined) {
          const counts = labelsOf.get(value);
          if (counts !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
          else if (Number.isInteger(value) && labelsOf.size < mostValues) {
            labelsOf.set(value, new Map([[label, 1]]));
          } else shown.labelsOf = undefined;
        }
        if (valueOf !== undefined) {
          const other = valueOf.get(label);
          if (other === undefined) valueOf.set(label, value);
          else if (other !== value) shown.valueOf = undefined;
        }
      }
    }
  }

  /** Whether no further row can make any column tell the label. */
  get decided(): boolean {
    return this.#shown.every(({ labelsOf, valueOf }) => labelsOf === undefined && valueOf === undefined);
  }

  /**
   * @param names Of the columns. @param notes Told of those that tell the label in most rows.
   * @throws {InputError} for a column that tells the label, or that the label tells.
   */
  check(names: readonly string[], notes: Notes): void {
    if (this.#rows < fewestRows) return;
    for (const [c, { labelsOf, valueOf }] of this.#shown.entries()) {
      const share = labelsOf !== undefined && this.#rows >= 10 * labelsOf.size
        ? shareDetermined(labelsOf)
        : 0;
      const determinesLabel = share >= leakShares.surely;
      const determinedByLabel = valueOf !== undefined && new Set(valueOf.values()).size > 1;
      if (!determinesLabel && !determinedByLabel && share >= leakShares.maybe) {
        notes.add(
          `${names[c]} tells the label in ${
            Math.round(100 * share)
          } % of the rows: is it the label under another name`,
        );
      }
      if (!determinesLabel && !determinedByLabel) continue;
      throw new InputError(
        `Cannot use "${names[c]}" as a sensor: ${
          determinesLabel
            ? "each of its values stands beside one label only"
            : "each label stands beside one of its values"
        }, so it is the label under another name`,
        { hint: "Name the sensor columns under sensors, without it." },
      );
    }
  }
}

/** Share of rows in which the most frequent label beside each value is the right one; 0 where that is always the same. */
function shareDetermined(labelsOf: Map<number, Map<number, number>>): number {
  const best = [...labelsOf.values()].map((counts) => [...counts].reduce((a, b) => b[1] > a[1] ? b : a));
  const right = best.reduce((n, [, count]) => n + count, 0);
  const rows = [...labelsOf.values()].flatMap((counts) => [...counts.values()]).reduce((a, b) => a + b, 0);
  return new Set(best.map(([label]) => label)).size > 1 ? right / rows : 0;
}

/** Most classes that numbers without a name may stand for, and the mean run of one. */
const classLike = { values: 20, run: 20 };

/**
 * Refuses a column that nobody named whose few whole numbers stand in long runs: labels, most likely.
 *
 * @param values float32 `[rows, width]`. @param names Of the first columns, which are looked at.
 * @throws {InputError} naming it and the cure.
 */
export function refuseLabelLike(
  values: Float32Array,
  width: number,
  names: readonly string[],
  placeOf: (row: number) => Place,
): void {
  const rows = values.length / width;
  for (const [c, name] of names.entries()) {
    const kinds = new Set<number>();
    let runs = 1;
    for (let t = 0; t < rows && kinds.size <= classLike.values; t++) {
      const value = values[t * width + c];
      kinds.add(Number.isInteger(value) && value >= -1 ? value : Infinity);
      if (t > 0 && value !== values[(t - 1) * width + c]) runs++;
    }
    const few = kinds.size > 1 && kinds.size <= classLike.values && !kinds.has(Infinity);
    if (!few || runs < 2 || rows / runs < classLike.run) continue;
    throw new InputError(
      `Cannot use ${name} as a sensor: it holds ${kinds.size} whole numbers in long runs, as labels do`,
      {
        ...placeOf(0),
        hint: `Name it under label, or the sensor columns under sensors, without it.`,
      },
    );
  }
}
