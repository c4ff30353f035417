/** The tasks of `deno.json` that run a verb: `deno task VERB`. */
import { largePages } from "../../lib/text/program.ts";

/** What runs a verb, before its name. */
const program = `GLIBC_TUNABLES=${largePages} deno run --quiet --no-prompt -A lib/cli/main.ts`;

/** The task of a verb. */
export function verbTask(name: string, summary: string): { description: string; command: string } {
  return { description: summary, command: `${program} ${name}` };
}

/**
 * The text of a deno.json with a task for every verb, each after that of the verb before it. Everything else stays as
 * it is, layout included.
 */
export function withVerbTasks(text: string, all: Record<string, { summary: string }>): string {
  let before = "help";
  for (const [name, { summary }] of Object.entries(all)) {
    const task = `    "${name}": ${
      JSON.stringify(verbTask(name, summary), null, 2).replaceAll("\n", "\n    ")
    },\n`;
    const old = blockOf(text, name);
    text = old === undefined
      ? text.replace(blockOf(text, before)!, (block) => block + task)
      : text.replace(old, () => task);
    before = name;
  }
  return text;
}

/** The lines of a task, with the comma behind it. */
function blockOf(text: string, name: string): string | undefined {
  return new RegExp(`^    "${RegExp.escape(name)}": \\{\\n[^}]*\\},\\n`, "m").exec(text)?.[0];
}
