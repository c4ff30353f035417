/** The colour of a behaviour in every figure. */
import type { Behaviours } from "../../artifacts/behaviours.ts";
import { labelColor, shadeOf, tellable } from "../palette.ts";

/** `walking` of `walking (motif 3)`: several motifs may stand for one label. */
const labelOf = (name: string) => name.replace(/ \(motif \d+\)$/, "");

/**
 * CSS colour by id, −1 for unassigned: the one people gave it, else that of its number; where there are few labels,
 * behaviours of one label are shades of one colour.
 *
 * ```ts
 * import { behaviourColor } from "./color.ts";
 * import assert from "node:assert/strict";
 * const color = behaviourColor({ names: ["walking (motif 0)", "sitting", "walking (motif 2)"], colors: [null, "#123456"] });
 * assert.equal(color(1), "#123456");
 * assert.notEqual(color(0), color(2));
 * ```
 */
export function behaviourColor(
  { names, colors }: Pick<Behaviours, "names" | "colors">,
): (id: number) => string {
  const labels = [...new Set(names.map(labelOf))];
  const shared = labels.length < names.length && labels.length <= tellable;
  const own = names.map((name, id) => {
    if (!shared) return labelColor(id);
    const rank = names.slice(0, id).filter((other) => labelOf(other) === labelOf(name)).length;
    return shadeOf(labels.indexOf(labelOf(name)), rank);
  });
  return (id) => colors?.[id] ?? own[id] ?? labelColor(id);
}

/** Ids ascending, with what belongs to no behaviour at the end. */
export const unassignedLast = (a: number, b: number) => (a < 0 ? Infinity : a) - (b < 0 ? Infinity : b);
