/** Scores subject by subject. */
import { Metrics } from "../../artifacts/metrics.ts";
import { subjectAccuracy, type SubjectScore } from "../figures/subjects.ts";
import { firstWith, isNumber, numberIn, originOf } from "../judged_metrics.ts";
import { defineSection } from "../section.ts";
import { type Loaded } from "../sources.ts";
import { type Fragment, stack } from "../table.ts";

export default defineSection({
  id: "subjects",
  title: "Subjects",
  claims: ["per_subject", "per_recording"],
  needs: (sources) => firstWith(sources, (m) => subjectsOf(m)?.[0]),
  missing: "No metrics per subject are connected to this report.",
  draw,
});

/** Rows that describe one subject each; a subject in several cells counts once for each. */
function subjectsOf({ tables }: Metrics): SubjectScore[] | undefined {
  return tables.per_subject?.filter((r) => isNumber(r.accuracy) && numberIn(r.windows) > 0).map((r) => ({
    subject: String(r.subject),
    accuracy: numberIn(r.accuracy),
    n: numberIn(r.windows),
  }));
}

/** Accuracy subject by subject. */
async function draw({ value }: Loaded<Metrics>): Promise<Fragment> {
  return stack(
    subjectAccuracy(subjectsOf(value)!, {
      origin: originOf(value),
      majority: value.metrics.majority_accuracy?.value ?? undefined,
    }),
  );
}
