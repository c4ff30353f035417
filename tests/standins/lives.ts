/** Whether a process runs. One that has ended and was not asked about yet is a zombie: it does not. */
export function lives(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}
