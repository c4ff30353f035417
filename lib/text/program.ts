/** How the program was called: to name it, to tell the command that goes on, and to start it again. */

/** Variables by which the npm package's launcher tells what it is called, and the words that start it. */
const [calledAs, startedBy] = ["MOTIFLOW_PROGRAM", "MOTIFLOW_LAUNCHER"];

/**
 * What the variable GLIBC_TUNABLES says to the program and all that it starts: glibc asks Linux for pages of 2 MB instead of
 * 4 KB, as NumPy does for its arrays. Samples fill memory that was never touched, at up to 16 µs for each page of whatever
 * size: a day of a logger at 100 Hz took half the processor time with it (n = 3). Other systems pass over it.
 */
export const largePages = "glibc.malloc.hugetlb=1";

type Env = (name: string) => string | undefined;
const ofProcess: Env = (name) => Deno.env.get(name);

/**
 * The program as the user would type it: `npx motiflow`, `deno task`, `npx -y deno@2.9.6 task` or `deno run -A …`.
 *
 * @param env Reads an environment variable. `deno task` and npm set INIT_CWD; npx also tells what it runs.
 */
export function program(env: Env = ofProcess): string {
  const launcher = env(calledAs);
  if (launcher) return launcher;
  if (!env("INIT_CWD")) return `deno run -A ${shellWord(main())}`;
  const script = env("npm_command") === "exec" ? env("npm_lifecycle_script") ?? "" : "";
  return /^\W*deno\b/.test(script) ? `npx -y deno@${Deno.version.deno} task` : "deno task";
}

/** A command of this program as the user would type it. */
export function commandLine(verb: string, words: string[] = []): string {
  return [program(), verb, ...words.map(shellWord)].join(" ");
}

/** Words that start this program from anywhere, also long after this process has ended. */
export function programWords(env: Env = ofProcess): string[] {
  const launcher = env(startedBy);
  if (launcher) return JSON.parse(launcher);
  return [Deno.execPath(), "run", "--quiet", "--no-prompt", "-A", "--config", ours("deno.json"), main()];
}

/** One word of a POSIX shell, quoted where it needs to be. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./[\]-]+$/.test(text) && !/[[\]]/.test(text)
    ? text
    : `'${text.replaceAll("'", `'\\''`)}'`;
}

const main = () => ours("lib/cli/main.ts");

/** A file of the program; without `node:url`, whose loading a run with nothing to do would feel. */
function ours(file: string): string {
  const { pathname } = new URL(`../../${file}`, import.meta.url);
  return decodeURIComponent(Deno.build.os === "windows" ? pathname.slice(1) : pathname);
}
