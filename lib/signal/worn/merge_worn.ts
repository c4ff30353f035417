/** What was found on wearers' accelerometers of recordings that were read in parts. */
import type { Recordings } from "../../artifacts/recordings.ts";
import type { WornFacts } from "../../artifacts/recording/quality.ts";
import { calibrateRecordings, calibrationNotes, findNotWorn, notWornNotes, sumDays } from "./prepare.ts";

/**
 * Joins the findings of parts.
 *
 * @param parts In the order of their files.
 * @returns Undefined where one device recorded into several parts, so that its calibration rests on all of them together.
 */
export function mergeWornParts(
  set: Recordings,
  parts: readonly WornFacts[],
  { calibrated, nonWear }: { calibrated: boolean; nonWear: "keep" | "report" | "gap" },
): { facts: WornFacts; notes: string[] } | undefined {
  const calibration = calibrated ? parts.flatMap((part) => part.calibration ?? []) : undefined;
  const devices = calibration?.map(({ device, sensor }) => `${device}\0${sensor}`) ?? [];
  if (new Set(devices).size < devices.length) return undefined;
  const notWorn = nonWear === "keep" ? undefined : parts.flatMap((part) => part.notWorn ?? []);
  // Sets without accelerometers say so, whatever their samples are.
  const none = { ...set, recordings: [] };
  return {
    facts: {
      calibration,
      notWorn,
      days: sumDays(parts.flatMap((part) => part.days ?? []), notWorn !== undefined),
    },
    notes: [
      ...(calibration === undefined
        ? []
        : calibration.length > 0
        ? calibrationNotes(calibration)
        : calibrateRecordings(none).notes),
      ...(notWorn === undefined
        ? []
        : notWorn.length > 0
        ? notWornNotes(notWorn, set.recordings.length, nonWear === "gap")
        : findNotWorn(none, false).notes),
    ],
  };
}
