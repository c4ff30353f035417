/** Options of other programs that a user may try here, and what they are called. */

const others = new Map([
  ...["--set", "-D", "--params", "--var"].map((word) => [word, "--param name=value"] as const),
  ...["--parallel", "--workers", "--threads", "--cores"].map((word) => [word, "--jobs N"] as const),
  ...["--no-cache", "--rerun", "-B"].map((word) => [word, "--force STEP"] as const),
  ...["-k", "--continue"].map((word) => [word, "--keep-going"] as const),
  ["-C", "--root DIR"],
  ["--target", "--until STEP"],
  ["--output", "--out"],
]);

/**
 * What to write in place of an unknown option; undefined where nothing is known.
 *
 * @param message Of the parser, e.g. `error: unknown option '--set'`.
 */
export function habitHint(message: string): string | undefined {
  const word = /unknown option '([^'=]+)/.exec(message)?.[1];
  const ours = word && others.get(word);
  return ours && `${word} is called ${ours} here`;
}
