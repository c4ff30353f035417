/** Where the program lies, and what is its own. Alone in its file, because each step's process loads it. */
import { filePath } from "./file_url.ts";

/** The program's own root, where `deno.json` lies. */
export const programRoot = filePath(new URL("../../../", import.meta.url).href);

/** URL below which the program's own modules lie. */
export const ownModules = new URL("../../", import.meta.url).href;

/** Whether a module is the program's own, and no user's. @param module File URL. */
export function ofProgram(module: string): boolean {
  return module.startsWith(ownModules);
}
