/**
 * Puts small faults into the science, one at a time, and counts those that the tests notice. What it can be asked stands
 * in `usage` below, which `deno task mutate --help` prints.
 *
 * Exit code 1 where fewer than 95 % are noticed, 2 where it was asked wrongly. A long form, not a part of CI.
 */
import { dirname } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Random } from "../../lib/random.ts";
import { readFiles } from "../house/files.ts";
import { listNames, namedMutants, reasonFor } from "./lists.ts";
import { type Mutant, mutantsOf } from "./places.ts";
import { Reach } from "./reach.ts";
import { type Mutated, sweep } from "./sweep.ts";
import { type Outcome, Patience, Tree } from "./tree.ts";

/** The science whose numbers a study rests on. */
const rooms = ["lib/fsq", "lib/cluster", "lib/temporal", "lib/metrics", "lib/model"];
/** Test files by batch: one process each, so that most mutants start few tests. */
const batchSizes = [1, 2, 4, 8, 100];
const leastShare = 0.95;

const usage = `Puts small faults into ${
  rooms.join(", ")
}, one at a time, and counts those that the tests notice.

deno task mutate [options]

  --seed N       which faults are drawn (1)
  --count N      how many (200)
  --file PATH    only of files whose path begins so; may be given several times
  --only LIST    faults known by name instead: ${listNames.join(" or ")}
  --again FILE   what was not killed in an earlier run that --json wrote
  --json FILE    writes the outcome of each fault
  --jobs N       processes side by side (2)
  --reach N      only the N nearest test files of each fault
  --limit S      stops tests after S seconds of processor time, instead of measuring first what they take on the right
                 code; with --sweep: leaves out cases that take longer
  --sweep        loads the tests of a folder once for all its faults, --reach files of tests for each of its files
                 (2): far quicker, and stricter, as tests further away never run
  --help         this text

Exit code 1 where fewer than ${100 * leastShare} % are noticed.`;

const values = asked();
const root = fileURLToPath(new URL("../..", import.meta.url));
const all = [...readFiles("lib"), ...readFiles("tests")];
const sources = new Map(all.map(({ path, text }) => [path, text]));
const sourceOf = (file: string) => sources.get(file) ?? "";
const reach = new Reach(all);
const chosen = choose();
const results: (Mutant & { outcome: Outcome; reason: string | undefined })[] = [];
const started = performance.now();
const queue = [...chosen];
let groups: Mutated[][] = [];
// What was judged until then is told.
Deno.addSignalListener("SIGINT", () => void (queue.length = 0, groups.length = 0));
const patience = new Patience(values.limit === undefined ? undefined : Number(values.limit));
if (values.sweep) await sweepAll();
else await Promise.all(Array.from({ length: Math.min(Number(values.jobs), queue.length) }, work));
Deno.exitCode = tell();

/** What the command line says; ends where it asks for help, or for what there is not. */
function asked() {
  const options = {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "200" },
    only: { type: "string" },
    file: { type: "string", multiple: true },
    jobs: { type: "string", default: "2" },
    json: { type: "string" },
    reach: { type: "string", default: "Infinity" },
    limit: { type: "string" },
    again: { type: "string" },
    sweep: { type: "boolean", default: false },
    help: { type: "boolean", default: false, short: "h" },
  } as const;
  const refuse = (cause: string): never => {
    console.error(`Cannot mutate: ${cause}\n\n${usage}`);
    Deno.exit(2);
  };
  try {
    const { values } = parseArgs({ options });
    if (values.help) {
      console.log(usage);
      Deno.exit(0);
    }
    if (values.only === undefined || listNames.includes(values.only)) return values;
    return refuse(`there is no list "${values.only}", only ${listNames.join(" and ")}`);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function choose(): Mutant[] {
  if (values.only !== undefined) return namedMutants(values.only, sourceOf);
  const starts = values.file ?? rooms.map((room) => room + "/");
  const among = all.filter(({ path }) => starts.some((start) => path.startsWith(start)));
  const mutants = among.flatMap(({ path, text }) => mutantsOf(path, text));
  if (values.again !== undefined) {
    const before: (Mutant & { outcome: Outcome })[] = JSON.parse(Deno.readTextFileSync(values.again));
    const left = before.filter(({ outcome }) => outcome !== "killed");
    return mutants.filter((mutant) => left.some((known) => isSame(known, mutant)));
  }
  const drawn = new Random(Number(values.seed)).shuffle(mutants).slice(0, Number(values.count));
  // Mutants of a file beside each other: what its tests take is then measured once.
  return drawn.sort((a, b) => a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start);
}

/** Whether two mutants are one, also where lines were added above it. */
function isSame(a: Mutant, b: Mutant): boolean {
  return a.file === b.file && a.context === b.context && a.text === b.text && a.replacement === b.replacement;
}

async function work(): Promise<void> {
  const tree = await Tree.copyOf(root, patience);
  try {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const source = sourceOf(mutant.file);
      const text = source.slice(0, mutant.start) + mutant.replacement + source.slice(mutant.end);
      note(mutant, await tree.judge(mutant.file, text, batchesOf(reach.testsOf(mutant.file))));
    }
  } finally {
    await tree.remove();
  }
}

