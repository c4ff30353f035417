/** A package in a folder of its own, and Python programs of it as processes. */
import { join } from "node:path";
import { copyTree } from "../../../../lib/artifacts/artifact.ts";
import { gravityRecordings, packBehaviours, packVersion } from "../../behaviour_package.ts";
import { assertNoWarning } from "../../python_warnings.ts";

const decoder = new TextDecoder();
const env = { PYTHONDONTWRITEBYTECODE: "1" };

/** Whether there is a Python that runs the hosts. */
export const numpy =
  (await new Deno.Command("python3", { args: ["-c", "import numpy"], stderr: "null" }).output()
    .catch(() => ({ code: -1 }))).code === 0;

let shared: Promise<string> | undefined;

/** One folder for all tests of a file, with `package` of version 0.1.0 and `newer` of 0.2.0; read only. */
export function packages(): Promise<string> {
  const make = async () => {
    const dir = await Deno.makeTempDir({ prefix: "service-test-" });
    globalThis.addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
    await packBehaviours(dir, gravityRecordings().whole, {}, false);
    await packVersion(dir, "newer", "0.2.0");
    return dir;
  };
  return shared ??= make();
}

/** Copies a package that a test may spoil. */
export async function copyOf(name: string, to: string): Promise<string> {
  await copyTree(join(await packages(), name), to);
  return to;
}

/** Starts a program of a package; all warnings of Python are errors. */
export function start(cwd: string, args: string[], more: Record<string, string> = {}) {
  const words = ["-W", "error", ...args];
  return new Deno.Command("python3", {
    ...{ args: words, cwd, stdin: "null", stdout: "piped", stderr: "piped", env: { ...env, ...more } },
  }).spawn();
}

/** Runs a program to its end. */
export async function run(cwd: string, args: string[], more: Record<string, string> = {}) {
  const { code, stdout, stderr } = await start(cwd, args, more).output();
  const err = decoder.decode(stderr);
  assertNoWarning(err);
  return { code, out: decoder.decode(stdout), err };
}

/** All lines of a log, the oldest first. */
export async function logLines(folder: string): Promise<any[]> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch(() => []);
  const texts = await Promise.all(names.sort().map((name) => Deno.readTextFile(join(folder, name))));
  return texts.join("").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** Waits until the log fulfils a condition; throws with what it holds after a while. */
export async function until(folder: string, holds: (lines: any[]) => boolean): Promise<any[]> {
  for (let i = 0; i < 600; i++) {
    const lines = await logLines(folder);
    if (holds(lines)) return lines;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`the log never came so far: ${JSON.stringify(await logLines(folder)).slice(-2000)}`);
}
