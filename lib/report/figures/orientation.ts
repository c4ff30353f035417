/** Which way round a sensor was worn, recording by recording. */
import type { Origin } from "../../artifacts/artifact.ts";
import type { OrientationFacts } from "../../artifacts/recording/quality.ts";
import { draw, Figure, labelMargin, nothingToDraw, Plot } from "../plot.ts";
import { percent } from "../../text/numbers.ts";

/** More people than this share a row, but for those who are told. */
const mostRows = 30;
const others = "all others";
const colors = { told: "#d55e00", other: "#0072b2" };

/**
 * The angle between mean gravity of each recording and the direction that most people share, by person; what is told as
 * worn another way round stands out.
 *
 * ```ts
 * import { orientationAngles } from "./orientation.ts";
 * import assert from "node:assert/strict";
 * const angles = [{ recording: "a", subject: "1", angle: 4, turned: null }, { recording: "b", subject: "2", angle: 178, turned: "recording" as const }];
 * const facts = { sensor: "wrist", people: 6, share: 5 / 6, angles, turnedPeople: [] };
 * assert.match(orientationAngles(facts, { origin: "measured" }).toHtml(), /1 of 2 recordings/);
 * ```
 */
export function orientationAngles(
  { sensor, people, share, angles, turnedPeople }: OrientationFacts,
  { origin = "measured" }: { origin?: Origin } = {},
): Figure {
  const title = `How ${sensor} was worn`;
  const provenance = { n: angles.length, of: "recordings", origin };
  if (angles.length === 0) return nothingToDraw(title, provenance);
  const told = new Set(angles.filter(({ turned }) => turned !== null).map(({ subject }) => subject));
  const everyone = [...new Set(angles.map(({ subject }) => subject))];
  const alone = everyone.length <= mostRows ? new Set(everyone) : told;
  const rows = angles.map((one) => ({
    ...one,
    row: alone.has(one.subject) ? one.subject : others,
    color: one.turned === null ? colors.other : colors.told,
  }));
  const largest = (row: string) =>
    Math.max(...rows.filter((one) => one.row === row).map(({ angle }) => angle));
  const domain = [...new Set(rows.map(({ row }) => row))].sort((a, b) => largest(b) - largest(a));
  const svg = draw(`Angle of gravity at ${sensor} by person`, {
    height: 56 + domain.length * 18,
    marginLeft: labelMargin(domain),
    marginTop: 8,
    marginBottom: 38,
    x: {
      label: "degrees from the direction that most share",
      domain: [0, 180],
      ticks: [0, 60, 120, 180],
      grid: true,
    },
    y: { type: "band", domain, label: null, tickSize: 0 },
    marks: [
      Plot.ruleX([60, 120], { strokeDasharray: "4 3", strokeOpacity: 0.6 }),
      Plot.dot(rows, { x: "angle", y: "row", r: 4, fill: "color", fillOpacity: 0.8, title: "recording" }),
    ],
  });
  const n = angles.filter(({ turned }) => turned !== null).length;
  return new Figure({
    title,
    caption: `Gravity of ${percent(share)} of ${people} people lies within 60° of one direction. ` +
      (turnedPeople === undefined
        ? "There is no common way of wearing it. "
        : `${n} of ${angles.length} recordings are told as turned: from 120° on alone, from 60° on where all of a person are. `) +
      "A turn about the vertical does not show.",
    provenance,
  }, svg);
}
