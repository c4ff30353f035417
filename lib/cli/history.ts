/** `history`: metrics over time. */
import { Command } from "@commander-js/extra-typings";
import { number, table } from "./format.ts";
import { positive } from "./run.ts";
import { json, out } from "./terminal.ts";
import { openProjectEngine } from "./workflow_file.ts";

export const command = new Command()
  .description("Metrics of earlier runs over time, oldest first, with n and origin.")
  .option("--workflow <name>", "only runs of this workflow")
  .option("--metric <name>", "only this metric")
  .option("--limit <n>", "at most so many of the latest values", positive, 50)
  .option("--root <dir>", "project root")
  .option("--json", "as JSON")
  .action(async ({ root, json: asJson, workflow, metric, limit }) => {
    const engine = await openProjectEngine(root);
    await engine.close();
    const { openDatabase } = await import("../schedule/database.ts");
    const { readHistory } = await import("../schedule/history.ts");
    const db = openDatabase(engine.root);
    const points = readHistory(db, {
      limit,
      ...(workflow === undefined ? {} : { workflow }),
      ...(metric === undefined ? {} : { metric }),
    });
    db.close();
    if (asJson === true) return json(points);
    if (points.length === 0) return out("no metrics yet; every run adds its own");
    out(table(points.map((p) => [
      p.started.replace("T", " ").replace(/\..*/, ""),
      p.workflow,
      p.task,
      p.metric,
      p.value === null ? "–" : number(p.value),
      `n = ${p.n} ${p.of}`,
      p.origin,
      p.run,
    ])));
  });
