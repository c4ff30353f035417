/** The run that a word means, and what to say where it means none or several. */
import { InputError } from "../../errors.ts";
import { moment } from "../../text/numbers.ts";
import { commandLine } from "../../text/program.ts";
import { nearest } from "../../text/suggest.ts";
import type { Layout } from "../system/layout.ts";
import type { RunRecord } from "../types.ts";
import { KnownRuns, listWorkflows, runIds } from "./read_runs.ts";
import { newRunId } from "./run_record.ts";

/** Runs whose records are looked at for the names of workflows. */
const LOOKED_AT = 1000;
/** Runs that a message lists. */
const LISTED = 5;

/**
 * Reads a run by id, a unique beginning of one, `latest`, or a workflow's name or file (from the project's root), whose
 * latest run that succeeded is meant. A run whose process is gone is `interrupted`.
 *
 * @throws {InputError} where no run or more than one is meant.
 */
export function readRun(layout: Layout, word: string, known = new KnownRuns()): RunRecord {
  const ids = runIds(layout);
  if (word === "latest" && ids.length > 0) return known.read(layout, latestOf(ids));
  const found = ids.includes(word) ? [word] : word === "" ? [] : ids.filter((id) => id.startsWith(word));
  if (found.length === 1) return known.read(layout, found[0]!);
  if (found.length > 1) throw ambiguous(layout, word, found, known);
  return ofWorkflow(layout, word, ids, known);
}

/** The newest id; one of a clock that was ahead only where there is no other. */
function latestOf(ids: string[]): string {
  const now = newRunId(new Date(Date.now() + 60_000));
  return ids.find((id) => id < now) ?? ids[0]!;
}

function ofWorkflow(layout: Layout, word: string, ids: string[], known: KnownRuns): RunRecord {
  if (ids.length === 0) {
    throw new InputError(`Cannot read run: there is no run ${word}`, {
      hint: `Nothing has been run in this project. ${commandLine("run", ["FILE"])} runs a workflow.`,
    });
  }
  const workflows = listWorkflows(layout, LOOKED_AT);
  const names = new Set(workflows.flatMap(({ workflow, file }) => [workflow, file]));
  if (!names.has(word)) {
    const meant = nearest(word, ["latest", ...names, ...[...names].map(fileName)]);
    throw new InputError(`Cannot read run: there is no run ${word}`, {
      hint: meant === undefined ? `${commandLine("runs")} lists them.` : `did you mean "${meant}"?`,
    });
  }
  let last: RunRecord | undefined;
  for (const id of ids) {
    const run = readable(layout, id, known);
    if (run === undefined || (run.workflow !== word && run.file !== word)) continue;
    if (run.status === "succeeded") return run;
    last ??= run;
  }
  throw new InputError(`Cannot read run: no run of ${word} succeeded`, {
    hint: last === undefined ? "Their records are damaged." : `Its latest is ${told(last)}.`,
  });
}

function ambiguous(layout: Layout, word: string, ids: string[], known: KnownRuns): InputError {
  const listed = ids.slice(0, LISTED).map((id) => {
    const run = readable(layout, id, known);
    return run === undefined ? id : told(run);
  });
  const more = ids.length > LISTED ? `, and ${ids.length - LISTED} earlier ones` : "";
  return new InputError(`Cannot read run: ${word} is the beginning of ${ids.length} runs`, {
    hint: `Write more of one of them, newest first: ${listed.join(", ")}${more}.`,
  });
}

function told({ id, workflow, status, started }: RunRecord): string {
  return `${id} (${workflow}, ${moment(started)}, ${status})`;
}

/** A record, unless it is damaged: one such hides no other. */
function readable(layout: Layout, id: string, known: KnownRuns): RunRecord | undefined {
  try {
    return known.read(layout, id);
  } catch {
    return undefined;
  }
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
