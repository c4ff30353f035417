/**
 * Locks between processes by `flock`: the kernel frees them when the holder dies, however it dies, so there is never
 * a stale lock to clear. Lock files stay where they are; only the lock on them means anything.
 */
import { dirname } from "../../path.ts";

/** The lock that runs share and that `gc` needs alone. */
export const storeLock = "store";

/** A lock that is held until it is disposed of. */
export interface HeldLock extends Disposable {
  /** Whether somebody else held the lock first. */
  readonly waited: boolean;
}

function open(path: string): Deno.FsFile {
  const options = { write: true, create: true };
  try {
    return Deno.openSync(path, options);
  } catch (error) {
    // Of another user: a lock needs no right to write.
    if (error instanceof Deno.errors.PermissionDenied && exists(path)) {
      return Deno.openSync(path, { read: true });
    }
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    Deno.mkdirSync(dirname(path), { recursive: true });
    return Deno.openSync(path, options);
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Frees the lock at once. Closing alone would leave it to a program that is being started at this moment, whose copy
 * of the descriptor lives until its own code is loaded.
 */
function free(file: Deno.FsFile): void {
  file.unlockSync();
  file.close();
}

/** Takes the lock if it is free; undefined where another holds it. */
export function tryLock(path: string, exclusive = true): HeldLock | undefined {
  const file = open(path);
  let held = false;
  try {
    held = file.tryLockSync(exclusive);
  } finally {
    if (!held) file.close();
  }
  return held ? { waited: false, [Symbol.dispose]: () => free(file) } : undefined;
}

/**
 * Waits for the lock.
 *
 * @param onWait Called once when the lock is not free at once.
 * @throws the signal's reason when aborted while waiting.
 */
export async function lock(
  path: string,
  options: { exclusive?: boolean; signal?: AbortSignal; onWait?: () => void } = {},
): Promise<HeldLock> {
  const atOnce = tryLock(path, options.exclusive);
  if (atOnce !== undefined) return atOnce;
  options.onWait?.();
  for (let pause = 5;; pause = Math.min(40, pause * 2)) {
    options.signal?.throwIfAborted();
    // Asked again and again because a blocking flock call cannot be cancelled.
    await new Promise((resolve) => setTimeout(resolve, pause));
    const held = tryLock(path, options.exclusive);
    if (held !== undefined) return { waited: true, [Symbol.dispose]: () => held[Symbol.dispose]() };
  }
}

/** Whether some process holds the lock now; needs no write access. */
export function isLocked(path: string): boolean {
  try {
    using file = Deno.openSync(path, { read: true });
    if (!file.tryLockSync(false)) return true;
    file.unlockSync();
    return false;
  } catch {
    return false;
  }
}
