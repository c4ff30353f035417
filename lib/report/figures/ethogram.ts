/** Ethograms: what each subject did when. */
import type { Bout } from "../../artifacts/behaviours.ts";
import { behaviourColor, unassignedLast } from "../behaviours/color.ts";
import { textWidth } from "../fit_text.ts";
import { heldOutMark } from "../behaviours/held_out.ts";
import { inkOn, tellable } from "../palette.ts";
import { draw, Figure, figureWidth, labelMargin, legend, Plot } from "../plot.ts";
import { typesetNumber } from "../../text/typeset.ts";
import { percent } from "../../text/numbers.ts";
import { markup } from "../../text/html.ts";
import type { BoutSet } from "./bouts.ts";

/** Options of {@linkcode ethogram}. */
export interface EthogramOptions {
  /** How many recordings are drawn at most, in the order of the data; the caption says how many there are. @default 16 */
  recordings?: number;
  /** How many are left out before them. @default 0 */
  from?: number;
  /** Subjects of the test part: their recordings come first and are marked. */
  heldOut?: ReadonlySet<string>;
}

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
export function ethogram(
  behaviours: BoutSet,
  { recordings = 16, from = 0, heldOut = new Set() }: EthogramOptions = {},
): Figure {
  const isTest = ({ subject }: Bout) => heldOut.has(subject);
  const rows = [...Map.groupBy(behaviours.bouts, (bout) => bout.recording)]
    .sort(([, [a]], [, [b]]) => Number(isTest(b!)) - Number(isTest(a!)));
  const shown = rows.slice(from, from + recordings)
    .map(([id, list]): [string, Bout[]] => [isTest(list[0]!) ? id + heldOutMark : id, list]);
  const bouts = shown.flatMap(([row, list]) => list.map((bout) => ({ ...bout, row })));
  const present = [...new Set(bouts.map((b) => b.label))].sort(unassignedLast);
  const name = (id: number) => id < 0 ? "unassigned" : behaviours.names[id];
  const longest = Math.max(0, ...bouts.map((b) => b.end));
  const [unit, scale] = longest > 180 ? ["min", 60] : ["s", 1];
  const color = behaviourColor(behaviours);
  const margin = labelMargin(shown.map(([id]) => id));
  const perUnit = (figureWidth - margin - 20) / (longest / scale || 1);
  // More behaviours than colours that can be told apart: long bouts say their name.
  const named = present.filter((id) => id >= 0).length <= tellable
    ? []
    : bouts.filter((b) => b.label >= 0 && b.duration / scale * perUnit > 0.8 * textWidth(name(b.label)) + 4);
  const svg = draw("Ethogram", {
    height: 44 + 20 * shown.length,
    marginLeft: margin,
    marginTop: 8,
    marginBottom: 36,
    x: { label: `time (${unit})`, labelAnchor: "center", labelArrow: "none" },
    y: { type: "band", domain: shown.map(([id]) => id), label: null, padding: 0.22, tickSize: 0 },
    marks: [
      Plot.rect(bouts, {
        x1: (b: Bout) => b.start / scale,
        x2: (b: Bout) => b.end / scale,
        y: "row",
        fill: (b: Bout) => color(b.label),
        title: (b: Bout) => `${name(b.label)}, ${b.duration.toFixed(1)} s at ${b.start.toFixed(1)} s`,
        shapeRendering: "crispEdges",
      }),
      Plot.text(named, {
        x: (b: Bout) => (b.start + b.end) / 2 / scale,
        y: "row",
        text: (b: Bout) => name(b.label),
        fill: (b: Bout) => inkOn(color(b.label)),
        fontSize: 9,
      }),
    ],
  });
  const total = behaviours.bouts.reduce((sum, b) => sum + b.duration, 0);
  const unassigned = behaviours.bouts.reduce((sum, b) => sum + (b.label < 0 ? b.duration : 0), 0);
  const some = shown.length < rows.length
    ? ` ${
      from === 0 ? `The first ${shown.length}` : `Recordings ${from + 1} to ${from + shown.length}`
    } of ${rows.length} recordings are shown.`
    : "";
  return new Figure({
    title: "Ethogram",
    caption: "One row per recording, coloured by behaviour; " +
      (unassigned === 0 ? "all" : percent(1 - unassigned / total)) +
      ` of the ${typesetNumber(total / 60)} recorded minutes are assigned.${some}`,
    provenance: { n: behaviours.bouts.length, of: "bouts", origin: behaviours.origin },
  }, markup`${legend(present.map((id) => ({ name: name(id), color: color(id) })))}${svg}`);
}