/** Folder by folder, all mutants of each in one process. */
async function sweepAll(): Promise<void> {
  const longest = values.limit === undefined ? Infinity : Number(values.limit);
  const reached = values.reach === "Infinity" ? 2 : Number(values.reach);
  const files = [...Map.groupBy(queue.splice(0), (mutant) => mutant.file)]
    .map(([file, mutants]): Mutated => (
      { file, source: sourceOf(file), mutants, tests: reach.testsOf(file).slice(0, reached) }
    ));
  // In an order of chance, so that a run that was cut off is a sample as well.
  const folders = [...Map.groupBy(files, ({ file }) => dirname(file)).values()];
  groups = new Random(Number(values.seed)).shuffle(folders);
  const own = async () => {
    const tree = await Tree.copyOf(root, patience);
    try {
      for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
        try {
          const outcomes = await sweep(tree, group, longest);
          group.flatMap(({ mutants }) => mutants).forEach((mutant, i) => note(mutant, outcomes[i]));
          write();
        } catch (error) {
          // Counted neither way, unless each file can be judged by itself.
          const files = group.map(({ file }) => file).join(" ");
          console.error(`${files} not judged: ${error instanceof Error ? error.message : error}`);
          if (group.length > 1) groups.push(...group.map((one) => [one]));
        }
      }
    } finally {
      await tree.remove();
    }
  };
  await Promise.all(Array.from({ length: Math.min(Number(values.jobs), groups.length) }, own));
}

function note(mutant: Mutant, outcome: Outcome): void {
  results.push({ ...mutant, outcome, reason: outcome === "survived" ? reasonFor(mutant) : undefined });
  console.error(`${results.length}/${chosen.length} ${outcome} ${describe(mutant)}`);
}

function batchesOf(tests: string[]): string[][] {
  const left = tests.slice(0, Number(values.reach));
  return batchSizes.map((size) => left.splice(0, size)).filter((batch) => batch.length > 0);
}

/** Results so far. */
function write(): void {
  if (values.json !== undefined) Deno.writeTextFileSync(values.json, JSON.stringify(results, null, 2));
}

/** A mutant in one line: place, kind, and what became of the text. */
function describe({ file, line, kind, text, replacement }: Mutant): string {
  const short = (code: string) => code.replaceAll(/\s+/g, " ").slice(0, 90);
  return `${file}:${line} ${kind}: ${short(text)} → ${short(replacement)}`;
}

/** Prints the table; returns the exit code. */
function tell(): number {
  results.sort((a, b) => a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start);
  const survivors = results.filter(({ outcome }) => outcome === "survived");
  const equal = survivors.filter(({ reason }) => reason !== undefined);
  for (const mutant of values.only === undefined ? survivors : results) {
    console.log(`${mutant.outcome.padEnd(8)} ${describe(mutant)}`);
    if (mutant.reason !== undefined) console.log(`         the same: ${mutant.reason}`);
  }
  for (const room of rooms) {
    const own = results.filter(({ file }) => file.startsWith(room + "/"));
    const noticed = own.filter(({ outcome }) => outcome !== "survived").length;
    if (own.length > 0) console.log(`${room.padEnd(14)} ${noticed} of ${own.length} noticed`);
  }
  const late = results.filter(({ outcome }) => outcome === "timeout").length;
  const able = results.length - equal.length, noticed = results.length - survivors.length;
  const share = able === 0 ? 1 : noticed / able;
  const minutes = ((performance.now() - started) / 60_000).toFixed(0);
  console.log(
    `${noticed} of ${able} mutants noticed (${
      (100 * share).toFixed(1)
    } %), ${late} of them by the time limit; ` +
      `${equal.length} more change nothing, for the reasons above; seed ${values.seed}, ${minutes} min`,
  );
  write();
  const least = values.only === undefined ? leastShare : 1;
  if (share < least) console.log(`Fewer than ${100 * least} % are noticed.`);
  return share < least ? 1 : 0;
}
