/** Whether there are enough people, and whether they are alike. */
import { LEAST_SUBJECTS } from "../statistics/authority.ts";
import { quantile } from "../statistics/summary.ts";
import { type FindingRule, show } from "./rule.ts";

/** Least distance from the median subject that matters, as a share. */
const FAR = 0.15;

export const fewSubjects: FindingRule = {
  id: "few_subjects",
  needs: ["accuracy"],
  severity: "warning",
  finding: "The model learnt from too few people to know how people differ",
  advice: "Record more people before more of each; other networks or levels will not make up for them.",
  evidence({ trainingSubjects }) {
    if (!(trainingSubjects < LEAST_SUBJECTS)) return undefined;
    return `${trainingSubjects} training subject${trainingSubjects === 1 ? "" : "s"}, ` +
      `at least ${LEAST_SUBJECTS} are wanted`;
  },
};

export const subjectFarBelow: FindingRule = {
  id: "subject_far_below",
  needs: ["per_subject"],
  severity: "warning",
  finding: "Some subjects are recognised far worse than the rest",
  advice: "Look at their recordings first: placement and orientation of the sensor, labels, gaps. " +
    "If all is right, people like them are missing from the training part.",
  evidence({ tables }) {
    const rows = (tables.per_subject ?? []).filter((row) => typeof row.accuracy === "number");
    if (rows.length < 3) return undefined;
    const accuracy = rows.map((row) => row.accuracy as number);
    const middle = quantile(accuracy, 0.5);
    // 1.4826 times the median deviation is the standard deviation of normal values.
    const spread = 1.4826 * quantile(accuracy.map((value) => Math.abs(value - middle)), 0.5);
    const limit = middle - Math.max(FAR, 3 * spread);
    const below = rows.filter((row) => (row.accuracy as number) < limit);
    if (below.length === 0) return undefined;
    return `${
      below.map((row) =>
        `"${row.subject}" accuracy ${show(row.accuracy as number)} over ${row.windows} windows`
      )
        .join(", ")
    }; the median of ${rows.length} subjects is ${show(middle)}`;
  },
};
