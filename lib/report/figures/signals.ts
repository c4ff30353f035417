/** Samples of one recording over time. */
import type { Recordings } from "../../artifacts/recordings.ts";
import { InputError } from "../../errors.ts";
import { markup } from "../../text/html.ts";
import { typesetUnit } from "../../text/typeset.ts";
import { draw, Figure, legend, Plot } from "../plot.ts";

/** Options of {@linkcode signals}. */
export interface SignalsOptions {
  /** Id of the recording. @default the first, or the first that shows `label` */
  recording?: string;
  /** Where the stretch starts, in seconds. @default 0, or where `label` begins */
  from?: number;
  /** Length of the stretch in seconds. @default 10 */
  seconds?: number;
  /** Sensors to show, by name. @default all */
  sensors?: readonly string[];
  /** A part of the stretch that is shaded, in seconds. */
  mark?: { start: number; end: number };
  /** A class: the stretch starts where it first occurs. */
  label?: string;
}

const hues = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8c6748", "#56b4e9"];

/** Channels that share a panel: a triad, or one channel of its own. */
function panels({ channels, triads }: Recordings): number[][] {
  const joined = new Set(triads.flat());
  return [...triads.map((triad) => [...triad]), ...channels.flatMap((_, i) => joined.has(i) ? [] : [[i]])];
}

/**
 * Draws the channels of one stretch: one panel for each sensor and triad.
 *
 * ```ts
 * import { signals } from "./signals.ts";
 * import { simulateRecordings } from "../../signal/simulate/simulate.ts";
 * import assert from "node:assert/strict";
 * const recordings = simulateRecordings({ subjects: 1, minutes: 1, rate: 50, seed: 1 });
 * assert.equal(signals(recordings, { seconds: 4 }).provenance[0]!.n, 200);
 * ```
 *
 * @throws {InputError} where there is no such recording, sensor or label.
 */
export function signals(recordings: Recordings, options: SignalsOptions = {}): Figure {
  const { rate, sensors, channels, labelNames, units, origin } = recordings;
  const label = options.label === undefined ? undefined : labelNames.indexOf(options.label);
  const chosen = recordings.recordings.find(({ id, labels }) =>
    (options.recording === undefined || id === options.recording) &&
    (label === undefined || labels.includes(label))
  );
  if (chosen === undefined) {
    const wanted = [options.recording, options.label].filter((w) => w !== undefined).join(" with ");
    throw new InputError(`Cannot draw signals: there is no recording ${wanted}`.trimEnd(), {
      hint: `There are ${recordings.recordings.slice(0, 8).map(({ id }) => id).join(", ")}; ${
        labelNames.join(", ")
      }.`,
    });
  }
  const shown = options.sensors ?? sensors;
  const strange = shown.find((name) => !sensors.includes(name));
  if (strange !== undefined) {
    throw new InputError(`Cannot draw signals: there is no sensor ${strange}`, {
      hint: `There are ${sensors.join(", ")}.`,
    });
  }
  const first = Math.round(
    (options.from ?? (label === undefined ? 0 : chosen.labels.indexOf(label) / rate)) * rate,
  );
  const end = Math.min(chosen.samples, first + Math.round((options.seconds ?? 10) * rate));
  const stride = sensors.length * channels.length;
  const parts = shown.flatMap((sensor) =>
    panels(recordings).map((group) => {
      const place = sensors.indexOf(sensor) * channels.length;
      const rows = group.flatMap((channel, hue) =>
        Array.from({ length: Math.max(0, end - first) }, (_, i) => ({
          time: (first + i) / rate,
          value: chosen.data[(first + i) * stride + place + channel]!,
          color: hues[hue % hues.length]!,
        }))
      );
      const names = group.map((channel) => channels[channel]!);
      const unit = typesetUnit(units[group[0]!] ?? "");
      const svg = draw(`${sensor}: ${names.join(", ")}`, {
        height: 150,
        marginBottom: 32,
        x: { label: "seconds", labelAnchor: "center", labelArrow: "none" },
        y: { label: unit, grid: true, labelArrow: "none", nice: true },
        marks: [
          Plot.rectX(options.mark === undefined ? [] : [options.mark], {
            x1: (m) => Math.max(m.start, first / rate),
            x2: (m) => Math.min(m.end, end / rate),
            fill: "currentColor",
            fillOpacity: 0.08,
          }),
          Plot.lineY(rows, { x: "time", y: "value", z: "color", stroke: "color", strokeWidth: 1 }),
        ],
      });
      const keys = legend(
        names.map((name, i) => ({ name: `${sensor} ${name}`, color: hues[i % hues.length]! })),
      );
      return markup`${keys}${svg}`;
    })
  );
  const seen = [
    ...new Set(Array.from(chosen.labels.subarray(first, end), (l) => l < 0 ? "unlabelled" : labelNames[l]!)),
  ];
  return new Figure({
    title: `Recording ${chosen.id}, subject ${chosen.subject}`,
    caption: `Samples at ${rate} Hz from second ${(first / rate).toFixed(1)}: ${seen.join(", ")}.`,
    provenance: { n: Math.max(0, end - first), of: "samples", origin },
  }, markup`${parts}`);
}
