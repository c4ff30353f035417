/** A copy of the repository in which one file at a time is wrong. */
import { dirname, join } from "node:path";

/** How the tests of a mutant ended. */
export type Outcome = "killed" | "survived" | "timeout";

/** How long tests may take: several times what they take on the right code, or as long as was said. */
export class Patience {
  readonly #limits = new Map<string, Promise<number>>();
  readonly #fixed: number | undefined;

  constructor(fixed?: number) {
    this.#fixed = fixed;
  }

  /** Seconds for a batch of test files, which `test` runs on the right code once. */
  limitOf(tests: readonly string[], test: (limit: number) => Promise<Outcome>): number | Promise<number> {
    if (this.#fixed !== undefined) return this.#fixed;
    const key = tests.join(" ");
    let limit = this.#limits.get(key);
    if (limit === undefined) this.#limits.set(key, limit = measure(key, test));
    return limit;
  }
}

/** A test that fails on the right code would notice everything, so that it ends the run. */
async function measure(tests: string, test: (limit: number) => Promise<Outcome>): Promise<number> {
  const started = performance.now();
  const outcome = await test(1200);
  if (outcome !== "survived") throw new Error(`Cannot mutate: ${outcome} without a mutant: ${tests}`);
  return 15 + 5 * (performance.now() - started) / 1000;
}

export class Tree {
  readonly #folder: string;
  readonly #patience: Patience;

  private constructor(folder: string, patience: Patience) {
    this.#folder = folder;
    this.#patience = patience;
  }

  /** Copies what git knows or would add, as it stands on disk. */
  static async copyOf(root: string, patience: Patience): Promise<Tree> {
    const { stdout, success } = await new Deno.Command("git", {
      args: ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
      cwd: root,
    }).output();
    if (!success) throw new Error("Cannot mutate: the folder is no git repository");
    const folder = await Deno.makeTempDir({ prefix: "motiflow-mutate-" });
    for (const path of new TextDecoder().decode(stdout).split("\0").filter((path) => path !== "")) {
      const target = join(folder, path);
      await Deno.mkdir(dirname(target), { recursive: true });
      await Deno.copyFile(join(root, path), target).catch((error) => {
        // A file that was removed, but not yet from git.
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    }
    return new Tree(folder, patience);
  }

  /** Runs batches of test files against a file with another text until one of them notices. */
  async judge(file: string, text: string, batches: readonly string[][]): Promise<Outcome> {
    const path = join(this.#folder, file);
    const right = await Deno.readTextFile(path);
    for (const tests of batches) {
      const limit = await this.#patience.limitOf(tests, (limit) => this.#test(tests, limit));
      await Deno.writeTextFile(path, text);
      try {
        const outcome = await this.#test(tests, limit);
        if (outcome !== "survived") return outcome;
      } finally {
        await Deno.writeTextFile(path, right);
      }
    }
    return "survived";
  }

  async remove(): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #test(tests: readonly string[], limit: number): Promise<Outcome> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--quiet", "--no-check", "--fail-fast", ...tests],
      cwd: this.#folder,
      stdout: "null",
      stderr: "null",
      stdin: "null",
    }).spawn();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, limit * 1000);
    const { success } = await child.status;
    clearTimeout(timer);
    return late ? "timeout" : success ? "survived" : "killed";
  }
}
