/** A copy of the repository in which one file at a time is wrong. */
import { dirname, join } from "node:path";

/** How the tests of a mutant ended. */
export type Outcome = "killed" | "survived" | "timeout";

/** A run of some test files. */
interface Run {
  outcome: Outcome;
  seconds: number;
}

/**
 * How long tests may take: several times what they take on the right code, or as long as was said. In seconds of
 * processor time where the system tells it, so that a busy machine makes no test late.
 */
export class Patience {
  readonly #limits = new Map<string, Promise<number>>();
  readonly #fixed: number | undefined;

  constructor(fixed?: number) {
    this.#fixed = fixed;
  }

  /** Seconds for a batch of test files, which `test` runs on the right code once. */
  limitOf(tests: readonly string[], test: (limit: number) => Promise<Run>): number | Promise<number> {
    if (this.#fixed !== undefined) return this.#fixed;
    const key = tests.join(" ");
    let limit = this.#limits.get(key);
    if (limit === undefined) this.#limits.set(key, limit = measure(key, test));
    return limit;
  }
}

/** A test that fails on the right code would notice everything, so that it ends the run. */
async function measure(tests: string, test: (limit: number) => Promise<Run>): Promise<number> {
  const { outcome, seconds } = await test(1200);
  if (outcome !== "survived") throw new Error(`Cannot mutate: ${outcome} without a mutant: ${tests}`);
  return 10 + 4 * seconds;
}

/** Processor time of a process and all its threads in seconds; `undefined` where the system does not tell. */
export function processorSeconds(pid: number): number | undefined {
  try {
    const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1].split(" ");
    // User and system time in hundredths.
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
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
        const { outcome } = await this.#test(tests, limit);
        if (outcome !== "survived") return outcome;
      } finally {
        await Deno.writeTextFile(path, right);
      }
    }
    return "survived";
  }

  /** What `use` gives of the copy while files of it have other texts. */
  async withTexts<T>(texts: ReadonlyMap<string, string>, use: (folder: string) => Promise<T>): Promise<T> {
    const right = new Map<string, string>();
    try {
      for (const [file, text] of texts) {
        const path = join(this.#folder, file);
        right.set(path, await Deno.readTextFile(path));
        await Deno.writeTextFile(path, text);
      }
      return await use(this.#folder);
    } finally {
      for (const [path, text] of right) await Deno.writeTextFile(path, text);
    }
  }

  async remove(): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #test(tests: readonly string[], limit: number): Promise<Run> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--quiet", "--no-check", "--fail-fast", ...tests],
      cwd: this.#folder,
      stdout: "null",
      stderr: "null",
      stdin: "null",
    }).spawn();
    const started = performance.now();
    let late = false, seconds = 0;
    const timer = setInterval(() => {
      const waited = (performance.now() - started) / 1000;
      seconds = processorSeconds(child.pid) ?? waited;
      // One that waits for ever takes no time of the processor.
      if (seconds <= limit && waited <= 20 * limit) return;
      late = true;
      try {
        child.kill("SIGKILL");
      } catch {
        // It ended in this moment.
      }
    }, 500);
    const { success } = await child.status;
    clearInterval(timer);
    return { outcome: late ? "timeout" : success ? "survived" : "killed", seconds };
  }
}
