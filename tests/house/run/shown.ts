/** What a run of the tests showed: which rows of the tables, and what was left out and why. */
import type { TestCase } from "./junit.ts";
import type { Place } from "../places.ts";
import type { Reason } from "../skip.ts";

/** What a run says of the tests that a row names. */
export type Shown = "passed" | "failed" | "skipped" | "not run";

/** Whether a test of the report bears a name; `${…}` in the name stands for anything. */
function bears({ file, name }: TestCase, place: Place): boolean {
  if (file !== place.file) return false;
  const parts = place.name.split(/\$\{[^}]*\}/);
  const pattern = parts.map((part) => RegExp.escape(part)).join(".*");
  return new RegExp(`(^| > )${pattern}$`, "s").test(name);
}

/** A row is shown only if every test of each of its names passed. */
export function shown(places: Place[], cases: TestCase[]): Shown {
  const outcomes = places.flatMap((place) => {
    const found: Shown[] = cases.filter((test) => bears(test, place)).map(({ outcome }) => outcome);
    return found.length > 0 ? found : ["not run" as const];
  });
  return (["failed", "not run", "skipped"] as const).find((worst) => outcomes.includes(worst)) ?? "passed";
}

/** A table of rows that name their tests; those of other rows are shown otherwise. */
export type Rows = Record<string, { test?: Place | Place[]; tests?: Place[] }>;

/** How many rows a run showed, which it did not, and how many of these for no reason. */
export function rowsLine(rows: Rows, cases: TestCase[]): { line: string; unshown: number } {
  const byTest = Object.entries(rows).flatMap(([id, { test, tests }]) => {
    const places = [test ?? tests ?? []].flat();
    return places.length > 0 ? [{ id, outcome: shown(places, cases) }] : [];
  });
  const left = byTest.filter(({ outcome }) => outcome !== "passed");
  const words = left.map(({ id, outcome }) => `${id} ${outcome}`).join(", ");
  const passed = byTest.length - left.length;
  return {
    line: `${passed} of ${byTest.length} rows shown by passed tests${words && `; ${words}`}`,
    unshown: left.filter(({ outcome }) => outcome !== "skipped").length,
  };
}

/** The reason that was given for a skipped test: the first one at or below the line at which the test stands. */
export function reasonOf({ file, line }: TestCase, reasons: Reason[]): string | undefined {
  const below = reasons.filter((given) => given.file === file && given.line >= line);
  return below.sort((a, b) => a.line - b.line)[0]?.reason;
}

/** The last line of a run: how many tests were left out, for each reason. */
export function notRunLine(cases: TestCase[], reasons: Reason[]): string {
  const skipped = cases.filter(({ outcome }) => outcome === "skipped");
  if (skipped.length === 0) return "0 not run";
  const counts = new Map<string, number>();
  for (const test of skipped) {
    const reason = reasonOf(test, reasons) ?? "no reason given";
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const parts = [...counts].sort(([a], [b]) => a < b ? -1 : 1).map(([reason, n]) => `${reason} (${n})`);
  return `${skipped.length} not run: ${parts.join(", ")}`;
}
