/** What each behaviour corresponds to. */
import { BehaviourFacts } from "../../artifacts/behaviours.ts";
import { percent } from "../../text/numbers.ts";
import { defineSection } from "../section.ts";
import { type Loaded } from "../sources.ts";
import { type Fragment, table } from "../table.ts";

export default defineSection({
  id: "dictionary",
  title: "Dictionary",
  needs: (sources) => sources.first(BehaviourFacts),
  missing: "No behaviours are connected to this report.",
  draw,
});

/** What each behaviour corresponds to, where there are labels. */
async function draw({ value }: Loaded<BehaviourFacts>): Promise<Fragment> {
  return table(
    ["id", "behaviour", "most frequent label", "purity", "windows"],
    value.dictionary.map((
      d,
    ) => [`${d.id}`, d.name, d.label ?? "–", d.purity === null ? "–" : percent(d.purity), d.windows]),
  );
}
