/**
 * The npm package's command is Node, which starts the program on Deno as a child. Signals it hands on; when it is killed
 * itself, by `kill -9` or by a caller whose time-out ran out, nothing would tell the child, which would go on unseen and
 * keep its locks.
 */

/** How often (ms) the program looks whether its launcher is still there. */
const EVERY = 500;

/** Ends this process once the launcher that started it has died; does nothing for a program started otherwise. */
export function endWithLauncher(): void {
  const launcher = Number(Deno.env.get("MOTIFLOW_LAUNCHER_PID"));
  // What a step or a shell below it starts has inherited the variable, but another parent. Windows keeps no parents.
  if (launcher !== Deno.ppid || Deno.build.os === "windows") return;
  const timer = setInterval(() => {
    if (Deno.ppid !== launcher) Deno.kill(Deno.pid, "SIGKILL");
  }, EVERY);
  Deno.unrefTimer(timer);
}
