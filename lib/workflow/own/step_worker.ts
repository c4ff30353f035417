/** A worker for the code of a user's step, in this process or, where the project has packages of its own, in another. */
import { FarProcess, type StepWorker } from "./far_process.ts";

/**
 * Starts a worker with just these permissions.
 *
 * @param config Path of the `deno.json` that it runs with, if not this process's.
 * @param shared Whether the process of another configuration may hold workers of other modules as well.
 */
export function openStepWorker(
  module: URL,
  permissions: Deno.PermissionOptionsObject,
  config?: string,
  shared = false,
): StepWorker {
  if (config !== undefined) {
    return (shared ? FarProcess.shared(config) : new FarProcess(config)).open(module, permissions);
  }
  return new Worker(module, { type: "module", deno: { permissions } } as WorkerOptions);
}
