/** `cache ls|gc|check|pin`: the store of results. */
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { jsonOption, parseBytes, rootOption } from "../flags.ts";
import { Exit, exitCodes } from "../terminal/exit.ts";
import { table } from "../terminal/format.ts";
import { bytes, count, duration } from "../../text/numbers.ts";
import { json, out } from "../terminal/terminal.ts";
import { openProjectEngine } from "../workflow_file.ts";

function days(text: string): number {
  const match = /^(\d+(?:\.\d+)?)d?$/.exec(text);
  if (match === null) throw new InvalidArgumentError("It must be a number of days such as 30d.");
  return Number(match[1]);
}

const ls = new Command("ls")
  .description("List what the store holds, the last used first.")
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (options) => {
    const engine = await openProjectEngine(options.root);
    const entries = await engine.cacheList();
    await engine.close();
    if (options.json === true) return json(entries);
    out(
      table(
        entries.map((
          e,
        ) => [
          e.key.slice(0, 12),
          e.uses,
          e.step,
          bytes(e.bytes),
          duration(e.seconds),
          e.lastUsed,
          e.pinned ? "pinned" : "",
        ]),
      ),
    );
    out(`${count(entries.length, "result")}, ${bytes(entries.reduce((sum, e) => sum + e.bytes, 0))}`);
  });

const gc = new Command("gc")
  .description("Drop the results that were not used for longest.")
  .option("--max-size <size>", "keep at most this much, e.g. 20GB", parseBytes)
  .option("--max-age <days>", "drop what was not used for longer, e.g. 30d", days)
  .option("--dry-run", "only tell")
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (options) => {
    const engine = await openProjectEngine(options.root);
    const report = await engine.cacheGc({
      ...(options.maxSize === undefined ? {} : { maxBytes: options.maxSize }),
      ...(options.maxAge === undefined ? {} : { maxAgeDays: options.maxAge }),
      dryRun: options.dryRun === true,
    });
    await engine.close();
    if (options.json === true) return json(report);
    const verb = report.dryRun ? "would remove" : "removed";
    out(
      `${verb} ${count(report.removedActions, "result")}, ${bytes(report.removedBytes)}; ${
        count(report.keptActions, "result")
      }, ${bytes(report.keptBytes)} stay`,
    );
    if (options.maxSize === undefined && options.maxAge === undefined) {
      out("without --max-size or --max-age only content that no result needs is removed");
    }
  });

const check = new Command("check")
  .description("Hash everything in the store; damaged results are removed and made again by the next run.")
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (options) => {
    const engine = await openProjectEngine(options.root);
    const report = await engine.cacheCheck();
    await engine.close();
    if (options.json === true) json(report);
    else {
      for (const problem of report.problems) out(problem);
      out(
        `${count(report.actions, "result")}, ${count(report.blobs, "file")}, ${bytes(report.bytes)}: ${
          report.problems.length === 0 ? "all whole" : count(report.problems.length, "problem")
        }`,
      );
    }
    if (report.problems.length > 0) throw new Exit(exitCodes.failed);
  });

const pin = new Command("pin")
  .description("Keep everything that a run needs from gc.")
  .argument("<run>", "run id, its beginning, or latest")
  .option("--release", "let gc have it again")
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (id, options) => {
    const engine = await openProjectEngine(options.root);
    const run = await engine.readRun(id);
    const pinned = options.release !== true;
    await engine.pinRun(run.id, pinned);
    await engine.close();
    if (options.json === true) return json({ run: run.id, pinned });
    out(`${run.id} ${pinned ? "is kept" : "is no longer kept"}`);
  });

export const command = new Command()
  .description("Look after the store of results in .motiflow/.")
  .addCommand(ls.exitOverride())
  .addCommand(gc.exitOverride())
  .addCommand(check.exitOverride())
  .addCommand(pin.exitOverride());
