#!/usr/bin/env node
/** `motiflow` of the npm package: starts the program on the Deno that npm installed with it. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageFolder, programHome } from "./home.mjs";

const self = fileURLToPath(import.meta.url);
const installed = packageFolder("deno");
if (installed === undefined) {
  console.error("error: Cannot start Motiflow: Deno was not installed with it");
  console.error("  hint: Install it again, with optional dependencies.");
  process.exit(1);
}
const home = programHome();
// What the `deno` package's own command does; here the program gets signals, which that command would swallow.
const deno = createRequire(join(installed, "package.json"))("./install_api.cjs").runInstall();

const flags = ["--quiet", "--no-prompt", "-A", "--config", join(home, "deno.json")];
const child = spawn(deno, ["run", ...flags, join(home, "lib/cli/main.ts"), ...process.argv.slice(2)], {
  stdio: "inherit",
  env: {
    ...process.env,
    // What npm's `motiflow` is called when it is installed for all, and when it is not.
    MOTIFLOW_PROGRAM: process.env.npm_command === "exec" ? "npx motiflow" : "motiflow",
    MOTIFLOW_LAUNCHER: JSON.stringify([process.execPath, self]),
    // By which the program notices that nobody waits for it any more.
    MOTIFLOW_LAUNCHER_PID: String(process.pid),
    // The user's folder may have a package.json, which is not the program's.
    DENO_NO_PACKAGE_JSON: "1",
    DENO_NO_UPDATE_CHECK: "1",
    // As the tasks of deno.json: large pages, see lib/text/program.ts.
    GLIBC_TUNABLES: "glibc.malloc.hugetlb=1",
  },
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    // A terminal sends Ctrl-C to both processes; twice would mean "at once".
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on("error", (error) => {
  console.error(`error: Cannot start Deno: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(name);
  process.kill(process.pid, signal);
});
