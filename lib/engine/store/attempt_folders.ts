/** Folders of running attempts: one per run, with a lock that tells whether the run still lives. */
import { join } from "../../path.ts";
import { type HeldLock, tryLock } from "../system/lock.ts";

/** The folder of one run's attempts. */
export class TemporaryFolder {
  readonly path: string;
  readonly #lock: HeldLock | undefined;

  /** Makes the folder, and removes those of runs that are gone. */
  constructor(parent: string, run: string) {
    forEachDead(parent, removeQuietly);
    this.path = join(parent, run);
    Deno.mkdirSync(this.path, { recursive: true });
    this.#lock = tryLock(join(this.path, "lock"));
  }

  /** @param keep Leave the content to the next run's cleaning. */
  close(keep: boolean): void {
    this.#lock?.[Symbol.dispose]();
    if (!keep) removeQuietly(this.path);
  }
}

/** Calls for the folder of each run that is gone, while nobody else can take it. */
export function forEachDead(parent: string, use: (folder: string) => void): void {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(parent)];
  } catch {
    return;
  }
  for (const { name } of entries) {
    const held = tryLock(join(parent, name, "lock"));
    if (held === undefined) continue;
    use(join(parent, name));
    held[Symbol.dispose]();
  }
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // Removed by the next run.
  }
}
