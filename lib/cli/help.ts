/** The text of `--help`, made without loading any verb. */
import { table } from "./terminal/format.ts";
import { program } from "../text/program.ts";
import { verbs } from "./verbs.ts";
import project from "../../deno.json" with { type: "json" };

export function version(): string {
  return project.version;
}

export function help(): string {
  const rows = Object.values(verbs).map(({ usage, summary }) => [`  ${usage}`, summary]);
  const usage = program();
  return `motiflow ${version()}: motion-sensor recordings to behaviours, and behaviours to a device

Usage: ${usage} VERB …

${table(rows)}

${usage} VERB --help tells the options of a verb.
Exit codes: 0 done, 1 a step failed, 2 the workflow or usage is wrong, 3 an alert tripped, 130 interrupted.`;
}
