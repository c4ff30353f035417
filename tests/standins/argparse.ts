/** Option parsing as Python's argparse does it: strict, exit code 2, names the unknown ones. */

export interface Parsed {
  positional: string[];
  options: Map<string, string[]>;
}

/** Ends the program with an argparse error. */
export function usageError(program: string, message: string): never {
  console.error(`usage: ${program} [-h]`);
  console.error(`${program}: error: ${message}`);
  Deno.exit(2);
}

/**
 * Parses arguments.
 *
 * @param known Number of values by option; `Infinity` takes all that follow up to the next option, at least one.
 */
export function parseArguments(
  program: string,
  args: readonly string[],
  known: Record<string, number>,
  positionals: number,
): Parsed {
  const positional: string[] = [];
  const options = new Map<string, string[]>();
  const unknown: string[] = [];
  for (let i = 0; i < args.length;) {
    const arg = args[i++];
    if (!arg.startsWith("-")) {
      if (positional.length < positionals) positional.push(arg);
      else unknown.push(arg);
      continue;
    }
    const count = known[arg];
    if (count === undefined) {
      unknown.push(arg);
      continue;
    }
    const values: string[] = [];
    while (values.length < count && i < args.length && !args[i].startsWith("-")) values.push(args[i++]);
    if (values.length === 0 && count > 0) usageError(program, `argument ${arg}: expected one argument`);
    options.set(arg, values);
  }
  if (positional.length < positionals) usageError(program, "the following arguments are required: path");
  if (unknown.length > 0) usageError("hailo", `unrecognized arguments: ${unknown.join(" ")}`);
  return { positional, options };
}
