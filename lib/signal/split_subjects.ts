/** Splits by subject: what a model says of strangers. */
import { Part, type Split } from "../artifacts/split.ts";
import type { Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import type { Random } from "../random.ts";
import { chooseGroups, dealFolds, subjectGroups } from "./split_groups.ts";

/** Which subjects are test and how many of the others are validation. */
export interface SubjectSplitOptions {
  /** Number of folds, or `none` for one split with a share of `test`. */
  folds: number | "none";
  /** The fold that is test. */
  fold: number;
  /** Share of subjects for test where there are no folds; 0 keeps none back, for a final model. */
  test: number;
  /** Share of the remaining subjects for validation. */
  validation: number;
}

/** Number of groups that a share of `n` means: at least one for a share above zero. */
function shareOf(share: number, n: number): number {
  return share === 0 ? 0 : Math.max(1, Math.round(share * n));
}

/** Gives every window its subject's part. */
export function assignSubjects(
  windows: Windows,
  names: { validation: readonly string[]; test: readonly string[] },
): Pick<Split, "part" | "groups"> {
  const { recordings } = windows.recordings;
  const test = new Set(names.test);
  const validation = new Set(names.validation);
  const parts = recordings.map(({ subject }) =>
    test.has(subject) ? Part.test : validation.has(subject) ? Part.validation : Part.train
  );
  const all = [...new Set(recordings.map((r) => r.subject))].sort();
  return {
    part: Uint8Array.from(windows.recording, (r) => parts[r]),
    groups: {
      train: all.filter((s) => !test.has(s) && !validation.has(s)),
      validation: [...names.validation].sort(),
      test: [...names.test].sort(),
    },
  };
}

/**
 * Splits by subject: the subjects of one fold are test, a share of the others validation, the rest training.
 *
 * Folds depend on the windows and `rng` only, not on `fold`, so that the test parts of all folds are disjoint and
 * together complete when every fold is made with an equal stream.
 *
 * @throws {InputError} when there are fewer subjects than folds, or none left for training.
 */
export function splitBySubject(windows: Windows, options: SubjectSplitOptions, rng: Random): Split {
  const { folds, fold, test, validation } = options;
  const groups = subjectGroups(windows);
  const n = groups.length;
  const people = `${n} subject${n === 1 ? "" : "s"}`;
  let held: number[];
  if (folds === "none") {
    const count = shareOf(test, n);
    if (count >= n) {
      throw new InputError(
        `Cannot split by subject: a test share of ${test} of ${people} leaves none for training`,
        {
          hint: "Record more subjects, or set test: 0 where no test is meant.",
        },
      );
    }
    held = chooseGroups(groups, count, rng.fork("test"));
  } else {
    if (folds > n) {
      throw new InputError(`Cannot split by subject into ${folds} folds: the recordings have ${people}`, {
        hint: n >= 2
          ? `Use folds: ${n} (leave one subject out) or fewer.`
          : "Use by: time, or record more subjects.",
      });
    }
    const of = dealFolds(groups, folds, rng.fork("folds"));
    held = groups.flatMap((_, i) => of[i] === fold ? [i] : []);
  }
  const rest = groups.filter((_, i) => !held.includes(i));
  const count = shareOf(validation, rest.length);
  if (count >= rest.length) {
    throw new InputError(
      `Cannot split by subject: a validation share of ${validation} of ${rest.length} remaining subjects leaves none ` +
        "for training",
      { hint: "Record more subjects, use fewer folds, or set validation: 0." },
    );
  }
  const checked = chooseGroups(rest, count, rng.fork(`validation ${fold}`));
  return {
    ...assignSubjects(windows, {
      validation: checked.map((i) => rest[i].name),
      test: held.map((i) => groups[i].name),
    }),
    rule: folds !== "none"
      ? `by subject, fold ${fold + 1} of ${folds}`
      : test > 0
      ? `by subject, ${held.length} of ${n} for test`
      : "by subject, none for test",
    leaks: false,
    details: { by: "subject", subjects: n, folds, fold, validation },
  };
}

/**
 * The data set's own split: recordings marked `train` or `test`; some subjects of the training part become validation.
 *
 * @throws {InputError} when a recording carries no mark.
 */
export function splitOfficial(windows: Windows, validation: number, rng: Random): Split {
  const { recordings } = windows.recordings;
  const missing = recordings.find((r) => r.part === undefined);
  if (missing !== undefined) {
    throw new InputError(`Cannot use the official split: recording ${missing.id} has no official part`, {
      hint: "Only data sets with a published split have one (hapt); use by: subject.",
    });
  }
  const test = new Set(recordings.filter((r) => r.part === "test").map((r) => r.subject));
  const train = new Set(recordings.filter((r) => r.part === "train").map((r) => r.subject));
  const shared = [...test].filter((s) => train.has(s));
  if (shared.length > 0) {
    throw new InputError(`Cannot use the official split: subject ${shared[0]} has recordings in both parts`, {
      hint: "Use by: subject.",
    });
  }
  const rest = subjectGroups(windows).filter((g) => train.has(g.name));
  const count = shareOf(validation, rest.length);
  if (count >= rest.length) {
    throw new InputError(
      `Cannot use the official split: ${rest.length} training subjects are too few for a validation share of ${validation}`,
    );
  }
  const checked = chooseGroups(rest, count, rng.fork("validation"));
  return {
    ...assignSubjects(windows, { validation: checked.map((i) => rest[i].name), test: [...test] }),
    rule: "official split by subject",
    leaks: false,
    details: { by: "official", subjects: rest.length + test.size, validation },
  };
}
