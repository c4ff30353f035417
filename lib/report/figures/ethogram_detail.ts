/** A stretch of one recording, closely. */
import type { Bout } from "../../artifacts/behaviours.ts";
import { behaviourColor, unassignedLast } from "../behaviours/color.ts";
import { busiestRecording } from "../behaviours/busiest_recording.ts";
import { draw, Figure, figureWidth, labelMargin, Plot } from "../plot.ts";
import { typesetNumber } from "../../text/typeset.ts";
import type { BoutSet } from "./bouts.ts";

/** Options of {@linkcode ethogramDetail}. */
export interface EthogramDetailOptions {
  /** Id of the recording to show. @default the one with the most bouts */
  recording?: string;
  /** Where the stretch starts, in seconds from the recording's start. @default 0 */
  from?: number;
  /** Length of the stretch in seconds, cut at the end of the recording. @default 300 */
  seconds?: number;
  /** Labelled stretches of that recording in seconds, drawn below the behaviours. */
  truth?: readonly { start: number; end: number; name: string }[];
}

const truthRow = "label";

/**
 * A stretch of one recording with one row per behaviour, so that short bouts and hand-overs can be seen.
 *
 * ```ts
 * import { ethogramDetail } from "./ethogram_detail.ts";
 * import assert from "node:assert/strict";
 * const bout = { recording: "s1", subject: "1", censoredLeft: false, censoredRight: false };
 * const bouts = [
 *   { ...bout, label: 0, start: 0, end: 4, duration: 4 },
 *   { ...bout, label: 1, start: 4, end: 6, duration: 2 },
 * ];
 * const behaviours = { names: ["walking", "sitting"], bouts, origin: "simulated" as const };
 * const figure = ethogramDetail(behaviours, { recording: "s1", from: 3, seconds: 2 });
 * assert.equal(figure.provenance[0].n, 2);
 * ```
 */
export function ethogramDetail(behaviours: BoutSet, options: EthogramDetailOptions = {}): Figure {
  const { from = 0, seconds = 300 } = options;
  const byRecording = Map.groupBy(behaviours.bouts, (bout) => bout.recording);
  const recording = options.recording ?? busiestRecording(behaviours) ?? "";
  const bouts = (byRecording.get(recording) ?? [])
    .filter((b) => b.end > from && b.start < from + seconds)
    .map((b) => ({ ...b, start: Math.max(b.start, from), end: Math.min(b.end, from + seconds) }));
  const present = [...new Set(bouts.map((b) => b.label))].sort(unassignedLast);
  const name = (id: number) => id < 0 ? "unassigned" : behaviours.names[id];
  const end = Math.max(from + 1, ...bouts.map((b) => b.end));
  const truth = (options.truth ?? [])
    .filter((t) => t.end > from && t.start < end)
    .map((t) => ({ ...t, start: Math.max(t.start, from), end: Math.min(t.end, end) }));
  const rows = [...present.map(name), ...(truth.length > 0 ? [truthRow] : [])];
  const margin = labelMargin(rows);
  const perSecond = (figureWidth - margin - 20) / (end - from);
  const color = behaviourColor(behaviours);
  const svg = draw(`Ethogram of recording ${recording}`, {
    height: 44 + 20 * rows.length,
    marginLeft: margin,
    marginTop: 8,
    marginBottom: 36,
    x: {
      label: "time (s)",
      labelAnchor: "center",
      labelArrow: "none",
      domain: [from, end],
    },
    y: { type: "band", domain: rows, label: null, padding: 0.25, tickSize: 0 },
    marks: [
      Plot.gridY({ strokeOpacity: 0.08 }),
      Plot.rect(bouts, {
        x1: "start",
        x2: "end",
        y: (b: Bout) => name(b.label),
        fill: (b: Bout) => color(b.label),
      }),
      Plot.rect(truth, {
        x1: "start",
        x2: "end",
        y: () => truthRow,
        fill: "currentColor",
        fillOpacity: 0.1,
        insetRight: 1,
        title: "name",
      }),
      Plot.text(truth.filter((t) => (t.end - t.start) * perSecond > 6 * t.name.length + 4), {
        x: (t) => (t.start + t.end) / 2,
        y: () => truthRow,
        text: "name",
        fontSize: 10,
      }),
    ],
  });
  return new Figure({
    title: `Ethogram of recording ${recording}, ${typesetNumber(from)}–${
      typesetNumber(Math.min(end, from + seconds))
    } s`,
    caption: `One row per behaviour${
      truth.length > 0 ? "; the last row shows the labels of the recording" : ""
    }.`,
    provenance: { n: bouts.length, of: "bouts", origin: behaviours.origin },
  }, svg);
}
