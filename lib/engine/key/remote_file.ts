/**
 * Files that a task requests by URL. Their place in the store follows from their content, so a key is computed without
 * any network; the engine fetches them before the step runs, and the step itself needs no network at all.
 */
import { join } from "../../path.ts";
import type { FileRequest } from "../../workflow/step.ts";
import { Layout } from "../system/layout.ts";
import { NotPinned } from "./is_remote.ts";
import { PinnedFiles } from "./pinned_files.ts";

/** Where the file of a request lies, or will lie. @throws NotPinned */
export function placeOf(root: string, request: FileRequest): { path: string; name: string; sha256: string } {
  const layout = new Layout(root);
  const sha256 = request.sha256 ?? pins(layout).read()[request.pattern];
  if (sha256 === undefined) throw new NotPinned(request.pattern);
  const name = nameOf(request.pattern);
  return { path: join(layout.downloads, sha256, name), name, sha256 };
}

/** What is pinned in a project. */
export function pins(layout: Layout): PinnedFiles {
  return new PinnedFiles(layout.root, layout.lock("motiflow.lock"));
}

/** The last part of the address, as a file name: its ending tells readers the format. */
export function nameOf(url: string): string {
  const last = new URL(url).pathname.split("/").at(-1)!.replaceAll(/[^\w.-]+/g, "_").slice(-100);
  return /^[\w-]/.test(last) ? last : `download${last.replace(/^\.+/, ".")}`;
}
