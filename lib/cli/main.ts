/** The program in one screen: find the verb, run it, end with the right exit code. */
import { Exit, exitCodes } from "./terminal/exit.ts";
import { err, out, outLost } from "./terminal/terminal.ts";
import { verbs } from "./verbs.ts";

/** Runs the command line and returns the exit code. */
async function main(args: string[]): Promise<number> {
  const [word, ...rest] = args;
  try {
    if (word !== undefined && rest.length === 1 && /^[^-]/.test(rest[0]!) && rest[0] !== "help") {
      const plain = Object.hasOwn(verbs, word) ? verbs[word]!.plain : undefined;
      if (plain !== undefined) return await plain(rest[0]!), exitCodes.done;
    }
    const { help, version } = await import("./help.ts");
    if (word === undefined) return err(help()), exitCodes.usage;
    if (word === "--help" || word === "-h" || word === "help") return out(help()), exitCodes.done;
    if (word === "--version" || word === "-V") return out(version()), exitCodes.done;
    const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
    if (verb === undefined) {
      const { suggestion } = await import("../text/suggest.ts");
      const { verbHint } = await import("./habits.ts");
      err(
        `There is no verb "${word}"\n  hint: ${verbHint(word) ?? suggestion(word, Object.keys(verbs)).hint}`,
      );
      return exitCodes.usage;
    }
    const { command, examples } = await verb.load();
    const { program } = await import("../text/program.ts");
    if (rest.some((arg) => arg === "--help" || arg === "-h" || arg === "help")) {
      const { addExamples } = await import("./examples.ts");
      addExamples(command, program(), examples);
    }
    await command.name(`${program()} ${word}`).exitOverride().parseAsync(rest, { from: "user" });
    return exitCodes.done;
  } catch (error) {
    return await exitCodeOf(error, rest);
  }
}

/** The exit code of a command whose results stand where they should: a success that nobody can read is none. */
function toldCode(code: number): number {
  const lost = outLost();
  if (lost === undefined) return code;
  err(`error: Cannot write the output: ${lost}`);
  return code === exitCodes.done ? exitCodes.failed : code;
}

/** Prints what a user should know of an error; a stack only where the program itself is at fault. */
async function exitCodeOf(error: unknown, args: readonly string[]): Promise<number> {
  if (error instanceof Exit) return error.code;
  const { told } = await import("./terminal/told.ts");
  const { code, text, message } = told(error, args);
  if (text !== "") err(text);
  if (args.includes("--json") && code !== exitCodes.done) {
    out(JSON.stringify({ ok: false, error: message, exit: code }));
  }
  return code;
}

if (import.meta.main && Deno.env.has("MOTIFLOW_LAUNCHER_PID")) {
  const { endWithLauncher } = await import("./launcher.ts");
  endWithLauncher();
}
if (import.meta.main) Deno.exit(toldCode(await main(Deno.args)));
