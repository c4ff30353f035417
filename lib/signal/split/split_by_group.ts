/** Splits that keep subjects (or recordings) whole: what a model says of held-out subjects (or of another day). */
import { Part, type Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { InputError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { suggestion } from "../../text/suggest.ts";
import { chooseGroups, dealFolds, type Group, groupsOf, type Unit, unitNames } from "./split_groups.ts";
import { typedFrom } from "../../typed_from.ts";

/** Which groups are test and how many of the others are validation. */
export interface GroupSplitOptions {
  /** Number of folds, or `none` for one split with a share of `test`. */
  folds: number | "none";
  /** The fold that is test. */
  fold: number;
  /** Share of groups for test where there are no folds; 0 keeps none back, for a final model. */
  test: number;
  /** Share of the remaining groups for validation. */
  validation: number;
}

/** Number of groups that a share of `n` means: at least one for a share above zero. */
function shareOf(share: number, n: number): number {
  return share === 0 ? 0 : Math.max(1, Math.round(share * n));
}

/** Gives every window the part of its subject or recording. */
function assign(
  windows: Windows,
  unit: Unit,
  held: { validation: readonly string[]; test: readonly string[] },
): Pick<Split, "part" | "groups"> {
  const names = unitNames(windows, unit);
  const test = new Set(held.test);
  const validation = new Set(held.validation);
  const parts = names.map((name) =>
    test.has(name) ? Part.test : validation.has(name) ? Part.validation : Part.train
  );
  return {
    part: typedFrom(Uint8Array, windows.recording, (r) => parts[r]),
    groups: {
      train: [...new Set(names)].filter((s) => !test.has(s) && !validation.has(s)).sort(),
      validation: [...validation].sort(),
      test: [...test].sort(),
    },
  };
}

/** Chooses validation groups among those that are not test. */
function chooseValidation(rest: readonly Group[], share: number, unit: Unit, rng: Random): string[] {
  const count = shareOf(share, rest.length);
  if (count >= rest.length) {
    throw new InputError(
      `Cannot split by ${unit}: a validation share of ${share} of ${rest.length} remaining ${unit}s leaves none ` +
        "for training",
      { hint: "Record more, use fewer folds, or set validation: 0." },
    );
  }
  return chooseGroups(rest, count, rng).map((i) => rest[i].name);
}

/** What helps where all windows are of one subject, or of one recording. */
function tooFew({ recordings: { recordings } }: Windows, unit: Unit): string {
  if (unit === "recording") return "Record more, or use by: time, which says nothing of another day.";
  const named = recordings.length > 1
    ? `Name who is who in load: subject: <column>, or subject: { from: filename, pattern: "…" }; ${recordings.length} ` +
      "recordings count as one subject. "
    : "";
  return `${named}Only where it is truly one person: record more people, or use by: time, which says nothing of new people.`;
}

/**
 * Splits by subject (or by whole recording): the groups of one fold are test, a share of the others validation, the rest
 * training.
 *
 * Folds depend on the windows and `rng` only, not on `fold`, so that the test parts of all folds are disjoint and
 * together complete when every fold is made with an equal stream.
 *
 * @param unit `recording` keeps sessions whole but lets subjects be in several parts: it says what a model knows of
 * another day, not of held-out subjects.
 * @throws {InputError} when there are fewer groups than folds, or none left for training.
 */
export function splitByGroup(
  windows: Windows,
  options: GroupSplitOptions,
  rng: Random,
  unit: Unit = "subject",
): Split {
  const { folds, fold, test, validation } = options;
  const groups = groupsOf(windows, unit);
  const n = groups.length;
  const people = `${n} ${unit}${n === 1 ? "" : "s"}`;
  let held: number[];
  if (folds === "none") {
    const count = shareOf(test, n);
    if (count >= n) {
      throw new InputError(
        `Cannot split by ${unit}: a test share of ${test} of ${people} leaves none for training`,
        {
          hint: "Record more, or set test: 0 where no test is meant.",
        },
      );
    }
    held = chooseGroups(groups, count, rng.fork("test"));
  } else {
    if (folds > n) {
      throw new InputError(`Cannot split by ${unit} into ${folds} folds: the recordings have ${people}`, {
        hint: n >= 2 ? `Use folds: ${n} (leave one ${unit} out) or fewer.` : tooFew(windows, unit),
      });
    }
    const of = dealFolds(groups, folds, rng.fork("folds"));
    held = groups.flatMap((_, i) => of[i] === fold ? [i] : []);
  }
  const rest = groups.filter((_, i) => !held.includes(i));
  return {
    ...assign(windows, unit, {
      validation: chooseValidation(rest, validation, unit, rng.fork(`validation ${fold}`)),
      test: held.map((i) => groups[i].name),
    }),
    rule: folds !== "none"
      ? `by ${unit}, fold ${fold + 1} of ${folds}`
      : test > 0
      ? `by ${unit}, ${held.length} of ${n} for test`
      : `by ${unit}, none for test`,
    leaks: false,
    sharesSubjects: unit === "recording",
    details: { by: unit, [`${unit}s`]: n, folds, fold, validation },
  };
}

/**
 * A split that the user lists: the named subjects are test and validation, all others training.
 *
 * @param validation Names, or the share of the remaining subjects that is chosen.
 * @throws {InputError} for a name that no subject has, or one in both lists.
 */
export function splitListed(
  windows: Windows,
  test: readonly string[],
  validation: readonly string[] | number,
  rng: Random,
): Split {
  const groups = groupsOf(windows);
  const known = groups.map((g) => g.name);
  const listed = typeof validation === "number" ? [] : validation;
  for (const name of [...test, ...listed]) {
    if (!known.includes(name)) {
      throw new InputError(`Cannot split: there is no subject "${name}"`, suggestion(name, known));
    }
    if (test.includes(name) && listed.includes(name)) {
      throw new InputError(`Cannot split: subject "${name}" is listed for test and for validation`);
    }
  }
  const rest = groups.filter((g) => !test.includes(g.name));
  if (rest.length === listed.length) throw new InputError("Cannot split: no subject is left for training");
  const chosen = typeof validation === "number"
    ? chooseValidation(rest, validation, "subject", rng.fork("validation"))
    : validation;
  return {
    ...assign(windows, "subject", { validation: chosen, test }),
    rule: `by listed subjects, ${test.length} of ${groups.length} for test`,
    leaks: false,
    sharesSubjects: false,
    details: { by: "listed", subjects: groups.length },
  };
}

/**
 * The data set's own split: recordings marked `train` or `test`; some subjects of the training part become validation.
 *
 * @throws {InputError} when a recording carries no mark, or a subject is in both parts.
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
  const rest = groupsOf(windows).filter((g) => train.has(g.name));
  const chosen = chooseValidation(rest, validation, "subject", rng.fork("validation"));
  return {
    ...assign(windows, "subject", { validation: chosen, test: [...test] }),
    rule: "official split by subject",
    leaks: false,
    sharesSubjects: false,
    details: { by: "official", subjects: rest.length + test.size, validation },
  };
}
