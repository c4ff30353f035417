/** A first workflow for files of one's own: a look at them, and the text that follows from it. */
import { existsSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { workflowText } from "../workflow/project/workflow_text.ts";

const ours = new Set(["workflows", "out", "node_modules"]);

function* filesIn(dir: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(dir)) {
    if (name.startsWith(".") || isDirectory && ours.has(name)) continue;
    if (isDirectory) yield* filesIn(join(dir, name));
    else yield join(dir, name);
  }
}

/** The user's data of a project: the path given, else its `data` folder, else the tables lying in it. */
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
  const below = relative(resolve(project), place);
  const path = below.startsWith("..") || isAbsolute(below) ? place : below || ".";
  return { path, files: Deno.statSync(place).isDirectory ? [...filesIn(place)].sort() : [place] };
}

/**
 * Looks at a project's data.
 *
 * @param given Absolute path of a folder or file; by default `data` of the project, or the tables lying in it.
 * @returns The workflow and what to tell; undefined where the project has no data.
 * @throws {InputError} where there are files, but no tables of samples.
 */
export async function firstWorkflowFor(
  project: string,
  given?: string,
): Promise<{ text: string; lines: string[] } | undefined> {
  const data = dataOf(project, given);
  if (data === undefined) return undefined;
  const { lookAtFiles } = await import("../signal/read/look/look_at_folder.ts");
  const seen = await lookAtFiles(data.files);
  const { source, ...rest } = seen.params;
  const params = { source, path: data.path, ...rest };
  return {
    text: workflowText({ ...seen, params }),
    lines: [
      ...seen.facts,
      ...seen.guesses.map((guess) => `guess: ${guess}`),
      ...seen.open.map(({ what, write }) => `not guessed: ${what}; write under load: ${write}`),
    ],
  };
}
