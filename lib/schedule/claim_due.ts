/** A run that stands for a due time of the schedule: never beside another one, never twice. */
import { join } from "../path.ts";
import { fileOf } from "../engine/store/run_record.ts";
import { type HeldLock, isLocked, lock } from "../engine/system/lock.ts";
import { sha256 } from "../engine/system/sha256.ts";
import type { Workplan } from "../workflow/workplan.ts";

/** The lock that a scheduled run of a workflow holds; freed by the kernel when the run dies. */
function lockOf(root: string, file: string): string {
  const name = sha256(file).slice(0, 16);
  return join(root, ".motiflow", "schedule", `${name}.lock`);
}

/** Whether a scheduled run of the workflow goes on. */
export function isRunning(root: string, file: string): boolean {
  return isLocked(lockOf(root, file));
}

/**
 * Holds the workflow's lock, after waiting for another scheduled run, e.g. of a scheduler that was killed.
 *
 * @param onWait Told the workflow's file when the wait begins.
 * @returns The lock; undefined where that other run has done this due time already, or stands for it.
 */
export async function claimDue(
  plan: Workplan,
  due: string,
  onWait: (file: string) => void,
): Promise<HeldLock | undefined> {
  const file = fileOf(plan);
  const held = await lock(lockOf(plan.root, file), { onWait: () => onWait(file) });
  const { openDatabase } = await import("./database.ts");
  const { isSettled } = await import("./history.ts");
  const db = openDatabase(plan.root);
  const done = isSettled(db, file, due);
  db.close();
  if (!done) return held;
  held[Symbol.dispose]();
  return undefined;
}
