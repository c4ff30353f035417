/** Paths as the user means them: from where they stand, which is not always where the program stands. */
import { isAbsolute, join, relative, resolve } from "../path.ts";

/** Where the user stands: `deno task` and npm change into the project's folder and leave the user's in INIT_CWD. */
function userFolder(): string {
  return Deno.env.get("INIT_CWD") || Deno.cwd();
}

/** A path that the user typed, to read or to write; as typed where the program stands at the same place. */
export function userPath(path: string): string {
  const start = userFolder();
  if (isAbsolute(path) || start === Deno.cwd()) return path;
  return relative(Deno.cwd(), resolve(start, path)) || ".";
}

/** A path of the program as the user would type it. */
export function shownPath(path: string): string {
  return relative(userFolder(), resolve(path)) || ".";
}

/** The project of `--root`, or the one of a place, by default of where the user stands. */
export async function projectRoot(given: string | undefined, place = userFolder()): Promise<string> {
  if (given !== undefined) return resolve(userPath(given));
  const { findRoot } = await import("../workflow/project/root.ts");
  return await findRoot(join(place, "workflow.yaml"), userFolder());
}
