/**
 * The test command: `deno test` with the project's flags, then what the run showed. A row of tests/capabilities.json or
 * tests/reliability.json counts only if its tests passed in this very run; the last line tells what was left out, and
 * why. Arguments go to `deno test`; with a path or a filter among them only these tests run, and no row is judged.
 */
import { join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readFiles } from "../files.ts";
import { type Reason, reasonsFile } from "../skip.ts";
import { batches, size } from "./batches.ts";
import { examplesOf } from "./examples.ts";
import { readJunit, type TestCase } from "./junit.ts";
import { notRunLine, type Rows, rowsLine } from "./shown.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = await Deno.makeTempDir({ prefix: "motiflow-tests-" });
/** Files at a time: tests wait for other programs as well, so one more than there are cores keeps them all busy. */
const jobs = navigator.hardwareConcurrency + 1;
try {
  Deno.exitCode = await run(Deno.args);
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function run(args: string[]): Promise<number> {
  const isPath = (arg: string, i: number) =>
    !arg.startsWith("-") && !/^--(filter|junit-path)$/.test(args[i - 1]);
  const paths = args.filter(isPath);
  const given = args.findIndex((arg) => /^--junit-path(=|$)/.test(arg));
  const report = given === -1
    ? join(folder, "junit.xml")
    : args[given].split("=").slice(1).join("=") || args[given + 1];
  const reasons = join(folder, "reasons.jsonl");
  await Deno.writeTextFile(reasons, "");
  // Where `deno task` was called from is no concern of the programs that tests start in folders of their own.
  const { INIT_CWD: _, ...environment } = Deno.env.toObject();
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      // Types are checked by `deno task check`; to check them here again would cost a minute of every run.
      ...["test", "--quiet", "-A", "--parallel", "--no-check", `--config=${join(root, "deno.json")}`],
      ...(given === -1 ? [`--junit-path=${report}`] : []),
      ...args.filter((arg) => !paths.includes(arg)),
      ...(paths.length > 0 ? ["--doc", ...paths] : [modules()]),
    ],
    cwd: root,
    clearEnv: true,
    env: { DENO_JOBS: `${jobs}`, ...environment, [reasonsFile]: reasons },
  }).spawn().status;
  const cases = readJunit(await Deno.readTextFile(report).catch(() => ""));
  const whole = paths.length === 0 && !args.some((arg) => arg.startsWith("--filter"));
  const unshown = whole && cases.length > 0 ? await judge(cases) : 0;
  console.log(cases.length === 0 ? "no test was run" : notRunLine(cases, await readReasons(reasons)));
  return code !== 0 ? code : unshown > 0 ? 1 : 0;
}

/**
 * Writes all tests and examples as modules that import them, as few as keep the processors busy: each costs the start of
 * a worker. What takes long comes first. Returns their folder, as ONNX Runtime searches the command line of its process
 * by a recursion that overflows the stack at some 7 000 characters.
 */
function modules(): string {
  const { single, batches: shared } = batches(readFiles("tests", "_test.ts").map(({ path }) => path));
  const examples = readFiles("lib").flatMap((source) => examplesOf(source, root)).map(({ text }, i) => {
    const path = join(folder, `example_${i}.ts`);
    Deno.writeTextFileSync(path, text);
    return path;
  });
  const together = [...single.map((file) => [file]), ...shared];
  for (let at = 0; at < examples.length; at += 3 * size) together.push(examples.slice(at, at + 3 * size));
  const into = join(folder, "all");
  Deno.mkdirSync(into);
  for (const [i, files] of together.entries()) {
    const lines = files.map((file) => `import ${JSON.stringify(pathToFileURL(resolve(root, file)).href)};\n`);
    Deno.writeTextFileSync(join(into, `${String(i).padStart(4, "0")}_test.ts`), lines.join(""));
  }
  return into;
}

async function readReasons(path: string): Promise<Reason[]> {
  const lines = (await Deno.readTextFile(path)).split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const reason: Reason = JSON.parse(line);
    return { ...reason, file: relative(root, fileURLToPath(reason.file)).replaceAll("\\", "/") };
  });
}

/** Tells which rows of the tables this run did not show; returns how many of them should have been. */
async function judge(cases: TestCase[]): Promise<number> {
  let missing = 0;
  for (const table of ["capabilities", "reliability"]) {
    const rows: Rows = JSON.parse(await Deno.readTextFile(join(root, "tests", `${table}.json`)));
    const { line, unshown } = rowsLine(rows, cases);
    console.log(`${table}: ${line}`);
    missing += unshown;
  }
  return missing;
}
