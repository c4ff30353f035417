/** Examples at the end of `--help`: commands as they are typed, each with a word on what it is for where that is not plain. */
import type { Command } from "@commander-js/extra-typings";

/** The words after the program's name, and what they are for. */
export type Examples = readonly [words: string, purpose?: string][];

/** Lets `--help` of a verb, and of each of its own verbs, end with the examples that are theirs. */
export function addExamples(command: Command<any, any, any>, program: string, examples: Examples): void {
  const lines = ([words, purpose]: Examples[number]) => [
    `  ${program} ${words}`,
    ...(purpose === undefined ? [] : [`      ${purpose}`]),
  ];
  const text = (some: Examples) => `\nExamples:\n${some.flatMap(lines).join("\n")}`;
  command.addHelpText("after", text(examples));
  for (const below of command.commands) {
    const own = examples.filter(([words]) => words.split(" ")[1] === below.name());
    if (own.length > 0) below.addHelpText("after", text(own));
  }
}
