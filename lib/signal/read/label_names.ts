/** Names of labels in a fixed order. */
import { inLabelOrder } from "../../artifacts/recording/label_order.ts";
import type { Recording, Recordings } from "../../artifacts/recordings.ts";

/** Names sorted (numbers by value), labels renumbered in place. */
export function sortLabels(
  recordings: Recording[],
  names: string[],
): Pick<Recordings, "labelNames" | "recordings"> {
  const labelNames = inLabelOrder(names);
  const map = names.map((name) => labelNames.indexOf(name));
  for (const { labels } of recordings) {
    for (let t = 0; t < labels.length; t++) if (labels[t] >= 0) labels[t] = map[labels[t]];
  }
  return { labelNames, recordings };
}
