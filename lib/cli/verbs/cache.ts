/** `cache ls|gc|check|forget|pin`: the store of results. */
import type { Examples } from "../examples.ts";
import { Command } from "@commander-js/extra-typings";
import { InputError } from "../../errors.ts";
import { suggestion } from "../../text/suggest.ts";
import { days, jsonOption, parseBytes, rootOption } from "../flags.ts";
import { Exit, exitCodes } from "../terminal/exit.ts";
import { table } from "../terminal/format.ts";
import { bytes, count, duration, moment } from "../../text/numbers.ts";
import { json, out } from "../terminal/terminal.ts";
import { openProjectEngine } from "../project_engine.ts";
import { runOf, runWord } from "../run_word.ts";

export const examples: Examples = [
  ["cache ls"],
  ["cache gc --max-size 20GB --dry-run", "what would go, without dropping it"],
  ["cache check"],
  ["cache pin latest"],
  ["cache forget --subject p07 --dry-run", "what would go with one person"],
];

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
          moment(e.lastUsed),
          e.pinned ? "pinned" : "",
        ]),
      ),
    );
    out(`${count(entries.length, "result")}, ${bytes(entries.reduce((sum, e) => sum + e.bytes, 0))}`);
  });

/** Kinds of things that a reader knows by name; of the others, such as contents and locks, the number is told. */
const named: ReadonlySet<string> = new Set(["result", "run"]);

const gc = new Command("gc")
  .description("Drop the results that were not used for longest, and old runs.")
  .option("--max-size <size>", "keep at most this much, e.g. 20GB", parseBytes)
  .option("--max-age <days>", "drop what was not used for longer, e.g. 30d", days)
  .option(
    "--runs <days>",
    "drop records, logs and sent alerts of runs that are older, e.g. 90d; numbers stay",
    days,
  )
  .option("--dry-run", "only tell, one by one")
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (options) => {
    const engine = await openProjectEngine(options.root);
    const report = await engine.cacheGc({
      ...(options.maxSize === undefined ? {} : { maxBytes: options.maxSize }),
      ...(options.maxAge === undefined ? {} : { maxAgeDays: options.maxAge }),
      dryRun: options.dryRun === true,
    });
    const runs = options.runs === undefined ? [] : await engine.forgetRuns(options.runs, report.dryRun);
    const { forgetMessages } = await import("../../schedule/forget_messages.ts");
    const told = options.runs === undefined
      ? { messages: 0, dueTimes: 0 }
      : forgetMessages(engine.root, options.runs, report.dryRun);
    await engine.close();
    if (options.json === true) return json({ ...report, items: [...report.items, ...runs], ...told });
    if (report.dryRun) {
      out(table(
        [...report.items, ...runs].filter(({ kind }) => named.has(kind)).map((item) => [
          item.kind,
          item.name,
          // Results share contents: what goes with one of them alone, nobody can say.
          item.kind === "result" ? "" : bytes(item.bytes),
        ]),
      ));
      for (const [kind, items] of Map.groupBy(report.items, ({ kind }) => kind)) {
        if (named.has(kind)) continue;
        out(
          `and of kind ${kind}: ${items.length}, ${bytes(items.reduce((sum, item) => sum + item.bytes, 0))}`,
        );
      }
    }
    const verb = report.dryRun ? "would remove" : "removed";
    out(
      `${verb} ${count(report.removedActions, "result")}, ${bytes(report.removedBytes)}; ${
        count(report.keptActions, "result")
      }, ${bytes(report.keptBytes)} stay`,
    );
    if (options.runs !== undefined) {
      const size = bytes(runs.reduce((sum, run) => sum + run.bytes, 0));
      out(
        `${verb} ${count(runs.length, "run")}, ${size}; ${count(told.messages, "message")}, ${
          count(told.dueTimes, "due time")
        }`,
      );
    }
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

const forget = new Command("forget")
  .description(
    "Remove a person: all results that hold their data or were made from it, here and in the shared cache.",
  )
  .requiredOption("--subject <name>", "as recordings name them")
  .option("--dry-run", "only tell what would go")
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async ({ subject, ...options }) => {
    const engine = await openProjectEngine(options.root);
    const report = await engine.cacheForget(subject, options.dryRun === true).finally(() => engine.close());
    if (!report.known.includes(subject)) {
      throw new InputError(
        `Cannot forget subject "${subject}": no result names them`,
        suggestion(subject, report.known),
      );
    }
    if (options.json === true) return json(report);
    const verb = report.dryRun ? "would remove" : "removed";
    out(
      `${verb} ${count(report.removedActions, "result")} of ${report.results.join(", ")}: ${
        bytes(report.removedBytes)
      }`,
    );
    if (report.trained.length > 0) {
      out(`trained with them, to be trained again: ${report.trained.join(", ")}`);
    }
    out(
      "files that were read and folders that were published are not touched: remove them before the next run",
    );
  });

const pin = new Command("pin")
  .description("Keep everything that a run needs from gc.")
  .argument("<run>", runWord)
  .option("--release", "let gc have it again")
  .addOption(rootOption)
  .addOption(jsonOption)
  .action(async (word, options) => {
    const engine = await openProjectEngine(options.root);
    const run = await runOf(engine, word);
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
  .addCommand(forget.exitOverride())
  .addCommand(pin.exitOverride());
