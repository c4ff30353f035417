/** Ethograms: what each subject did when. */
import type { Bout } from "../../artifacts/behaviours.ts";
import { behaviourColor } from "../behaviour_color.ts";
import { draw, Figure, figureWidth, labelMargin, legend, number, Plot } from "../plot.ts";
import { percent } from "../../text/numbers.ts";
import { markup } from "../../text/html.ts";
import type { BoutSet } from "./bouts.ts";

export interface EthogramOptions {
  /** Recordings shown at most, in the order of the data. @default 16 */
  recordings?: number;
}

/** Ids ascending, with what belongs to no behaviour at the end. */
export const unassignedLast = (a: number, b: number) => (a < 0 ? Infinity : a) - (b < 0 ? Infinity : b);

/**
 * Behaviours over time, one row per recording, coloured by behaviour.
 *
 * ```ts
 * import { ethogram } from "./ethogram.ts";
 * import assert from "node:assert/strict";
 * const bout = { recording: "s1", subject: "1", censoredLeft: false, censoredRight: false };
 * const bouts = [
 *   { ...bout, label: 0, start: 0, end: 4, duration: 4 },
 *   { ...bout, label: 1, start: 4, end: 6, duration: 2 },
 * ];
 * const { provenance } = ethogram({ names: ["walking", "sitting"], bouts, origin: "simulated" });
 * assert.deepEqual(provenance, [{ n: 2, of: "bouts", origin: "simulated" }]);
 * ```
 */
export function ethogram(behaviours: BoutSet, { recordings = 16 }: EthogramOptions = {}): Figure {
  const rows = [...Map.groupBy(behaviours.bouts, (bout) => bout.recording)];
  const shown = rows.slice(0, recordings);
  const bouts = shown.flatMap(([, list]) => list);
  const present = [...new Set(bouts.map((b) => b.label))].sort(unassignedLast);
  const name = (id: number) => id < 0 ? "unassigned" : behaviours.names[id];
  const longest = Math.max(0, ...bouts.map((b) => b.end));
  const [unit, scale] = longest > 180 ? ["min", 60] : ["s", 1];
  const color = behaviourColor(behaviours);
  const svg = draw("Ethogram", {
    height: 44 + 20 * shown.length,
    marginLeft: labelMargin(shown.map(([id]) => id)),
    marginTop: 8,
    marginBottom: 36,
    x: { label: `time (${unit})`, labelAnchor: "center", labelArrow: "none" },
    y: { type: "band", domain: shown.map(([id]) => id), label: null, padding: 0.22, tickSize: 0 },
    marks: [
      Plot.rect(bouts, {
        x1: (b: Bout) => b.start / scale,
        x2: (b: Bout) => b.end / scale,
        y: "recording",
        fill: (b: Bout) => color(b.label),
        title: (b: Bout) => `${name(b.label)}, ${b.duration.toFixed(1)} s at ${b.start.toFixed(1)} s`,
        shapeRendering: "crispEdges",
      }),
    ],
  });
  const total = behaviours.bouts.reduce((sum, b) => sum + b.duration, 0);
  const unassigned = behaviours.bouts.reduce((sum, b) => sum + (b.label < 0 ? b.duration : 0), 0);
  const some = shown.length < rows.length
    ? ` The first ${shown.length} of ${rows.length} recordings are shown.`
    : "";
  return new Figure({
    title: "Ethogram",
    caption: "One row per recording, coloured by behaviour; " +
      (unassigned === 0 ? "all" : percent(1 - unassigned / total)) +
      ` of the ${number(total / 60)} recorded minutes are assigned.${some}`,
    provenance: { n: behaviours.bouts.length, of: "bouts", origin: behaviours.origin },
  }, markup`${legend(present.map((id) => ({ name: name(id), color: color(id) })))}${svg}`);
}

export interface EthogramDetailOptions {
  /** Recording to show. @default the one with the most bouts */
  recording?: string;
  /** Seconds from the recording's start. @default 0 */
  from?: number;
  /** Seconds shown. @default 300 */
  seconds?: number;
  /** Labelled stretches of that recording in seconds, drawn below the behaviours. */
  truth?: readonly { start: number; end: number; name: string }[];
}

const truthRow = "label";

/** The recording with the most bouts. */
export function liveliestRecording({ bouts }: Pick<BoutSet, "bouts">): string {
  return [...Map.groupBy(bouts, (b) => b.recording)].reduce((best, entry) =>
    entry[1].length > best[1].length ? entry : best
  )[0];
}

/**
 * A stretch of one recording with one row per behaviour, so that short bouts and hand-overs can be seen.
 *
 * ```ts
 * import { ethogramDetail } from "./ethogram.ts";
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
  const recording = options.recording ?? liveliestRecording(behaviours);
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
    title: `Ethogram of recording ${recording}, ${number(from)}–${number(Math.min(end, from + seconds))} s`,
    caption: `One row per behaviour${
      truth.length > 0 ? "; the last row shows the labels of the recording" : ""
    }.`,
    provenance: { n: bouts.length, of: "bouts", origin: behaviours.origin },
  }, svg);
}
