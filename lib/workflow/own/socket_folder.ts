/**
 * A folder for one socket: not in the project, whose path may be longer, and may lie on a network's file system. What
 * a program that was killed left of them goes with the first folder that the next one makes.
 */
import { dirname, join } from "../../path.ts";

const prefix = "motiflow-step-";

/** Bytes that the path of a socket may have everywhere, with the name of the socket. */
const longest = 100;

/** Milliseconds for which a folder may have nobody who holds it: it is being made. */
const making = 60_000;

let swept = false;

/** Held until it is disposed of, or its program dies; then anybody of the same user may remove it. */
export class SocketFolder implements Disposable {
  readonly path: string;
  readonly #held: Deno.FsFile;

  constructor() {
    let path = Deno.makeTempDirSync({ prefix });
    if (new TextEncoder().encode(path).length > longest) {
      Deno.removeSync(path);
      path = Deno.makeTempDirSync({ dir: "/tmp", prefix });
    }
    this.path = path;
    this.#held = Deno.openSync(join(path, "held"), { write: true, create: true });
    this.#held.lockSync(true);
    if (!swept) sweepSockets(dirname(path));
    swept = true;
  }

  [Symbol.dispose](): void {
    // Not by closing alone: a program that is being started has a copy of what is open.
    this.#held.unlockSync();
    this.#held.close();
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** Removes this user's folders of programs that are gone. @param place Folder of such folders. */
export function sweepSockets(place: string, now = Date.now()): void {
  try {
    for (const { name, isDirectory } of Deno.readDirSync(place)) {
      if (isDirectory && name.startsWith(prefix)) sweep(join(place, name), now);
    }
  } catch {
    // A place that may be written to and not be listed.
  }
}

function sweep(folder: string, now: number): void {
  try {
    const { uid, mtime } = Deno.lstatSync(folder);
    if (uid !== Deno.uid() || now - (mtime?.getTime() ?? now) < making) return;
    if (!isHeld(join(folder, "held"))) Deno.removeSync(folder, { recursive: true });
  } catch {
    // Another program was faster.
  }
}

function isHeld(path: string): boolean {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true });
  } catch (error) {
    // Nothing holds it, and it is too old to be still being made.
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  using _ = file;
  if (!file.tryLockSync(false)) return true;
  file.unlockSync();
  return false;
}
