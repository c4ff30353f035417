/** What few labels are enough for. */
import type { Metrics } from "../../artifacts/metrics.ts";
import { fewLabelsCurve } from "../figures/few_labels.ts";
import { numberIn } from "../judged_metrics.ts";
import { defineSection } from "../section.ts";
import type { Loaded } from "../sources.ts";
import { type Fragment, note, stack, table } from "../table.ts";
import { withTable } from "../with_table.ts";

export default defineSection({
  id: "few-labels",
  title: "Few labels",
  claims: ["few_labels"],
  needs: (sources) => withTable(sources, "few_labels"),
  missing: "No few-labels step is connected to this report.",
  draw,
});

/** The learning curve of `few-labels`, and its numbers. */
function draw(found: Loaded<Metrics>[]): Promise<Fragment> {
  return Promise.resolve(stack(...found.map(({ value }) => {
    const rows = value.tables.few_labels;
    const points = rows.map((r) => ({
      way: String(r.way),
      people: numberIn(r.people),
      labeled: numberIn(r.labeled),
      accuracy: numberIn(r.accuracy),
      lower: numberIn(r.accuracy_lower),
      upper: numberIn(r.accuracy_upper),
    }));
    const { n, of, origin } = Object.values(value.metrics)[0];
    return stack(
      fewLabelsCurve(points, { n, of, origin }),
      value.heldOut !== undefined && value.heldOut.trained > 0 &&
        note(
          `Transductive: the model was trained on ${value.heldOut.trained} of the ${value.heldOut.judged} judged windows or ` +
            "their people, without their labels. On new people the curves with it may be lower.",
        ),
      table(
        ["way", "people", "windows a class", "labelled", "draws", "accuracy (median)", "macro-F1 (median)"],
        rows.map((r) => [
          String(r.way),
          numberIn(r.people),
          r.per_class === null ? "all" : numberIn(r.per_class),
          numberIn(r.labeled),
          numberIn(r.draws),
          numberIn(r.accuracy),
          numberIn(r.macro_f1),
        ]),
      ),
    );
  })));
}
