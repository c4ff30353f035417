/** How the user called the program, to tell the command that goes on. */
import { shellWord } from "./terminal/format.ts";

/** A command of this program as the user would type it. */
export function commandLine(verb: string, words: string[]): string {
  const program = Deno.env.get("INIT_CWD") === undefined
    ? `deno run -A ${shellWord(programPath())}`
    : "deno task";
  return [program, verb, ...words.map(shellWord)].join(" ");
}

function programPath(): string {
  const url = new URL("./main.ts", import.meta.url);
  return url.protocol === "file:" ? decodeURIComponent(url.pathname) : url.href;
}
