/** A first workflow for files of one's own: a look at them, and the text that follows from it. */
import { existsSync, globSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve } from "../../path.ts";
import { InputError } from "../../errors.ts";
import { levelsForClasses } from "../../fsq/levels_for_classes.ts";
import { labelsOfOne, workflowText } from "../../workflow/project/workflow_text.ts";

const ours = new Set(["workflows", "out", "node_modules"]);

function* filesIn(dir: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(dir)) {
    if (name.startsWith(".") || isDirectory && ours.has(name)) continue;
    if (isDirectory) yield* filesIn(join(dir, name));
    else yield join(dir, name);
  }
}

/** A path as `load` is given it: below the project, or absolute. */
function shown(project: string, place: string): string {
  const below = relative(resolve(project), place);
  return below.startsWith("..") || isAbsolute(below) ? place : below || ".";
}

/**
 * The user's data of a project: the path given, else its `data` folder, else the tables lying in it.
 *
 * @throws {InputError} where nothing is at the given path.
 */
function dataOf(project: string, given: string | undefined): { path: string; files: string[] } | undefined {
  const own = join(project, "data");
  if (given === undefined && !existsSync(own)) {
    const tables = existsSync(project)
      ? [...Deno.readDirSync(project)].map(({ name }) => name).filter((name) => /\.csv$/i.test(name)).sort()
      : [];
    return tables.length === 0
      ? undefined
      : { path: "*.csv", files: tables.map((name) => resolve(project, name)) };
  }
  const place = resolve(given ?? own);
  const path = shown(project, place);
  if (existsSync(place)) {
    return { path, files: Deno.statSync(place).isDirectory ? [...filesIn(place)].sort() : [place] };
  }
  const files = /[*?[]/.test(place)
    ? globSync(place).filter((file) => Deno.statSync(file).isFile).sort()
    : [];
  if (files.length > 0) return { path, files };
  throw new InputError(`Cannot look at recordings: nothing is at ${given}`, {
    hint: "Give a folder, a file or a quoted pattern such as 'data/*.csv' to --data.",
  });
}

/** What few people cannot show. */
const few: Record<number, string> = {
  1: "one person: the split is by time, which says nothing of new people; record more people for that",
  2: "two people: one is trained on, the other tested, which gives no interval; record more people for that",
};

/** @param labeled People with labels among them, where there are any. */
function fewLine({ subjects, labeled = 0 }: { subjects: number; labeled?: number }): string | undefined {
  return labeled === 2 && subjects > 2
    ? "labels of two people only: one is trained on, the other tested, which gives no interval; label more people for that"
    : few[subjects];
}

/**
 * Looks at a project's data.
 *
 * @param given Absolute path of a folder, file or pattern; by default `data` of the project, or the tables lying in it.
 * @returns The workflow, undefined where the project has no data, and what to tell.
 * @throws {InputError} where nothing is at the path, or nothing that can be read.
 */
export async function firstWorkflowFor(
  project: string,
  given?: string,
): Promise<{ text?: string; lines: string[] }> {
  const data = dataOf(project, given);
  const simulated =
    "the workflow simulates people; init --data PATH, in a new folder, writes one for recordings";
  if (data === undefined) return { lines: [`there is no data folder and no table: ${simulated}`] };
  const { lookAtFiles } = await import("../../signal/read/look/look_at_folder.ts");
  let seen;
  try {
    seen = await lookAtFiles(data.files);
  } catch (cause) {
    if (!(cause instanceof InputError) || given !== undefined) throw cause;
    return { lines: [...cause.message.split("\n").map((line) => line.trim()), simulated] };
  }
  const { source, type, ...rest } = seen.params;
  const own = Object.entries(rest).map(([key, value]): [string, unknown] => [
    key,
    typeof value === "string" && isAbsolute(value) ? shown(project, value) : value,
  ]);
  const params = {
    ...(seen.uses === "load" ? { source } : { type }),
    path: data.path,
    ...Object.fromEntries(own),
  };
  const people = seen.data === undefined ? undefined : fewLine(seen.data);
  return {
    text: workflowText({
      title: basename(resolve(project)),
      ...seen,
      params,
      ...(seen.data === undefined ? {} : { levels: levelsForClasses(seen.data.classes) }),
    }),
    lines: [
      ...seen.facts,
      ...seen.guesses.map((guess) => `guess: ${guess}`),
      ...seen.open.map(({ what, write }) => `not guessed: ${what}; write under ${seen.uses}: ${write}`),
      ...(people === undefined ? [] : [people]),
      ...(seen.data !== undefined && labelsOfOne(seen.data)
        ? ["labels of one person only: the model learns without them, and they name its motifs"]
        : []),
    ],
  };
}
