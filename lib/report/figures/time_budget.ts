/** How subjects spend their time. */
import type { Bout } from "../../artifacts/behaviours.ts";
import type { BoutSet } from "./bouts.ts";
import { behaviourColor, unassignedLast } from "../behaviours/color.ts";
import { heldOutMark } from "../behaviours/held_out.ts";
import { draw, Figure, labelMargin, legend, Plot } from "../plot.ts";
import { percent } from "../../text/numbers.ts";
import { markup } from "../../text/html.ts";

/** Options of {@linkcode timeBudget}. */
export interface TimeBudgetOptions {
  /** How many subjects are drawn at most, in the order of the data; the caption says how many there are. @default 30 */
  subjects?: number;
  /** Subjects of the test part, which come first and are marked. */
  heldOut?: ReadonlySet<string>;
}

/**
 * Share of the recorded time spent in each behaviour, per subject.
 *
 * ```ts
 * import { timeBudget } from "./time_budget.ts";
 * import assert from "node:assert/strict";
 * const bout = { recording: "s1", subject: "1", censoredLeft: false, censoredRight: false };
 * const bouts = [
 *   { ...bout, label: 0, start: 0, end: 4, duration: 4 },
 *   { ...bout, label: 1, start: 4, end: 6, duration: 2 },
 * ];
 * const figure = timeBudget({ names: ["walking", "sitting"], bouts, origin: "simulated" });
 * assert.match(figure.toHtml(), /sitting/);
 * ```
 */
export function timeBudget(
  behaviours: BoutSet,
  { subjects = 30, heldOut = new Set() }: TimeBudgetOptions = {},
): Figure {
  const bySubject = [...Map.groupBy(behaviours.bouts, (bout) => bout.subject)]
    .sort(([a], [b]) => Number(heldOut.has(b)) - Number(heldOut.has(a)));
  const shown = bySubject.slice(0, subjects)
    .map(([who, bouts]): [string, Bout[]] => [heldOut.has(who) ? who + heldOutMark : who, bouts]);
  const cells = shown.flatMap(([subject, bouts]) => {
    const total = bouts.reduce((sum, b) => sum + b.duration, 0);
    return [...Map.groupBy(bouts, (b) => b.label)]
      .sort((a, b) => unassignedLast(a[0], b[0]))
      .map(([id, list]) => ({ subject, id, share: list.reduce((sum, b) => sum + b.duration, 0) / total }));
  });
  const present = [...new Set(cells.map((c) => c.id))].sort(unassignedLast);
  const name = (id: number) => id < 0 ? "unassigned" : behaviours.names[id];
  const color = behaviourColor(behaviours);
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
        fill: (c) => color(c.id),
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
  }, markup`${legend(present.map((id) => ({ name: name(id), color: color(id) })))}${svg}`);
}
