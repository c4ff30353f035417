/** Which behaviour follows which. */
import { BehaviourFacts } from "../../artifacts/behaviours.ts";
import { transitionMatrix } from "../figures/transitions.ts";
import { defineSection } from "../section.ts";
import { type Loaded } from "../sources.ts";
import { type Fragment, stack } from "../table.ts";

export default defineSection({
  id: "transitions",
  title: "Transitions",
  needs: (sources) => sources.first(BehaviourFacts),
  missing: "No behaviours are connected to this report.",
  draw,
});

/** Which behaviour follows which. */
async function draw({ value }: Loaded<BehaviourFacts>): Promise<Fragment> {
  return stack(transitionMatrix(value));
}
