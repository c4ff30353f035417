/** Naming behaviours, from the address to the page, and from the form to the file. */
import { join } from "node:path";
import type { RunRecord } from "../../engine/mod.ts";
import { InputError } from "../../errors.ts";
import { parseNames } from "../../temporal/names_file.ts";
import { htmlPage } from "../answers.ts";
import type { Project } from "../project.ts";
import { behavioursOf } from "../review/views.ts";
import { filledIn } from "./names_form.ts";
import { namesFileOf } from "./names_file_of.ts";
import { namesPage, type ShownNames } from "./names_page.ts";

/** The page; with a form's content its names are written. Undefined where there is nothing to name, or it is not allowed. */
export async function namesView(
  project: Project,
  run: RunRecord,
  task: string,
  form?: FormData,
): Promise<Response | undefined> {
  const found = project.edit ? await behavioursOf(project, run, task) : undefined;
  if (found === undefined) return undefined;
  const plan = await project.currentPlan(run.file).catch(() => undefined);
  const place = namesFileOf(project.root, run, task, plan);
  let text = await Deno.readTextFile(join(found.dir, "names.yaml"));
  let saved: ShownNames["saved"] = "no";
  if (form !== undefined) {
    try {
      text = filledIn(parseNames(text), form);
      await replace(place.path, text);
      saved = "yes";
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      saved = { problem: error.message.replace(/\n\s*/g, " ") };
    }
  } else text = await newerNames(place.path, text);
  const page = namesPage({ run, task, behaviours: found.value, file: parseNames(text), place, saved });
  return htmlPage("Names", page, { status: typeof saved === "string" ? 200 : 400 });
}

/** The names that were saved for the same behaviours, where a run has not taken them yet. */
async function newerNames(path: string, made: string): Promise<string> {
  try {
    const text = await Deno.readTextFile(path);
    const [saved, known] = [parseNames(text), parseNames(made)];
    const same = saved.fit === known.fit &&
      Object.keys(saved.behaviours).join("\n") === Object.keys(known.behaviours).join("\n");
    return same ? text : made;
  } catch {
    return made;
  }
}

/** Writes beside and renames: whoever reads sees the old file or the new one. */
async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  await Deno.writeTextFile(draft, text);
  await Deno.rename(draft, path);
}
