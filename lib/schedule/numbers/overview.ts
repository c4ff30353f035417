/** The main metrics of runs, a line each. */
import { headlinesFirst, titleOf } from "../../metrics/catalogue.ts";
import { moment, significant } from "../../text/numbers.ts";
import type { HistoryPoint } from "../history.ts";

/** Metrics that a line has room for. */
const MOST = 4;

/**
 * Lines of the latest runs, oldest first: when, workflow, step, then the metrics that come first in the catalogue, else as
 * they come.
 *
 * @param points Oldest first, enough of them for `limit` lines.
 * @param limit Most lines.
 */
export function overview(
  points: readonly HistoryPoint[],
  limit: number,
): { head: string[]; rows: string[][]; example: string } {
  const lines = [...Map.groupBy(points, ({ run, task }) => `${run} ${task}`).values()].slice(-limit);
  const shown = lines.flat();
  // By run they come sorted backwards by name.
  const names = headlinesFirst(new Set(shown.map(({ metric }) => metric).sort())).slice(0, MOST);
  const rows = lines.map((line) => [
    moment(line[0]!.started),
    line[0]!.workflow,
    line[0]!.task,
    ...names.map((name) => {
      const value = line.find(({ metric }) => metric === name)?.value;
      return value === undefined ? "" : value === null ? "–" : significant(value);
    }),
  ]);
  return {
    head: ["run", "workflow", "step", ...names.map((name) => titleOf(name))],
    rows,
    example: names[0]!,
  };
}
