/** Which classes are recognised, and what they are taken for. */
import { percent } from "../../text/numbers.ts";
import { type FindingRule, show } from "./rule.ts";

/** Fewer windows or errors than these say little about a share. */
const LEAST_WINDOWS = 10;

export const neverPredicted: FindingRule = {
  id: "class_never_predicted",
  needs: ["per_class"],
  severity: "warning",
  finding: "The model never names some of the classes",
  advice: "Look at how many training windows these classes have; record more of them, weight the classes, " +
    "or merge classes that cannot be told apart.",
  evidence({ tables, n }) {
    // Classes that the model was never taught are another finding.
    const untaught = new Set((tables.unknown_classes ?? []).map((row) => row.class));
    const never = (tables.per_class ?? []).filter((row) =>
      row.predicted === 0 && (row.support as number) > 0 && !untaught.has(row.class)
    );
    if (never.length === 0) return undefined;
    return `${never.map((row) => `"${row.class}" (${row.support} windows)`).join(", ")} of ${
      n("accuracy")
    } judged windows`;
  },
};

export const dominantConfusion: FindingRule = {
  id: "dominant_confusion",
  needs: ["per_class"],
  severity: "advice",
  finding: "One confusion dominates",
  advice:
    "Look at windows of both classes: labels may be exchanged there, or the sensor may not tell them apart; " +
    "else more recordings of the two help more than a larger network.",
  evidence({ confusion, tables }) {
    if (confusion === undefined) return undefined;
    const { labels, counts } = confusion;
    const untaught = new Set((tables.unknown_classes ?? []).map((row) => row.class));
    const pairs = counts.flatMap((row, from) => {
      const support = row.reduce((a, b) => a + b, 0);
      return row.map((windows, to) => ({ from, to, windows, support }));
    }).filter(({ from, to }) => from !== to && !untaught.has(labels[from]));
    const errors = pairs.reduce((sum, { windows }) => sum + windows, 0);
    // Of two classes, one direction always holds half of the errors or more.
    const dominates = ({ windows, support }: typeof pairs[number]) =>
      windows >= LEAST_WINDOWS && (2 * windows > support || labels.length > 2 && 2 * windows > errors);
    const found = pairs.filter(dominates).sort((a, b) => b.windows - a.windows).slice(0, 3);
    if (found.length === 0) return undefined;
    return found.map(({ from, to, windows, support }) =>
      `"${labels[from]}" is taken for "${labels[to]}" in ${windows} of its ${support} windows, ${
        percent(windows / errors)
      } of all ${errors} errors`
    ).join("; ");
  },
};

export const noBetter: FindingRule = {
  id: "not_above_baseline",
  needs: ["accuracy", "balanced_accuracy", "macro_f1"],
  severity: "warning",
  finding: "The model is not better than always naming the most frequent class",
  advice:
    "Look at the labels, their alignment with the signal and the training history before tuning anything.",
  evidence({ noBetter, n }) {
    if (noBetter.length === 0) return undefined;
    return `${
      noBetter.map(({ title, value, baseline }) => `${title} ${show(value)}, baseline ${show(baseline)}`)
        .join("; ")
    } over ${n("accuracy")} windows`;
  },
};
