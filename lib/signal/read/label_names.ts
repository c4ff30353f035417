/** Names of labels in a fixed order. */
import type { Recording, Recordings } from "../../artifacts/recordings.ts";

/** Names sorted (numbers by value), labels renumbered in place. */
export function sortLabels(
  recordings: Recording[],
  names: string[],
): Pick<Recordings, "labelNames" | "recordings"> {
  const numbers = names.every((name) => Number.isFinite(Number(name)));
  const labelNames = [...names].sort((a, b) => numbers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0);
  const map = names.map((name) => labelNames.indexOf(name));
  for (const { labels } of recordings) {
    for (let t = 0; t < labels.length; t++) if (labels[t] >= 0) labels[t] = map[labels[t]];
  }
  return { labelNames, recordings };
}
