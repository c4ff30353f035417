/**
 * Aggregated events of BORIS: one row per interval, as its menu Observations > Export events > Aggregated events writes
 * them. Friard and Gamba 2016, doi:10.1111/2041-210X.12584.
 */
import type { Annotation } from "./annotations.ts";

const columns = [
  "Observation id",
  "Observation date",
  "Media file",
  "Total length",
  "FPS",
  "Subject",
  "Behavior",
  "Behavioral category",
  "Modifiers",
  "Behavior type",
  "Start (s)",
  "Stop (s)",
  "Duration (s)",
  "Comment start",
  "Comment stop",
];

/** What BORIS is told of the observation that a recording is. */
export interface Observation {
  /** Its video's file name; empty without one. */
  media: string;
  /** Seconds. */
  length: number;
}

/** Comma-separated text with one observation for each recording. */
export function borisEvents(
  annotations: readonly Annotation[],
  observationOf: (recording: string) => Observation,
): string {
  const rows = annotations.map(({ recording, subject, label, start, end }) => {
    const { media, length } = observationOf(recording);
    return [
      recording,
      "",
      media,
      length.toFixed(3),
      "",
      subject,
      label,
      "",
      "",
      "STATE",
      start.toFixed(3),
      end.toFixed(3),
      (end - start).toFixed(3),
      "",
      "",
    ];
  });
  return [columns, ...rows].map((row) => `${row.map(quoted).join(",")}\n`).join("");
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
