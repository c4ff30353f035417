/** Scripts by which a shell completes verbs and their options. */

/** What can follow a verb. */
export interface CompletedVerb {
  name: string;
  summary: string;
  /** Long options with what they do, and whether a value follows. */
  options: readonly { flag: string; description: string; value: boolean }[];
  /** Words that may come first, e.g. `gc` of `cache`. */
  words: readonly string[];
}

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** The script for the command `motiflow`. */
export function completionScript(shell: Shell, verbs: readonly CompletedVerb[]): string {
  return { bash, zsh, fish }[shell](verbs);
}

const flags = ({ options }: CompletedVerb) => options.map(({ flag }) => flag).join(" ");

function bash(verbs: readonly CompletedVerb[]): string {
  const cases = verbs.map((verb) =>
    `    ${verb.name}) flags="${flags(verb)}" words="${verb.words.join(" ")}" ;;`
  );
  return `# For ~/.bashrc:  source <(motiflow completions bash)
_motiflow() {
  local word="\${COMP_WORDS[COMP_CWORD]}" flags="--help --version" words="${
    verbs.map(({ name }) => name).join(" ")
  }"
  if [ "$COMP_CWORD" -gt 1 ]; then case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
    *) flags="" words="" ;;
  esac; fi
  case "$word" in
    -*) words="$flags" ;;
    *) [ "$COMP_CWORD" -gt 2 ] && words="" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
# Where nothing fits, the shell completes files.
complete -o default -F _motiflow motiflow
`;
}

function zsh(verbs: readonly CompletedVerb[]): string {
  const described = verbs.map(({ name, summary }) =>
    `    ${quoted(`${name}:${summary.replaceAll(":", "\\:")}`)}`
  );
  const cases = verbs.map((verb) =>
    `    ${verb.name}) flags=(${flags(verb)}) words_=(${verb.words.join(" ")}) ;;`
  );
  return `#compdef motiflow
# For ~/.zshrc, after compinit:  source <(motiflow completions zsh)
_motiflow() {
  local -a verbs flags words_
  verbs=(
${described.join("\n")}
  )
  if (( CURRENT == 2 )); then _describe verb verbs; return; fi
  case "\${words[2]}" in
${cases.join("\n")}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then compadd -- $flags; return; fi
  (( CURRENT == 3 )) && compadd -- $words_
  _files
}
if [ "\${funcstack[1]}" = _motiflow ]; then _motiflow "$@"; else compdef _motiflow motiflow; fi
`;
}

function fish(verbs: readonly CompletedVerb[]): string {
  const lines = verbs.flatMap(({ name, summary, options, words }) => [
    `complete -c motiflow -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...words.map((word) => `complete -c motiflow -n "__fish_seen_subcommand_from ${name}" -a ${word}`),
    ...options.map(({ flag, description, value }) =>
      `complete -c motiflow -n "__fish_seen_subcommand_from ${name}" -l ${flag.slice(2)}${
        value ? " -r" : ""
      } -d ${quoted(description)}`
    ),
  ]);
  return `# For ~/.config/fish/completions/motiflow.fish:  motiflow completions fish > that file
${lines.join("\n")}
`;
}

/** In single quotes, for each of the shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "’").replaceAll("\n", " ")}'`;
}
