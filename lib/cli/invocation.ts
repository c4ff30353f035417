/** How the user called the program, to name it and the command that goes on. */
import { shellWord } from "./terminal/format.ts";

/**
 * The program as the user would type it: `deno task`, `npx motiflow`, `npx -y deno@2.9.6 task` or `deno run -A …`.
 *
 * @param env Reads an environment variable. `deno task` and npm set INIT_CWD; npx also tells what it runs.
 */
export function program(env: (name: string) => string | undefined = (name) => Deno.env.get(name)): string {
  if (!env("INIT_CWD")) return `deno run -A ${shellWord(programPath())}`;
  const script = env("npm_command") === "exec" ? env("npm_lifecycle_script") ?? "" : "";
  const [, package_] = /^\W*(motiflow|deno)\b/.exec(script) ?? [];
  if (package_ === "motiflow") return "npx motiflow";
  return package_ === "deno" ? `npx -y deno@${Deno.version.deno} task` : "deno task";
}

/** A command of this program as the user would type it. */
export function commandLine(verb: string, words: string[] = []): string {
  return [program(), verb, ...words.map(shellWord)].join(" ");
}

function programPath(): string {
  const url = new URL("./main.ts", import.meta.url);
  return url.protocol === "file:" ? decodeURIComponent(url.pathname) : url.href;
}
