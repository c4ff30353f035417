/** Do groups of subjects, or sessions of the same subjects, behave differently? */
import type { Json } from "../../artifacts/artifact.ts";
import type { Behaviours, Bout } from "../../artifacts/behaviours.ts";
import type { Metrics } from "../../artifacts/metrics.ts";
import { InputError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { suggestion } from "../../text/suggest.ts";
import { mean, quantile } from "../statistics/summary.ts";
import { benjaminiHochberg } from "./false_discovery.ts";
import { differenceOf } from "./group_difference.ts";
import { measures, measureSubject, type SubjectMeasures } from "./measures.ts";
import { testGroups, testSessions } from "./rank_tests.ts";

/** Settings of {@linkcode compareGroups}. */
export interface GroupOptions {
  /** Fact of the recordings that tells groups, e.g. `treatment` or `session`. */
  groups: string;
  /** Share of the findings that may be wrong: Benjamini–Hochberg over all behaviours of one measure. */
  alpha: number;
}

/** Subjects of one comparison. */
interface Design {
  /** Names in the order of the file, numbers by value. */
  groups: string[];
  /** Every subject was seen in every group: its sessions are compared with each other. */
  paired: boolean;
  /** Measures by subject and group; without an entry where a subject was not seen in the group. */
  subjects: { subject: string; cells: (SubjectMeasures | undefined)[] }[];
}

/** Fewest subjects of a group for which a difference is tested. */
const LEAST = 3;

/**
 * Compares how much, how often and how long subjects of several groups show each behaviour, and how often behaviours
 * follow each other.
 *
 * The subject is the unit, whatever the number of its recordings. Where every subject was seen in every group, sessions
 * are compared within subjects (signed ranks, Friedman); where each was seen in one, groups between them
 * (Kruskal–Wallis); a mixture is refused. All p-values come from permutations, and those of one measure are adjusted
 * together (Benjamini–Hochberg).
 *
 * @throws {InputError} Where the column is unknown, tells one group only, or mixes both designs.
 */
export function compareGroups(behaviours: Behaviours, options: GroupOptions, rng: Random): Metrics {
  const design = designOf(behaviours, options.groups);
  const { names } = behaviours;
  const rows: Row[] = measures.flatMap((measure) =>
    adjusted(
      names.map((behaviour, label) =>
        judge(
          { measure, behaviour },
          design,
          (cell) => cell.values[measure][label],
          rng.fork(`${measure} ${label}`),
        )
      ),
    )
  );
  const steps: Row[] = adjusted(
    names.flatMap((from, i) =>
      names.flatMap((to, j) =>
        i === j ||
          !design.subjects.some(({ cells }) =>
            cells.some((cell) => (cell?.transitionsPerHour[i][j] ?? 0) > 0)
          )
          ? []
          : [judge(
            { from, to },
            design,
            (cell) => cell.transitionsPerHour[i][j],
            rng.fork(`step ${i} ${j}`),
          )]
      )
    ),
  );
  const found = rows.filter(({ q }) => q !== null && q <= options.alpha);
  const n = design.subjects.length;
  return {
    metrics: {
      group_differences: {
        value: rows.some(({ q }) => q !== null)
          ? new Set(found.map(({ behaviour }) => behaviour)).size
          : null,
        n,
        of: "subjects",
        origin: behaviours.origin,
        note: `of ${names.length} behaviours, at a false discovery rate of ${options.alpha} a measure; ` +
          `${design.groups.join(", ")}; ${design.paired ? "within" : "between"} subjects`,
      },
    },
    tables: {
      group_comparison: rows,
      group_transitions: steps,
      group_values: design.subjects.flatMap(({ subject, cells }) =>
        cells.flatMap((cell, g) =>
          cell === undefined ? [] : names.map((behaviour, label) => ({
            subject,
            group: design.groups[g],
            behaviour,
            seconds: cell.seconds,
            ...Object.fromEntries(measures.map((measure) => [measure, cell.values[measure][label]])),
          }))
        )
      ),
    },
    groupDesign: {
      groups: options.groups,
      design: design.paired ? "within subjects" : "between subjects",
      subjects: Object.fromEntries(
        design.groups.map((group, g) => [
          group,
          design.subjects.filter(({ cells }) => cells[g] !== undefined).map(({ subject }) => subject),
        ]),
      ),
      alpha: options.alpha,
    },
    details: {},
  };
}

function designOf({ bouts, recordings = [], names }: Behaviours, column: string): Design {
  const columns = new Set(recordings.flatMap(({ facts = {} }) => Object.keys(facts)));
  if (!columns.has(column)) {
    throw new InputError(`Cannot compare groups: no recording has a fact "${column}"`, {
      hint: columns.size === 0
        ? "Give `load` a table of facts with `metadata`: one row a file or subject, one column a fact."
        : suggestion(column, columns).hint,
    });
  }
  const groupOf = new Map(recordings.map(({ id, facts }) => [id, facts?.[column]]));
  const without = recordings.filter(({ facts }) => facts?.[column] === undefined);
  const groups = [...new Set(groupOf.values())].filter((group) => group !== undefined)
    .sort((a, b) => typeof a === "number" && typeof b === "number" ? a - b : 0).map(String);
  if (groups.length < 2) {
    throw new InputError(`Cannot compare groups: "${column}" is "${groups[0]}" everywhere`, {
      hint: "A comparison needs two groups at least.",
    });
  }
  const bySubject = new Map<string, (Bout[] | undefined)[]>();
  for (const bout of bouts) {
    const group = groupOf.get(bout.recording);
    if (group === undefined) continue;
    const cells = bySubject.get(bout.subject) ?? groups.map(() => undefined);
    (cells[groups.indexOf(String(group))] ??= []).push(bout);
    bySubject.set(bout.subject, cells);
  }
  const subjects = [...bySubject].map(([subject, cells]) => ({
    subject,
    cells: cells.map((own) => own && measureSubject(own, names.length)),
  }));
  const seen = subjects.map(({ cells }) => cells.filter((cell) => cell !== undefined).length);
  const several = subjects.filter((_, i) => seen[i] > 1);
  if (several.length === 0) return { groups, paired: false, subjects };
  const partly = subjects.filter((_, i) => seen[i] < groups.length).map(({ subject }) => subject);
  if (partly.length === 0) return { groups, paired: true, subjects };
  throw new InputError(
    `Cannot compare groups: ${several.length} subjects were seen in several groups of "${column}", but not in all of ` +
      `them: ${partly.slice(0, 5).join(", ")}${partly.length > 5 ? ", …" : ""}`,
    {
      hint: `Leave out subjects that were not seen in every group, or choose a fact that is one a subject.${
        without.length > 0 ? ` ${without.length} recordings have no such fact.` : ""
      }`,
    },
  );
}

type Row = { [column: string]: Json } & { p: number | null; q: number | null };

function judge(
  what: { [column: string]: string },
  { groups, paired, subjects }: Design,
  valueOf: (cell: SubjectMeasures) => number | null,
  rng: Random,
): Row {
  const values = subjects.map(({ cells }) => cells.map((cell) => cell === undefined ? null : valueOf(cell)));
  const row: Row = { ...what, p: null, q: null };
  const columns = groups.map((_, g) => values.map((cells) => cells[g]).filter((value) => value !== null));
  groups.forEach((group, g) => {
    row[`n ${group}`] = columns[g].length;
    row[`mean ${group}`] = columns[g].length === 0 ? null : mean(columns[g]);
    row[`median ${group}`] = columns[g].length === 0 ? null : quantile(columns[g], 0.5);
  });
  const whole = values.filter((cells) => cells.every((value) => value !== null)) as number[][];
  const enough = paired ? whole.length >= LEAST : columns.every(({ length }) => length >= LEAST);
  if (!enough) {
    row.reason = `fewer than ${LEAST} subjects ${
      paired ? "with the behaviour in every session" : "of a group"
    }`;
    return row;
  }
  const test = paired ? testSessions(whole.map((cells) => Float64Array.from(cells)), rng) : testGroups(
    Float64Array.from(columns.flat()),
    Int32Array.from(columns.flatMap((column, g) => column.map(() => g))),
    groups.length,
    rng,
  );
  return {
    ...row,
    p: test.p,
    statistic: test.statistic,
    permutations: test.exact ? "all" : "drawn",
    ...differenceOf(
      paired ? groups.map((_, g) => whole.map((cells) => cells[g])) : columns,
      test.statistic,
      paired,
    ),
  };
}

function adjusted(rows: Row[]): Row[] {
  const q = benjaminiHochberg(rows.map(({ p }) => p));
  return rows.map((row, i) => ({ ...row, q: q[i] }));
}
