/** The rules of the diagnosis: a further one is a function in its file and one line here. */
import { impureBehaviours, overSegmented, underSegmented, weakClusters } from "./behaviours.ts";
import { badlyCalibrated, unknownClass, unmeasurableCalibration } from "./calibration.ts";
import { dominantConfusion, neverPredicted, noBetter } from "./classes.ts";
import { collapse, distortion, idleCodes, manyCodes, mergedMotifs, saturated } from "./codes.ts";
import { memory, slow } from "./device.ts";
import { leakSuspected } from "./leaks.ts";
import { chosenOnOne, classOfFew, fewSubjects, recordingWrong, subjectFarBelow } from "./people.ts";
import type { FindingRule } from "./rule.ts";
import { stillImproving } from "./training.ts";

/** Every rule, in the order in which findings are shown. */
export const findingRules: readonly FindingRule[] = [
  leakSuspected,
  noBetter,
  neverPredicted,
  dominantConfusion,
  fewSubjects,
  subjectFarBelow,
  recordingWrong,
  classOfFew,
  chosenOnOne,
  stillImproving,
  collapse,
  mergedMotifs,
  saturated,
  manyCodes,
  idleCodes,
  weakClusters,
  overSegmented,
  underSegmented,
  impureBehaviours,
  unknownClass,
  badlyCalibrated,
  unmeasurableCalibration,
  slow,
  memory,
  distortion,
];
