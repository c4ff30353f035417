/** Whether stated confidence holds. */
import { type FindingRule, show } from "./rule.ts";

export const badlyCalibrated: FindingRule = {
  id: "poor_calibration",
  needs: ["ece"],
  severity: ({ of }) => of("ece") > 0.05 ? "warning" : "advice",
  finding: "Confidence and accuracy disagree",
  advice:
    "Fit the temperature on subjects of the validation part. It may raise the ECE although the NLL falls; " +
    "levels have no part in it.",
  evidence({ of, n }) {
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
