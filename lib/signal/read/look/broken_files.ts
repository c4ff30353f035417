/** One file of many that cannot be read must not hide what the others are. */
import { InputError } from "../../../errors.ts";
import type { FolderSeen } from "./seen.ts";

/** Of how many files one may be left out; two files stand for nothing without the other. */
const share = 5;

/** Files that a look goes on without. */
export class BrokenFiles {
  readonly #paths: readonly string[];
  readonly #broken = new Map<string, InputError>();

  /** @param paths Absolute paths. */
  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /** Those that are left. */
  get paths(): string[] {
    return this.#paths.filter((path) => !this.#broken.has(path));
  }

  /** Whether the mistake is one file's, and others are enough without it: then it is left out. */
  leaveOut(cause: InputError): boolean {
    const { file } = cause;
    if (file === undefined) return false;
    const path = this.paths.find((path) => path === file || path.endsWith(`/${file}`));
    if (path === undefined || this.#broken.size + 1 > this.#paths.length / share) return false;
    this.#broken.set(path, cause);
    return true;
  }

  /** Says which were left out and why. */
  tell({ facts }: FolderSeen): void {
    for (const { message } of this.#broken.values()) {
      facts.push(`left out: ${message.split("\n")[0]} (mend it, take it away, or run with --allow-missing)`);
    }
  }
}

/**
 * Reads files, without broken ones where others are enough, and says what was left out.
 *
 * @param what What the files are called in a message.
 * @returns Undefined where they cannot be read; that is said as well.
 */
export async function readAsGuessed<T>(
  paths: readonly string[],
  seen: FolderSeen,
  what: string,
  read: (paths: readonly string[]) => Promise<T>,
): Promise<T | undefined> {
  const files = new BrokenFiles(paths);
  for (;;) {
    try {
      const all = await read(files.paths);
      files.tell(seen);
      return all;
    } catch (cause) {
      if (!(cause instanceof InputError)) throw cause;
      if (files.leaveOut(cause)) continue;
      tellUnread(seen, what, cause);
      return undefined;
    }
  }
}

/** Says that nothing could be read as it was guessed. */
export function tellUnread({ open }: FolderSeen, what: string, { message }: InputError): void {
  const [cause, ...hint] = message.split("\n");
  open.push({
    what: `the ${what} cannot be read like this: ${cause}`,
    write: hint.join(" ").trim() || "what fits",
  });
}
