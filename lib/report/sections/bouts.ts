/** How long behaviours last. */
import { BehaviourFacts } from "../../artifacts/behaviours.ts";
import type { SampledFit } from "../../artifacts/smoothing.ts";
import { boutDurations } from "../figures/bouts.ts";
import { statesCurve } from "../figures/choices/states_curve.ts";
import { stickinessScan } from "../figures/choices/stickiness_scan.ts";
import { defineSection } from "../section.ts";
import { number } from "../../text/numbers.ts";
import { typesetCount, typesetNumber } from "../../text/typeset.ts";
import { type Loaded } from "../sources.ts";
import { type Fragment, note, stack } from "../table.ts";

export default defineSection({
  id: "bouts",
  title: "Bouts",
  needs: (sources) => sources.first(BehaviourFacts),
  missing: "No behaviours are connected to this report.",
  draw,
});

/** How long behaviours last, and how the model of their durations was chosen where there is one. */
async function draw({ value }: Loaded<BehaviourFacts>): Promise<Fragment> {
  const { hsmm, windows, origin } = value;
  const provenance = { n: windows, of: "windows", origin };
  const { choice, stickinessScan: scan, record, scale, sample } = hsmm ?? {};
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
    ...(sample === undefined ? [] : [note(toldSample(sample, origin))]),
    ...(scan === undefined ? [] : [stickinessScan(scan, record!.stickiness, provenance)]),
  );
}

/** Of how many windows a model is, and how far another draw of them would differ. */
function toldSample({ windows, of, check }: SampledFit, origin: string): string {
  const drawn = `The model was fitted on ${typesetCount(windows)} windows, drawn from ${typesetCount(of)}.`;
  if (check === undefined) return drawn;
  const gain = check.own - check.log_likelihood;
  return `${drawn} On ${typesetCount(check.windows)} other windows a fit of their own gains ` +
    `${typesetNumber(gain, 2)} nats a window over ${
      typesetNumber(check.log_likelihood, 4)
    }, and the states of the two ` +
    `agree with an adjusted Rand index of ${typesetNumber(check.ari, 3)} (n = ${
      typesetCount(check.windows)
    } windows, ${origin}).`;
}
