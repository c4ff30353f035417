/** Runs the real command line in a project folder of its own. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a command did. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** The command of an installed npm package that all tests run in place of this repository's program. */
const packaged = Deno.env.get("MOTIFLOW_TEST_PROGRAM");

/** Whether npm installed the program that is tested: Deno locks no packages there. */
export const byNpm = packaged !== undefined;

/** What a step of a test's own imports: one module of `lib/`, which loads fast, or the package's name for all. */
export function library(module: string): string {
  return packaged === undefined ? new URL(`../../lib/${module}`, import.meta.url).href : "motiflow";
}

/** What the program calls itself for a user who stands in a folder of the project. */
export const called = packaged === undefined ? "deno task" : "motiflow";

/** The same, as a regular expression, for a user who stands at the project's root. */
export const calledDirectly = packaged === undefined
  ? String.raw`deno run -A \S*lib/cli/main\.ts`
  : "motiflow";

const words = packaged !== undefined ? [packaged] : [
  Deno.execPath(),
  "run",
  "--quiet",
  "-A",
  // The project's own configuration would hide the program's import map.
  "--config",
  join(repository, "deno.json"),
  join(repository, "lib/cli/main.ts"),
];

/** A temporary project; dispose of it with `await using`. */
export class Rig implements AsyncDisposable {
  readonly #children = new Set<Deno.ChildProcess>();

  private constructor(readonly root: string) {}

  /** Makes a project folder with a `deno.json`, whose packages the steps of a test may import. */
  static async open(files: Record<string, string> = {}): Promise<Rig> {
    const rig = new Rig(await Deno.realPath(await Deno.makeTempDir({ prefix: "motiflow-rig-" })));
    const config = JSON.parse(await Deno.readTextFile(join(repository, "deno.json")));
    const packages = Object.entries<string>(config.imports).filter(([, target]) => target.startsWith("npm:"));
    await rig.write(
      "deno.json",
      JSON.stringify({ nodeModulesDir: "none", imports: Object.fromEntries(packages) }),
    );
    for (const [path, text] of Object.entries(files)) await rig.write(path, text);
    return rig;
  }

  /** Writes a file below the project. */
  async write(path: string, text: string): Promise<void> {
    const file = join(this.root, path);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, text);
  }

  read(path: string): Promise<string> {
    return Deno.readTextFile(join(this.root, path));
  }

  exists(path: string): boolean {
    try {
      Deno.lstatSync(join(this.root, path));
      return true;
    } catch {
      return false;
    }
  }

  /** A verb of the program, not yet waited for; it ends with the rig at the latest. */
  start(...args: string[]): Deno.ChildProcess {
    return this.startFrom(this.root, ...args);
  }

  /** As `deno task` calls a verb: from the project's folder, for a user who stands in another one. */
  startFrom(stands: string, ...args: string[]): Deno.ChildProcess {
    return this.#start(stands, {}, args);
  }

  /** A verb with further environment variables. */
  startWith(env: Record<string, string>, ...args: string[]): Deno.ChildProcess {
    return this.#start(this.root, env, args);
  }

  /** A verb whose streams a shell redirects: `2>/dev/full`. */
  async runInShell(redirected: string, ...args: string[]): Promise<Ran> {
    const script = `exec "$@" ${redirected}`;
    const child = new Deno.Command("sh", {
      args: ["-c", script, "sh", ...words, ...args],
      cwd: this.root,
      env: { NO_COLOR: "1", INIT_CWD: "", npm_command: "", npm_lifecycle_script: "" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return await ended(child);
  }

  #start(stands: string, env: Record<string, string>, args: string[]): Deno.ChildProcess {
    const child = new Deno.Command(words[0]!, {
      args: [...words.slice(1), ...args],
      cwd: this.root,
      // Whoever runs the tests stands elsewhere and may have come by npx: neither must reach the program.
      env: {
        NO_COLOR: "1",
        INIT_CWD: stands === this.root ? "" : stands,
        npm_command: "",
        npm_lifecycle_script: "",
        ...env,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#children.add(child);
    void child.status.then(() => this.#children.delete(child));
    return child;
  }

  /** Runs a verb to its end, for a user who stands in a folder below the project. */
  async runFrom(folder: string, ...args: string[]): Promise<Ran> {
    return await ended(this.startFrom(join(this.root, folder), ...args));
  }

  /** Runs a verb to its end. */
  async run(...args: string[]): Promise<Ran> {
    return await ended(this.start(...args));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill("SIGKILL");
    await Promise.all([...this.#children].map((child) => child.status));
    await Deno.remove(this.root, { recursive: true });
  }
}

/** Waits for a command. */
export async function ended(child: Deno.ChildProcess): Promise<Ran> {
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A minute (ms) of a machine that does nothing else; on one that does, as long as that minute takes there. */
export function minute(): number {
  return 60_000 * Math.max(1, Deno.loadavg()[0]! / navigator.hardwareConcurrency);
}

/** Reads a stream as it comes. */
export function follow(stream: ReadableStream<Uint8Array>) {
  let text = "";
  let ended = false;
  let wake = () => {};
  const end = (async () => {
    for await (
      const part of stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    ) {
      text += part;
      wake();
    }
    ended = true;
    wake();
  })();
  return {
    end,
    text: () => text,
    /** Waits until the text contains `part` some times; fails when the stream ends without, or after a minute. */
    async until(part: string, times = 1): Promise<void> {
      const late = performance.now() + minute();
      while (text.split(part).length <= times) {
        if (ended || performance.now() > late) {
          throw new Error(`"${part}" did not come ${times} times in:\n${text}`);
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 1000);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
  };
}
