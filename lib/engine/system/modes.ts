/** Modes of new files: what the user's umask leaves, so that a group that shares a project can write into it. */

/** Mode of a file that other programs are to find as if the user had written it. */
export function fileMode(executable = false): number {
  const all = executable ? 0o777 : 0o666;
  return Deno.build.os === "windows" ? all : all & ~umask();
}

/**
 * Deno learns the umask by setting another for a moment, in which every thread makes files that anybody may write; Linux
 * tells it without.
 */
function umask(): number {
  if (Deno.build.os === "linux") {
    try {
      const told = /^Umask:\s*([0-7]+)$/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1];
      if (told !== undefined) return parseInt(told, 8);
    } catch {
      // Not for a process that may not read it.
    }
  }
  return Deno.umask();
}
