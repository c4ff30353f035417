/** The rules of the diagnosis: a further one is a function in its file and one line here. */
import { overSegmented, underSegmented, weakClusters } from "./behaviours.ts";
import { badlyCalibrated, unknownClass, unmeasurableCalibration } from "./calibration.ts";
import { collapse, distortion, idleCodes, manyCodes, mergedMotifs, saturated } from "./codes.ts";
import { memory, slow } from "./device.ts";
import type { FindingRule } from "./rule.ts";

/** Every rule, in the order in which findings are shown. */
export const findingRules: readonly FindingRule[] = [
  collapse,
  mergedMotifs,
  saturated,
  manyCodes,
  idleCodes,
  weakClusters,
  overSegmented,
  underSegmented,
  unknownClass,
  badlyCalibrated,
  unmeasurableCalibration,
  slow,
  memory,
  distortion,
];
