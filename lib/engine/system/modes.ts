/** Modes of new files: what the user's umask leaves, so that a group that shares a project can write into it. */

/** Mode of a file that other programs are to find as if the user had written it. */
export function fileMode(executable = false): number {
  const all = executable ? 0o777 : 0o666;
  return Deno.build.os === "windows" ? all : all & ~Deno.umask();
}
