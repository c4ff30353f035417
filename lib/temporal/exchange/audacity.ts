/** Label tracks of Audacity: https://manual.audacityteam.org/man/importing_and_exporting_labels.html */
import type { Annotation } from "./annotations.ts";

/** Tab-separated text: start, end, label; times in seconds. */
export function audacityLabels(annotations: readonly Annotation[]): string {
  return annotations.map(({ start, end, label }) =>
    `${start.toFixed(6)}\t${end.toFixed(6)}\t${label.replaceAll(/[\t\r\n]/g, " ")}\n`
  ).join("");
}
