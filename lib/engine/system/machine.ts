/** What this machine has to give out. */
import { InputError } from "../../errors.ts";
import { formatByteSize } from "../../workflow/byte_size.ts";
import type { Task } from "../../workflow/workplan.ts";

/** Bytes of memory: of the machine, or of the container where that has less. */
export function machineMemory(): number {
  const limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].map((path) => {
    try {
      return Number(Deno.readTextFileSync(path));
    } catch {
      return NaN;
    }
  });
  return Math.min(Deno.systemMemoryInfo().total, ...limits.filter((limit) => limit > 0));
}

/**
 * Bytes of memory that tasks may share, at least as many as each of them declares.
 *
 * @param given What the user says instead of the machine.
 * @throws InputError for a task that would wait for ever.
 */
export function memoryFor(tasks: readonly Task[], given: number | undefined): number {
  const greedy = tasks.reduce<Task | undefined>(
    (most, task) => (task.resources.memory ?? 0) > (most?.resources.memory ?? 0) ? task : most,
    undefined,
  );
  // Most workflows declare nothing, and then nothing is asked of the system.
  if (greedy === undefined) return Infinity;
  const memory = given ?? machineMemory();
  const wanted = greedy.resources.memory!;
  if (wanted <= memory) return memory;
  throw new InputError(
    `Cannot run ${greedy.id}: it needs ${formatByteSize(wanted)} of memory, and there are ${
      formatByteSize(memory)
    }`,
  );
}
