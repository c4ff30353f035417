/** How long behaviours last. */
import { Behaviours } from "../../artifacts/behaviours.ts";
import { boutDurations } from "../figures/bouts.ts";
import { defineSection } from "../section.ts";
import { type Loaded } from "../sources.ts";
import { type Fragment, stack } from "../table.ts";

export default defineSection({
  id: "bouts",
  title: "Bouts",
  needs: (sources) => sources.first(Behaviours),
  missing: "No behaviours are connected to this report.",
  draw,
});

/** How long behaviours last. */
async function draw({ value }: Loaded<Behaviours>): Promise<Fragment> {
  return stack(boutDurations(value));
}
