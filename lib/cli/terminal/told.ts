/** What is told of an error that ends a verb, and the exit code that goes with it. */
import { InputError } from "../../errors.ts";
import { habitHint } from "../habits.ts";
import { exitCodes } from "./exit.ts";

/** An error as the user sees it. */
export interface Told {
  code: number;
  /** For the terminal; empty where it has been said. */
  text: string;
  /** In one sentence, for `--json`. */
  message: string;
}

/** What the system refuses, and what the user can do about it: no fault of this program, so without a stack. */
const refusals: [type: new (message: string) => Error, code: string, hint: string][] = [
  [Deno.errors.AddrInUse, "EADDRINUSE", "another program listens there: end it, or take another port"],
  [
    Deno.errors.PermissionDenied,
    "EACCES",
    "you may not do this there: choose another place, or ask for the right",
  ],
  [Deno.errors.NotFound, "ENOENT", "check the path: a folder on the way is not there"],
  [Deno.errors.NotADirectory, "ENOTDIR", "check the path: a file stands where a folder should be"],
  [Deno.errors.IsADirectory, "EISDIR", "check the path: a folder stands where a file should be"],
  [Deno.errors.AlreadyExists, "EEXIST", "something is there already: move it away, or choose another name"],
];

/** Words of the system for which Deno has no class, and Node's names for them. */
const refusedWords = /os error (?:28|30|36|40|122)\b|^(?:ENOSPC|EROFS|ENAMETOOLONG|ELOOP|EDQUOT|EPERM): /;

/** What to say of an error. @param args The words after the verb. */
export function told(error: unknown, args: readonly string[]): Told {
  if (error instanceof InputError) {
    return { code: exitCodes.usage, text: `error: ${error.message}`, message: error.message };
  }
  if (!(error instanceof Error)) {
    return { code: exitCodes.failed, text: String(error), message: String(error) };
  }
  const { message } = error;
  if (error.name === "CommanderError" && "exitCode" in error) {
    // The parser has printed its own words.
    const hint = habitHint(message, args);
    const code = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    return {
      code,
      text: hint === undefined ? "" : `  hint: ${hint}`,
      message: message.replace(/^error: /, ""),
    };
  }
  // What Node's functions throw says by a code what Deno's say by their class.
  const named = "syscall" in error && "code" in error ? error.code : undefined;
  const hint = refusals.find(([type, code]) => named === code || error instanceof type)?.[2];
  if (hint !== undefined || refusedWords.test(message)) {
    const text = `error: ${message}${hint === undefined ? "" : `\n  hint: ${hint}`}`;
    return { code: exitCodes.usage, text, message };
  }
  return { code: exitCodes.failed, text: error.stack ?? message, message };
}
