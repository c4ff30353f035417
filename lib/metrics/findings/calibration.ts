/** Whether stated confidence holds. */
import { type Facts, type FindingRule, show } from "./rule.ts";

export const unknownClass: FindingRule = {
  id: "unknown_class",
  needs: ["unknown_classes"],
  severity: "warning",
  finding: "People who are judged show classes that the model was never taught",
  advice: "Train on people who show every class: other folds, other test subjects, or more recordings.",
  evidence({ tables, n }) {
    const rows = tables.unknown_classes ?? [];
    if (rows.length === 0) return undefined;
    const windows = new Map<string, number>();
    for (const row of rows) {
      const name = String(row.class);
      windows.set(name, (windows.get(name) ?? 0) + (row.windows as number));
    }
    return [...windows].map(([name, count]) =>
      `"${name}" is unknown to the model (${count} of ${n("accuracy")} windows)`
    ).join(", ");
  },
};

/** Whether a temperature was fitted: the numbers before and after differ. */
function temperatureFitted({ of }: Facts): boolean {
  return of("nll") !== of("nll_uncalibrated") && !Number.isNaN(of("nll") - of("nll_uncalibrated")) ||
    of("ece") !== of("ece_uncalibrated") && !Number.isNaN(of("ece_uncalibrated"));
}

export const badlyCalibrated: FindingRule = {
  id: "poor_calibration",
  needs: ["ece"],
  severity: ({ of }) => of("ece") > 0.05 ? "warning" : "advice",
  finding: "Confidence and accuracy disagree",
  advice: (facts) =>
    (temperatureFitted(facts)
      ? "A temperature is fitted already; more validation subjects would fit it better, and a model that fits its " +
        "training people less closely needs it less. "
      : "Fit the temperature on subjects of a validation part (`validation` of split). ") +
    "It may raise the ECE although the NLL falls; levels have no part in it.",
  evidence({ of, n, tables }) {
    // Windows of a class that the model cannot name are wrong at any temperature.
    if ((tables.unknown_classes ?? []).length > 0) return undefined;
    const ece = of("ece"), none = of("ece_null");
    if (!(ece > 0.03 && ece > 2 * none)) return undefined;
    return `ECE ${show(ece)} over ${n("ece")} windows (${
      show(none)
    } would be chance); at temperature 1: ECE ` +
      `${show(of("ece_uncalibrated"))}, NLL ${show(of("nll_uncalibrated"))} against ${show(of("nll"))} now`;
  },
};

export const unmeasurableCalibration: FindingRule = {
  id: "calibration_not_measurable",
  needs: ["ece_null"],
  severity: "info",
  finding: "There are too few windows to tell a good ECE from a bad one",
  advice: "Judge calibration on about 2 000 windows or more.",
  evidence({ of, n }) {
    if (!(of("ece_null") > 0.03)) return undefined;
    return `a perfectly calibrated model would show ${show(of("ece_null"))} over ${n("ece_null")} windows`;
  },
};
