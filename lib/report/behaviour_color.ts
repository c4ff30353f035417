/** The colour of a behaviour in every figure: the one people gave it, else that of its number. */
import type { Behaviours } from "../artifacts/behaviours.ts";
import { labelColor } from "./plot.ts";

/** CSS colour by id, −1 for unassigned. */
export function behaviourColor({ colors }: Pick<Behaviours, "colors">): (id: number) => string {
  return (id) => colors?.[id] ?? labelColor(id);
}
