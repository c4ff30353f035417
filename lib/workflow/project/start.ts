/** What a new project starts with. */
import { existsSync, lstatSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { InputError } from "../../errors.ts";
import { projectFile } from "./root.ts";
import { BESIDE, simulatedWorkflow } from "./workflow_text.ts";

/** Where the first workflow of a project lies. */
export const firstWorkflow = "workflows/first.yaml";

/** One file of a new project. */
export interface StartFile {
  /** Below the project's folder. */
  path: string;
  text: string;
}

/**
 * The files of a new project.
 *
 * @param name Name of the project.
 * @param schema JSON Schema of workflow files, for editors.
 * @param workflow Text of the first workflow.
 * @param installed Where the schema of an installed package lies, from the workflow.
 */
function startFiles(name: string, schema: unknown, workflow: string, installed?: string): StartFile[] {
  const copied = { path: "workflows/workflow.schema.json", text: JSON.stringify(schema, null, 1) + "\n" };
  return [
    { path: projectFile, text: JSON.stringify({ version: 1, name }, null, 2) + "\n" },
    { path: ".gitignore", text: `/.motiflow/\n/out/\n${installed === undefined ? "" : "node_modules/\n"}` },
    { path: firstWorkflow, text: installed === undefined ? workflow : workflow.replace(BESIDE, installed) },
    ...(installed === undefined ? [copied] : []),
  ];
}

/** The schema of the package that is installed for a project, from its first workflow: a copy would go stale. */
function installedSchema(dir: string): string | undefined {
  for (let at = resolve(dir);; at = dirname(at)) {
    const schema = join(at, "node_modules/motiflow/workflows/workflow.schema.json");
    if (existsSync(schema)) {
      return relative(dirname(join(resolve(dir), firstWorkflow)), schema).replaceAll("\\", "/");
    }
    if (dirname(at) === at) return undefined;
  }
}

/**
 * Makes a folder a project. Files that are there already stay as they are.
 *
 * @param dir Folder of the project; made where there is none.
 * @param workflow Text of the first workflow; one of simulated people when left out.
 * @returns The files that were written, below `dir`.
 * @throws {InputError} when the folder has its first workflow already.
 */
export async function startProject(
  dir: string,
  schema: unknown,
  workflow = simulatedWorkflow(),
): Promise<string[]> {
  const file = join(dir, firstWorkflow);
  if (isThere(file)) {
    throw new InputError("Cannot start a project: there is a workflow already", {
      file,
      hint: "Remove it, or give another folder.",
    });
  }
  const written: string[] = [];
  const name = basename(resolve(dir)) || "project";
  for (const { path, text } of startFiles(name, schema, workflow, installedSchema(dir))) {
    const target = join(dir, path);
    if (isThere(target)) continue;
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.writeTextFile(target, text, { createNew: true });
    written.push(path);
  }
  return written;
}

/** Whether anything is at a path, also a link that leads nowhere. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
