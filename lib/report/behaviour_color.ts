/** The colour of a behaviour in every figure: the one people gave it, else that of its number. */
import type { Behaviours } from "../artifacts/behaviours.ts";
import { labelColor } from "./plot.ts";

/** CSS colour by id, −1 for unassigned. */
export function behaviourColor({ colors }: Pick<Behaviours, "colors">): (id: number) => string {
  return (id) => colors?.[id] ?? labelColor(id);
}

/** Ids ascending, with what belongs to no behaviour at the end. */
export const unassignedLast = (a: number, b: number) => (a < 0 ? Infinity : a) - (b < 0 ? Infinity : b);
