/** The law that no sensor column tells the label. */
import { InputError } from "../../../errors.ts";

/** More different values than classes ever have. */
const mostValues = 64;
/** Labelled rows that a relation must hold over before it counts. */
const fewestRows = 20;

/** What one column has shown so far. */
interface Shown {
  /** Label by value, while every value has stood beside one label only. */
  labelOf: Map<number, number> | undefined;
  /** Value by label, while every label has stood beside one value only. */
  valueOf: Map<number, number> | undefined;
}

/** Watches whether a column is a function of the label, or the label one of a column. */
export class LabelColumns {
  readonly #shown: Shown[];
  #rows = 0;

  constructor(width: number) {
    this.#shown = Array.from({ length: width }, () => ({ labelOf: new Map(), valueOf: new Map() }));
  }

  /** @param values float32 `[rows, width]`. @param labels int32 `[rows]`, −1 unlabelled. */
  add(values: Float32Array, labels: Int32Array): void {
    const width = this.#shown.length;
    this.#rows += labels.length;
    for (const [c, shown] of this.#shown.entries()) {
      for (let t = 0; t < labels.length && (shown.labelOf ?? shown.valueOf) !== undefined; t++) {
        const [label, value] = [labels[t], values[t * width + c]];
        if (label < 0 || Number.isNaN(value)) continue;
        const { labelOf, valueOf } = shown;
        if (labelOf !== undefined) {
          const other = labelOf.get(value);
          if (other === undefined && Number.isInteger(value) && labelOf.size < mostValues) {
            labelOf.set(value, label);
          } else if (other !== label) shown.labelOf = undefined;
        }
        if (valueOf !== undefined) {
          const other = valueOf.get(label);
          if (other === undefined) valueOf.set(label, value);
          else if (other !== value) shown.valueOf = undefined;
        }
      }
    }
  }

  /**
   * @param names Of the columns.
   * @throws {InputError} for a column that tells the label, or that the label tells.
   */
  check(names: readonly string[]): void {
    if (this.#rows < fewestRows) return;
    for (const [c, { labelOf, valueOf }] of this.#shown.entries()) {
      const tells = labelOf !== undefined && this.#rows >= 10 * labelOf.size &&
        new Set(labelOf.values()).size > 1;
      const told = valueOf !== undefined && new Set(valueOf.values()).size > 1;
      if (!tells && !told) continue;
      throw new InputError(
        `Cannot use "${names[c]}" as a sensor: ${
          tells
            ? "each of its values stands beside one label only"
            : "each label stands beside one of its values"
        }, so it is the label under another name`,
        { hint: "Name the sensor columns under sensors, without it." },
      );
    }
  }
}
