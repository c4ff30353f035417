/** Where the classifier errs. */
import { Metrics } from "../../artifacts/metrics.ts";
import { confusionMatrix } from "../figures/confusion.ts";
import { classScores } from "../class_scores.ts";
import { firstWith, originOf } from "../judged_metrics.ts";
import { defineSection } from "../section.ts";
import { type Loaded, sourceName } from "../sources.ts";
import { type Fragment, stack, table } from "../table.ts";

export default defineSection({
  id: "confusion",
  title: "Confusion",
  claims: ["per_class"],
  needs: (sources) => firstWith(sources, (m) => m.confusion),
  missing: "No metrics with a confusion matrix are connected to this report.",
  draw,
});

/** Confusion matrix and the scores by class that follow from it. */
async function draw(source: Loaded<Metrics>): Promise<Fragment> {
  const { confusion, judgedOn } = source.value;
  const part = judgedOn?.part === undefined ? sourceName(source) : `${judgedOn.part} part`;
  const rows = classScores(confusion!).map((r) => [r.class, r.windows, r.precision, r.recall, r.f1]);
  return stack(
    confusionMatrix(confusion!, { origin: originOf(source.value), title: `Confusion matrix, ${part}` }),
    table(["class", "windows", "precision", "recall", "F1"], rows),
  );
}
