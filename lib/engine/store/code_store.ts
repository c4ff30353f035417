/** What past code ids stood for, kept so that a change can be named by file and package. */
import type { Code } from "../key/code_id.ts";
import type { StoreFs } from "../system/fs.ts";
import type { Layout } from "../system/layout.ts";
import type { CodeParts } from "../key/code_id.ts";
import { look } from "../system/stat.ts";

/** The parts of a code id that some result was made with; undefined where they are not kept. */
export function readCode(layout: Layout, id: string): CodeParts | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(layout.codeOf(id)));
  } catch {
    return undefined;
  }
}

/** Keeps the parts of a code id. */
export function keepCode(fs: StoreFs, layout: Layout, { id, modules, packages, parts }: Code): void {
  const path = layout.codeOf(id);
  if (!look(path)) fs.writeWhole(path, JSON.stringify({ modules, packages, parts }));
}
