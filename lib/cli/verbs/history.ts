/** `history`: metrics over time. */
import type { Examples } from "../examples.ts";
import { Command } from "@commander-js/extra-typings";
import { collectTag, jsonOption, rootOption, wholePositive } from "../flags.ts";
import { table } from "../terminal/format.ts";
import { moment, number } from "../../text/numbers.ts";
import { commandLine } from "../../text/program.ts";
import { err, json, out } from "../terminal/terminal.ts";
import { openProjectEngine } from "../project_engine.ts";
import { projectRoot, shownPath, userPath } from "../paths.ts";

export const examples: Examples = [
  ["history", "the main numbers of each run"],
  ["history --metric accuracy"],
  ["history --workflow first --html out/history.html"],
];

/** Runs, or values of one metric, that are listed. */
const SHOWN = 50;
/** Values that are read to list the main ones of so many runs. */
const READ = 10_000;

export const command = new Command()
  .description(
    "Metrics of earlier runs over time, oldest first: the main ones of each run, or one with n and origin.",
  )
  .option("--workflow <name>", "only runs of this workflow")
  .option("--metric <name>", "only this metric")
  .option("--limit <n>", "at most so many of the latest runs or values; 50, all on a page", wholePositive)
  .option("--html <file>", "write a page with drift, metrics and alerts over time instead")
  .option("--tag <word>", "only runs that bear it; may be repeated", collectTag)
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async ({ root, json: asJson, workflow, metric, limit, tag, html }) => {
    const { openExisting } = await import("../../schedule/database.ts");
    const { readAlerts, readHistory } = await import("../../schedule/history.ts");
    const db = openExisting(await projectRoot(root));
    const of = workflow === undefined ? {} : { workflow };
    const alerts = html === undefined || db === undefined ? [] : readAlerts(db, of);
    const drawn = html === undefined || metric !== undefined
      ? undefined
      : (await import("../../schedule/history_page.ts")).drawnMetrics(alerts);
    const points = db === undefined ? [] : readHistory(db, {
      limit: html !== undefined ? limit ?? 1_000_000 : metric !== undefined || asJson ? limit ?? SHOWN : READ,
      ...of,
      ...(metric === undefined ? {} : { metric }),
      ...(drawn === undefined ? {} : { drawn }),
      ...(tag === undefined ? {} : { runs: await runsWith(tag, root) }),
    });
    db?.close();
    if (html !== undefined) {
      const { historyPage } = await import("../../schedule/history_page.ts");
      const place = userPath(html);
      const { writeOwn } = await import("../../report/own_file.ts");
      const page = historyPage(points, alerts, metric === undefined ? {} : { metric });
      const kept = await writeOwn(place, page);
      if (kept !== undefined) err(`kept: the file that was changed by hand is ${shownPath(kept)} now`);
      return asJson === true ? json({ written: html }) : out(`written: ${html}`);
    }
    if (asJson === true) return json(points);
    if (points.length === 0) return out("no metrics yet; every run adds its own");
    if (metric === undefined) {
      const { overview } = await import("../../schedule/numbers/overview.ts");
      const { head, rows, example } = overview(points, limit ?? SHOWN);
      out(table([head, ...rows]));
      return out(`one metric over time: ${commandLine("history", ["--metric", example])}`);
    }
    out(table(points.map((p) => [
      moment(p.started),
      p.workflow,
      p.task,
      p.metric,
      p.value === null ? "–" : number(p.value),
      `n = ${p.n} ${p.of}`,
      p.origin,
      p.run,
    ])));
  });

/** Ids of the runs that bear all tags. */
async function runsWith(tags: readonly string[], root: string | undefined): Promise<string[]> {
  const engine = await openProjectEngine(root);
  try {
    return (await engine.listRuns({ tags })).map(({ id }) => id);
  } finally {
    await engine.close();
  }
}
