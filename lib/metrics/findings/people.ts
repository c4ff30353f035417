/** Whether there are enough people, and whether they are alike. */
import { LEAST_SUBJECTS } from "../statistics/authority.ts";
import { quantile } from "../statistics/summary.ts";
import { type FindingRule, show } from "./rule.ts";

/** Least distance from the median subject that matters, as a share. */
const FAR = 0.15;

/** A recording of as many windows, of which at most this share is right, is wrong throughout. */
const WRONG = { windows: 10, share: 0.1 };

/** People in whom a class must be seen before its score says anything of others. */
const SEVERAL = 3;

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
    // Of one or two none lies far from their median.
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

export const recordingWrong: FindingRule = {
  id: "recording_wrong",
  needs: ["per_recording"],
  severity: "warning",
  finding: "Whole recordings are wrong throughout",
  advice:
    "Look at each of them: labels that belong to another recording or begin at another time, a sensor worn another " +
    "way round or on another place, another unit or rate.",
  evidence({ tables }) {
    const rows = (tables.per_recording ?? []).filter((row) => typeof row.accuracy === "number");
    // Where everyone has one recording, it is told of the person.
    if (rows.length < 3 || rows.length === tables.per_subject?.length) return undefined;
    const middle = quantile(rows.map((row) => row.accuracy as number), 0.5);
    if (middle < 0.5) return undefined;
    const wrong = rows.filter((row) =>
      (row.accuracy as number) <= WRONG.share && (row.windows as number) >= WRONG.windows
    );
    if (wrong.length === 0) return undefined;
    const named = wrong.slice(0, 5).map((row) =>
      `"${row.recording}" accuracy ${show(row.accuracy as number)} over ${row.windows} windows`
    );
    const more = wrong.length > named.length ? ` and ${wrong.length - named.length} more` : "";
    return `${named.join(", ")}${more}; the median of ${rows.length} recordings is ${show(middle)}`;
  },
};

export const classOfFew: FindingRule = {
  id: "class_of_few_people",
  needs: ["per_class"],
  severity: "warning",
  finding: "Some classes are seen in one or two people only",
  advice:
    "Their scores say how alike these people are, not whether others are recognised: record these classes with more " +
    "people, or leave them out by keep_labels.",
  evidence({ classPeople }) {
    const everyone = new Set(classPeople.flatMap(({ people }) => people)).size;
    if (everyone < LEAST_SUBJECTS) return undefined;
    const few = classPeople.filter(({ people }) => people.length > 0 && people.length < SEVERAL);
    if (few.length === 0) return undefined;
    return `${
      few.map(({ name, people }) => `"${name}" in ${people.join(" and ")}`).join(", ")
    } of ${everyone} people`;
  },
};

export const chosenOnOne: FindingRule = {
  id: "chosen_on_one",
  needs: ["accuracy"],
  severity: "advice",
  finding: "The epoch that is kept, or the temperature, was chosen on one person",
  advice:
    "One person chooses by chance: keep: last keeps the last epoch, calibrate: false fits no temperature, and a larger " +
    "share of validation asks more people.",
  evidence({ validationSubjects, chosen }) {
    return validationSubjects === 1 && chosen.length > 0
      ? `${chosen.join(" and ")}, on 1 validation subject`
      : undefined;
  },
};
