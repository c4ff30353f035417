/** What a behaviour's movement looks like: its onset over many bouts, and bouts of several people. */
import { heldOutMark } from "../behaviours/held_out.ts";
import { labelColor } from "../palette.ts";
import { draw, Figure, legend, Plot } from "../plot.ts";
import type { Movement, Movements, SpreadPoint, TracePoint } from "../behaviours/movement_excerpts.ts";
import { quantile } from "../../metrics/statistics/summary.ts";
import { typesetUnit } from "../../text/typeset.ts";
import { Html, markup } from "../../text/html.ts";

/** Colours of x, y and z. */
const axes = [0, 1, 2].map(labelColor);
/** Size of what is drawn, in pixels. */
const drawn = { width: 142, height: 76 };

/** What stands beside a panel: the scale of its row beside the first, seconds below the last row. */
interface Margins {
  scale: boolean;
  seconds: boolean;
}

/** One number of a trace. */
interface Value {
  time: number;
  value: number;
}

/**
 * One behaviour, a row of panels for each sensor: the median of the shown channels around the start of its bouts with the
 * range of the middle 80 %, then one bout of each of several people. All behaviours share one scale a sensor.
 *
 * @param set All behaviours: they set the scale.
 * @param movement One of them.
 * @param name What it is called.
 * @param heldOut Subjects of the test part, which are marked.
 */
export function movementFigure(
  set: Movements,
  movement: Movement,
  name: string,
  heldOut: ReadonlySet<string> = new Set(),
): Figure {
  const called = (subject: string) => heldOut.has(subject) ? subject + heldOutMark : subject;
  const rows = set.sensors.map((sensor, s) => {
    const channels = set.shown.flatMap((c, i) => c.sensor === s ? [i] : []);
    const domain = commonDomain(set, channels);
    const unit = typesetUnit(set.shown[channels[0] ?? 0]?.unit ?? "");
    const contents = [
      ...(movement.onset.length === 0
        ? []
        : [{ said: "onset", marks: onsetMarks(channels.map((c) => movement.onset[c]!)), corner: "onset" }]),
      ...movement.examples.map(({ points, subject }) => ({
        said: `subject ${called(subject)}`,
        marks: exampleMarks(points, channels),
        corner: called(subject),
      })),
    ];
    const panels = contents.map(({ said, marks, corner }, i) =>
      panel(`${name}, ${sensor}: ${said}`, domain, marks, corner, {
        scale: i === 0,
        seconds: s === set.sensors.length - 1,
      })
    );
    const said = [set.sensors.length > 1 && sensor, unit].filter(Boolean).join(", ");
    return markup`${
      said !== "" && markup`<p class="caption">${said}</p>`
    }<div style="display:flex;gap:4px">${panels}</div>`;
  });
  const first = set.shown.filter(({ sensor }) => sensor === 0);
  const people = movement.examples.map(({ subject }) => called(subject)).join(", ");
  const onset = movement.onset.length === 0
    ? "No bout's start was recorded with its surroundings."
    : `First panel: median and middle 80 % of ${movement.bouts} bouts of ${movement.subjects} ` +
      `subject${movement.subjects === 1 ? "" : "s"} around their start (0 s).`;
  return new Figure(
    {
      title: name,
      titled: false,
      caption: `${onset}${people === "" ? "" : ` Then a bout each of subject ${people}, from its middle.`} ` +
        "Panels of a row share their scale, which holds 99 % of the values of all behaviours; what lies beyond is cut off.",
      provenance: movement.onset.length === 0 ? [] : { n: movement.bouts, of: "bouts", origin: set.origin },
    },
    markup`${legend(first.map(({ name }, i) => ({ name, color: axes[i % 3]! })))}${new Html(
      rows.map((r) => r.text).join("\n"),
    )}`,
  );
}

/** What almost all values of all behaviours lie within, so that panels can be compared; the rest is cut off. */
function commonDomain({ movements }: Movements, channels: readonly number[]): [number, number] {
  const values = movements.flatMap(({ onset, examples }) =>
    channels.flatMap((c) => [
      ...(onset[c] ?? []).flatMap(({ low, high }) => [low, high]),
      ...examples.flatMap(({ points }) => points.map((point) => point.values[c]!)),
    ])
  ).filter(Number.isFinite);
  if (values.length === 0) return [0, 1];
  const low = quantile(values, 0.005), high = quantile(values, 0.995);
  return low < high ? [low, high] : [low - 1, low + 1];
}

function panel(
  label: string,
  domain: [number, number],
  marks: Plot.Markish[],
  corner: string,
  { scale, seconds }: Margins,
): Html {
  const margins = {
    marginLeft: scale ? 34 : 12,
    marginRight: 10,
    marginTop: 16,
    marginBottom: seconds ? 20 : 4,
  };
  return draw(label, {
    ...margins,
    width: drawn.width + margins.marginLeft + margins.marginRight,
    height: drawn.height + margins.marginTop + margins.marginBottom,
    x: seconds ? { label: null, ticks: 4, tickFormat: (t: number) => `${t} s` } : { axis: null },
    y: { domain, label: null, ticks: 4, nice: true, clamp: true, ...(scale ? {} : { axis: null }) },
    marks: [
      Plot.gridY({ strokeOpacity: 0.08, ticks: 4 }),
      ...marks,
      Plot.text([corner], { frameAnchor: "top-right", dy: -13, fontSize: 11, fillOpacity: 0.8 }),
    ],
  });
}

function onsetMarks(channels: SpreadPoint[][]): Plot.Markish[] {
  const marks = channels.flatMap((points, i) => {
    const seen = points.filter(({ median }) => Number.isFinite(median));
    return [
      Plot.areaY(seen, { x: "time", y1: "low", y2: "high", fill: axes[i % 3]!, fillOpacity: 0.18 }),
      Plot.lineY(seen, { x: "time", y: "median", stroke: axes[i % 3]!, strokeWidth: 1.6 }),
    ];
  });
  return [Plot.ruleX([0], { strokeOpacity: 0.4 }), ...marks];
}

function exampleMarks(points: TracePoint[], channels: readonly number[]): Plot.Markish[] {
  return channels.map((c, i) => {
    const values: Value[] = points.map(({ time, values }) => ({ time, value: values[c]! }));
    return Plot.lineY(values.filter(({ value }) => Number.isFinite(value)), {
      x: "time",
      y: "value",
      stroke: axes[i % 3]!,
      strokeWidth: 1.2,
    });
  });
}
