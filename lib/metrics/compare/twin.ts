/** What quantising costs: the marks of a twin without quantiser beside a model's own. */
import type { Metrics } from "../../artifacts/metrics.ts";
import { InputError } from "../../errors.ts";
import { catalogue } from "../catalogue.ts";

/**
 * The marks of a twin, the same network without quantiser, under names of their own: `twin_accuracy` beside `accuracy`.
 *
 * @param twin The twin's validation.
 * @param own What the model itself got.
 * @throws {InputError} When the two were not judged on equally many windows.
 */
export function besideTwin(twin: Metrics, own: Metrics["metrics"]): Metrics["metrics"] {
  const found: Metrics["metrics"] = {};
  for (const { name, twin: key } of catalogue.values()) {
    if (key === undefined) continue;
    const [theirs, ours] = [twin.metrics[name], own[name]];
    if (theirs === undefined || ours === undefined) continue;
    if (theirs.n !== ours.n) {
      throw new InputError(
        `Cannot put a twin beside: it was judged on ${theirs.n} windows, not on ${ours.n}`,
        {
          hint: "Validate the twin on the same windows, split and part.",
        },
      );
    }
    found[key] = { ...theirs, note: "the same network without quantiser" };
  }
  return found;
}
