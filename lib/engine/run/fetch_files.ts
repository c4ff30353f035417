/** Brings the files that a task requests by URL into the store, and pins those that are not. */
import { join } from "../../path.ts";
import type { FileRequest } from "../../workflow/step.ts";
import type { Task } from "../../workflow/workplan.ts";
import { download } from "./download.ts";
import { StepError } from "../step_error.ts";
import { hashFile } from "../system/hash_file.ts";
import { Layout } from "../system/layout.ts";
import { isRemote } from "../key/is_remote.ts";
import { nameOf, pins } from "../key/remote_file.ts";

/** How a fetch is watched and stopped. */
export interface Fetching {
  signal: AbortSignal;
  progress: (message: string, fraction?: number) => void;
  warn: (message: string) => void;
}

/**
 * Brings all remote files of a task into the store and pins those that are not.
 *
 * @throws StepError when a file does not come, or is not the one that is pinned.
 */
export async function fetchFiles(root: string, task: Task, how: Fetching): Promise<void> {
  for (const request of task.files) if (isRemote(request)) await fetchFile(new Layout(root), request, how);
}

async function fetchFile(
  layout: Layout,
  { pattern: url, sha256 }: FileRequest,
  how: Fetching,
): Promise<void> {
  const pinned = sha256 ?? pins(layout).read()[url];
  const place = (hash: string) => join(layout.downloads, hash, nameOf(url));
  if (pinned !== undefined && await holds(place(pinned), pinned, how)) return;
  Deno.mkdirSync(layout.downloads, { recursive: true });
  const draft = join(layout.downloads, `${crypto.randomUUID()}.part`);
  how.progress(`downloading ${url}`);
  const found = await download(url, draft, {
    signal: how.signal,
    progress: (fraction) => how.progress(`downloading ${url}`, fraction),
  });
  try {
    const wanted = pinned ?? await pins(layout).add(url, found.sha256);
    if (found.sha256 !== wanted) {
      const [who, remedy] = sha256 === undefined
        ? ["motiflow.lock says", "If the new file is the right one, remove its line from motiflow.lock."]
        : ["the workflow says", "If the new file is the right one, change `sha256`."];
      throw new StepError(
        `Cannot use ${url}: its SHA-256 is ${found.sha256}, and ${who} ${wanted}\n  ${remedy}`,
        "input",
      );
    }
    Deno.mkdirSync(join(layout.downloads, wanted), { recursive: true });
    Deno.chmodSync(draft, 0o444);
    Deno.renameSync(draft, place(wanted));
  } catch (error) {
    await Deno.remove(draft).catch(() => {});
    throw error;
  }
}

/** Whether the file is there and whole; one that is damaged is removed. */
async function holds(path: string, sha256: string, { warn }: Fetching): Promise<boolean> {
  try {
    if ((await hashFile(path)).sha256 === sha256) return true;
    warn(`${path} is damaged and downloaded again`);
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}
