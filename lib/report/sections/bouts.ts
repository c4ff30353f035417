/** How long behaviours last. */
import { Behaviours } from "../../artifacts/behaviours.ts";
import { boutDurations } from "../figures/bouts.ts";
import { statesCurve } from "../figures/choices/states_curve.ts";
import { stickinessScan } from "../figures/choices/stickiness_scan.ts";
import { defineSection } from "../section.ts";
import { number } from "../../text/numbers.ts";
import { type Loaded } from "../sources.ts";
import { type Fragment, note, stack } from "../table.ts";

export default defineSection({
  id: "bouts",
  title: "Bouts",
  needs: (sources) => sources.first(Behaviours),
  missing: "No behaviours are connected to this report.",
  draw,
});

/** How long behaviours last, and how the model of their durations was chosen where there is one. */
async function draw({ value }: Loaded<Behaviours>): Promise<Fragment> {
  const { hsmm, labels, origin } = value;
  const provenance = { n: labels.length, of: "windows", origin };
  const { choice, stickinessScan: scan, record, scale } = hsmm ?? {};
  return stack(
    boutDurations(value),
    ...(choice === undefined ? [] : [statesCurve(choice, provenance)]),
    ...(scale?.chosen
      ? [note(
        `Durations of up to ${
          record!.max_duration
        } predictions have a probability each, chosen from the data (longest mean ` +
          `${number(Math.round(scale.longest))} predictions); longer ones have a geometric tail.`,
      )]
      : []),
    ...(scan === undefined ? [] : [stickinessScan(scan, record!.stickiness, provenance)]),
  );
}
