/** Groups of subjects, or sessions of the same ones, compared behaviour by behaviour. */
import type { Metrics } from "../../artifacts/metrics.ts";
import { type Measure, measures, measureTitles } from "../../metrics/groups/measures.ts";
import { groupValues } from "../figures/groups.ts";
import { defineSection } from "../section.ts";
import { type Loaded, sourceName } from "../sources.ts";
import { type Fragment, heading, note, stack, table, type TableCell } from "../table.ts";
import { numberOf, withTable } from "../with_table.ts";

export default defineSection({
  id: "groups",
  title: "Groups",
  claims: ["group_comparison", "group_transitions", "group_values"],
  needs: (sources) => withTable(sources, "group_comparison"),
  missing: "No comparison of groups is connected to this report.",
  draw: (found) => Promise.resolve(stack(...found.map(drawOne))),
});

/** Transitions that are shown at most, those of least q first. */
const MOST_TRANSITIONS = 12;

function drawOne(source: Loaded<Metrics>): Fragment {
  const { groupDesign, metrics, tables } = source.value;
  if (groupDesign === undefined) return note(`${sourceName(source)} does not say which groups it compares.`);
  const { groups, design, subjects, alpha } = groupDesign;
  const origin = metrics.group_differences.origin;
  const sizes = Object.entries(subjects);
  const names = sizes.map(([name]) => name);
  const differs = (measure: Measure) =>
    tables.group_comparison
      .filter((row) => row.measure === measure && numberOf(row.q) !== null && Number(row.q) <= alpha)
      .map((row) => String(row.behaviour));
  return stack(
    note(
      `${sourceName(source)}: ${groups}, ${
        sizes.map(([name, own]) => `${name} (n ${own.length})`).join(", ")
      }; compared ${design}. p-values come from permutations of subjects; q is the false discovery ` +
        `rate over the behaviours of one measure, ${alpha} and below counts as a difference.`,
    ),
    ...measures.map((measure) => {
      const { title, unit } = measureTitles[measure];
      const values = tables.group_values.flatMap((row) => {
        const value = numberOf(row[measure]);
        if (value === null) return [];
        return [{
          subject: String(row.subject),
          group: String(row.group),
          behaviour: String(row.behaviour),
          value,
        }];
      });
      if (values.length === 0) return note(`No subject has a ${title}: no bout was seen to its end.`);
      return stack(
        heading(title[0].toUpperCase() + title.slice(1)),
        groupValues(values, { measure: title, unit, different: differs(measure), origin }),
        comparisonTable(
          tables.group_comparison.filter((row) => row.measure === measure),
          ["behaviour"],
          names,
        ),
      );
    }),
    heading("Transitions an hour"),
    comparisonTable(
      tables.group_transitions.toSorted((a, b) => Number(a.q ?? 2) - Number(b.q ?? 2)).slice(
        0,
        MOST_TRANSITIONS,
      ),
      ["from", "to"],
      names,
    ),
    tables.group_transitions.length > MOST_TRANSITIONS &&
      note(`The ${MOST_TRANSITIONS} transitions of least q, of ${tables.group_transitions.length}.`),
  );
}

function comparisonTable(rows: Metrics["tables"][string], keys: string[], groups: string[]): Fragment {
  if (rows.length === 0) return note("None occurs.");
  return table(
    [...keys, ...groups.map((group) => `median ${group}`), "difference", "95 %", "p", "q", "effect", "95 %"],
    rows.map((row): TableCell[] => [
      ...keys.map((key) => String(row[key])),
      ...groups.map((group) => numberOf(row[`median ${group}`])),
      numberOf(row.difference),
      range(row.difference_lower, row.difference_upper),
      row.p === null ? String(row.reason ?? "") : numberOf(row.p),
      numberOf(row.q),
      row.effect === undefined ? null : `${String(row.effect_name)} ${Number(row.effect).toFixed(2)}`,
      range(row.effect_lower, row.effect_upper),
    ]),
  );
}

function range(lower: unknown, upper: unknown): string | null {
  return typeof lower === "number" && typeof upper === "number"
    ? `${lower.toPrecision(3)} to ${upper.toPrecision(3)}`
    : null;
}
