/** Ethograms: what each subject did when. */
import type { Behaviours, Bout } from "../../artifacts/behaviours.ts";
import { draw, Figure, figureWidth, labelColor, legend, percent, Plot, unassignedColor } from "../plot.ts";

export interface EthogramOptions {
  /** Recordings shown at most, in the order of the data. @default 16 */
  recordings?: number;
}

/** Ids ascending, with what belongs to no behaviour at the end. */
const unassignedLast = (a: number, b: number) => (a < 0 ? Infinity : a) - (b < 0 ? Infinity : b);

const minutes = (seconds: number) => seconds / 60;

/** Behaviours over time, one row per recording, coloured by behaviour. */
export function ethogram(behaviours: Behaviours, { recordings = 16 }: EthogramOptions = {}): Figure {
  const rows = [...Map.groupBy(behaviours.bouts, (bout) => bout.recording)];
  const shown = rows.slice(0, recordings);
  const bouts = shown.flatMap(([, list]) => list);
  const present = [...new Set(bouts.map((b) => b.label))].sort(unassignedLast);
  const name = (id: number) => id < 0 ? "unassigned" : behaviours.names[id];
  const svg = draw("Ethogram", {
    height: 44 + 20 * shown.length,
    marginLeft: labelMargin(shown.map(([id]) => id)),
    marginTop: 8,
    marginBottom: 36,
    x: { label: "time (min)", labelAnchor: "center", labelArrow: "none" },
    y: { type: "band", domain: shown.map(([id]) => id), label: null, padding: 0.22, tickSize: 0 },
    marks: [
      Plot.rect(bouts, {
        x1: (b: Bout) => minutes(b.start),
        x2: (b: Bout) => minutes(b.end),
        y: "recording",
        fill: (b: Bout) => labelColor(b.label),
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
    caption:
      `One row per recording, coloured by behaviour; ${percent(unassigned / (total || 1))} of the recorded ` +
      `${minutes(total).toFixed(0)} minutes are unassigned.${some}`,
    provenance: { n: behaviours.bouts.length, of: "bouts", origin: behaviours.origin },
  }, legend(present.map((id) => ({ name: name(id), color: labelColor(id) }))) + svg);
}

export interface EthogramDetailOptions {
  /** Recording to show. @default the one with the most bouts */
  recording?: string;
  /** Seconds from the recording's start. @default 0 */
  from?: number;
  /** Seconds shown. @default 300 */
  seconds?: number;
}

/** A stretch of one recording with one row per behaviour, so that short bouts and hand-overs can be seen. */
export function ethogramDetail(behaviours: Behaviours, options: EthogramDetailOptions = {}): Figure {
  const { from = 0, seconds = 300 } = options;
  const byRecording = Map.groupBy(behaviours.bouts, (bout) => bout.recording);
  const recording = options.recording ??
    [...byRecording].reduce((best, entry) => entry[1].length > best[1].length ? entry : best)[0];
  const bouts = (byRecording.get(recording) ?? [])
    .filter((b) => b.end > from && b.start < from + seconds)
    .map((b) => ({ ...b, start: Math.max(b.start, from), end: Math.min(b.end, from + seconds) }));
  const present = [...new Set(bouts.map((b) => b.label))].sort(unassignedLast);
  const name = (id: number) => id < 0 ? "unassigned" : behaviours.names[id];
  const svg = draw(`Ethogram of recording ${recording}`, {
    height: 44 + 20 * present.length,
    marginLeft: labelMargin(present.map(name)),
    marginTop: 8,
    marginBottom: 36,
    x: {
      label: "time (s)",
      labelAnchor: "center",
      labelArrow: "none",
      domain: [from, Math.max(from + 1, ...bouts.map((b) => b.end))],
    },
    y: { type: "band", domain: present.map(name), label: null, padding: 0.25, tickSize: 0 },
    marks: [
      Plot.gridY({ strokeOpacity: 0.08 }),
      Plot.rect(bouts, {
        x1: "start",
        x2: "end",
        y: (b: Bout) => name(b.label),
        fill: (b: Bout) => labelColor(b.label),
      }),
    ],
  });
  return new Figure({
    title: `Ethogram of recording ${recording}, ${from}–${from + seconds} s`,
    caption: "One row per behaviour.",
    provenance: { n: bouts.length, of: "bouts", origin: behaviours.origin },
  }, svg);
}

/** Room for the longest label at 12 px. */
export function labelMargin(labels: readonly string[]): number {
  const longest = Math.max(4, ...labels.map((label) => label.length));
  return Math.min(Math.ceil(longest * 6.8) + 14, figureWidth * 0.3);
}

export interface TimeBudgetRow {
  name: string;
  id: number;
  share: number;
}

/** Share of the recorded time spent in each behaviour, per subject. */
export function timeBudget(behaviours: Behaviours, { subjects = 30 } = {}): Figure {
  const bySubject = [...Map.groupBy(behaviours.bouts, (bout) => bout.subject)];
  const shown = bySubject.slice(0, subjects);
  const cells = shown.flatMap(([subject, bouts]) => {
    const total = bouts.reduce((sum, b) => sum + b.duration, 0);
    return [...Map.groupBy(bouts, (b) => b.label)]
      .sort((a, b) => unassignedLast(a[0], b[0]))
      .map(([id, list]) => ({ subject, id, share: list.reduce((sum, b) => sum + b.duration, 0) / total }));
  });
  const present = [...new Set(cells.map((c) => c.id))].sort(unassignedLast);
  const name = (id: number) => id < 0 ? "unassigned" : behaviours.names[id];
  const svg = draw("Time budget by subject", {
    height: 44 + 18 * shown.length,
    marginLeft: labelMargin(shown.map(([subject]) => subject)),
    marginTop: 8,
    marginBottom: 36,
    x: {
      label: "share of recorded time (%)",
      percent: true,
      domain: [0, 100],
      labelAnchor: "center",
      labelArrow: "none",
    },
    y: { type: "band", domain: shown.map(([subject]) => subject), label: null, padding: 0.2, tickSize: 0 },
    marks: [
      Plot.barX(cells, {
        x: "share",
        y: "subject",
        fill: (c) => c.id < 0 ? unassignedColor : labelColor(c.id),
        order: (c: { id: number }) => c.id < 0 ? Infinity : c.id,
        title: (c) => `${name(c.id)}: ${percent(c.share)}`,
      }),
    ],
  });
  const some = shown.length < bySubject.length
    ? ` The first ${shown.length} of ${bySubject.length} subjects are shown.`
    : "";
  return new Figure({
    title: "Time budget by subject",
    caption: `How each subject's recorded time divides into behaviours.${some}`,
    provenance: { n: bySubject.length, of: "subjects", origin: behaviours.origin },
  }, legend(present.map((id) => ({ name: name(id), color: labelColor(id) }))) + svg);
}
