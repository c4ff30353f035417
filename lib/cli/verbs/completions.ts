/** `completions SHELL`: a script by which the shell completes verbs and options. */
import type { Examples } from "../examples.ts";
import { Argument, Command } from "@commander-js/extra-typings";
import { type CompletedVerb, completionScript, shells } from "../terminal/completions.ts";
import { out } from "../terminal/terminal.ts";

export const examples: Examples = [
  ["completions bash"],
];

/** All verbs by name. */
type Verbs = Record<string, { summary: string; load: () => Promise<{ command: Command<any, any, any> }> }>;

/** The verb; it is one of those that it tells of. */
export function completionsOf(verbs: Verbs) {
  return new Command()
    .description("Print a script by which bash, zsh or fish completes the verbs and options of motiflow.")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .action(async (shell) => {
      const known = await Promise.all(
        Object.entries(verbs).map(async ([name, { summary, load }]): Promise<CompletedVerb> => {
          const { options, commands } = (await load()).command;
          return {
            name,
            summary,
            options: options.filter(({ long, hidden }) => long !== undefined && long !== null && !hidden)
              .map(({ long, description, required, optional }) => ({
                flag: long!,
                description,
                value: required || optional,
              })),
            words: commands.map((one) => one.name()),
          };
        }),
      );
      out(completionScript(shell, known).trimEnd());
    });
}
