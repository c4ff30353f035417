/** Programs that outlive the process of their step, because they left its process group. */

/** Environment variable by which whatever a step starts is known. */
export const markName = "MOTIFLOW_STEP_PROCESS";

/** Ends every process that inherited the mark. Only Linux tells what others inherited. */
export function endMarked(mark: string): void {
  if (Deno.build.os !== "linux") return;
  const wanted = `${markName}=${mark}`;
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (!Deno.readTextFileSync(`/proc/${name}/environ`).split("\0").includes(wanted)) continue;
      Deno.kill(Number(name), "SIGKILL");
    } catch {
      // Gone, or another user's.
    }
  }
}

/** Bytes of memory that a process has in use; 0 where that is not told. */
export function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
