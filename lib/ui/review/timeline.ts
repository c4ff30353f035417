/** All bouts of a recording in one row, with the place that is looked at. */
import type { Bout } from "../../artifacts/behaviours.ts";
import { behaviourColor } from "../../report/behaviours/color.ts";
import { legend } from "../../report/plot.ts";
import { Html, markup } from "../../text/html.ts";

/** Parts of the row that are told apart; bouts within one are drawn as the longest of them. */
const PARTS = 2000;

/** The row with its legend; `seconds` is the length of the recording. */
export function timeline(
  behaviours: { names: string[]; colors?: (string | null)[]; bouts: readonly Bout[] },
  shown: Bout | undefined,
  seconds: number,
): Html {
  const color = behaviourColor(behaviours);
  const x = (second: number) => (PARTS * second / (seconds || 1)).toFixed(1);
  const step = seconds / PARTS;
  // What is shorter than a part would be invisible, and a day has ten thousand bouts.
  const drawn = [...Map.groupBy(behaviours.bouts, ({ start }) => Math.floor(start / (step || 1))).values()]
    .map((group) => group.reduce((a, b) => b.duration > a.duration ? b : a));
  const rects = drawn.filter(({ label }) => label >= 0).map(({ label, start, end }) =>
    `<rect x="${x(start)}" y="0" width="${x(Math.max(end - start, step))}" height="40" fill="${
      color(label)
    }"/>`
  );
  const mark = shown === undefined
    ? ""
    : `<path d="M${x((shown.start + shown.end) / 2)} 58l-14 -16h28z" fill="currentColor"/>`;
  const present = [...new Set(behaviours.bouts.map(({ label }) => label))].filter((id) => id >= 0)
    .sort((a, b) => a - b);
  return markup`
    ${legend(present.map((id) => ({ name: behaviours.names[id]!, color: color(id) })))}
    <div class="timeline">
      <svg viewBox="0 0 ${PARTS} 60" preserveAspectRatio="none" role="img" aria-label="Behaviours over the recording">${new Html(
    rects.join("") + mark,
  )}</svg>
      <i class="playhead" data-length="${seconds}"></i>
    </div>
  `;
}
