/**
 * Many mutants of some files in one process: all stand in the files behind switches, the tests are loaded once, and each
 * mutant only meets the cases that reach it: first those that noticed others, then the quickest.
 */
import { type Answer, HostProcess } from "./host_process.ts";
import type { Mutant } from "./places.ts";
import { withSwitches } from "./switches.ts";
import type { Outcome, Tree } from "./tree.ts";

/** Seconds of processor time to load tests, and for one case on the right code. */
const patience = 120;

/** A file with the mutants that it could have, and the tests nearest to it. */
export interface Mutated {
  file: string;
  source: string;
  mutants: readonly Mutant[];
  tests: readonly string[];
}

/**
 * Judges the mutants of some files, in their order, by the tests of all of them; those that no case reaches survive.
 *
 * @param longest Cases that take more seconds of processor time on the right code are left out.
 */
export async function sweep(
  tree: Tree,
  files: readonly Mutated[],
  longest = Infinity,
): Promise<Outcome[]> {
  const texts = new Map<string, string>();
  const nearest: (readonly string[])[] = [];
  for (const { file, source, mutants, tests } of files) {
    texts.set(file, withSwitches(source, mutants, nearest.length));
    nearest.push(...mutants.map(() => tests));
  }
  return await tree.withTexts(texts, (folder) => judge(folder, nearest, longest));
}

/** @param nearest The tests nearest to the file of each mutant. */
async function judge(
  folder: string,
  nearest: readonly (readonly string[])[],
  longest: number,
): Promise<Outcome[]> {
  const tests = [...new Set(nearest.flat())];
  const start = async () => {
    const host = new HostProcess(folder, tests);
    const loaded = await host.ask(undefined, patience);
    if (loaded?.names === undefined) throw new Error(`Cannot mutate: ${tests.join(" ")} cannot be loaded`);
    return { host, names: loaded.names, early: new Set(loaded.switches) };
  };
  let { host, names, early } = await start();
  const again = async () => {
    await host.end();
    ({ host } = await start());
  };
  try {
    const reaching = nearest.map((): number[] => []);
    const ms: number[] = names.map(() => Infinity),
      costs: number[] = [],
      noticed: number[] = names.map(() => 0);
    for (const i of names.keys()) {
      const found = await host.ask(
        { record: i, longest: Number.isFinite(longest) ? longest : undefined },
        patience,
      );
      if (found === undefined || found.failed !== undefined) {
        // It would notice everything: it needs what a copy of the repository or a shared process does not have.
        console.error(`left out, as it fails without a mutant: "${names[i]}"`);
        if (found === undefined) await again();
        continue;
      }
      if (found.late || found.ms! > 1000 * longest) continue;
      [ms[i], costs[i]] = [found.ms!, found.asked!];
      for (const mutant of found.switches!) reaching[mutant].push(i);
    }
    const order = (i: number) => (1 + ms[i]) / (1 + noticed[i]);
    const outcomes: Outcome[] = [];
    for (const mutant of reaching.keys()) {
      if (early.has(mutant)) {
        outcomes.push(
          await judgeEarly(folder, nearest[mutant], mutant, (host, own) => {
            // What runs while modules are loaded is behind every case.
            const places = own.map((name) => names.indexOf(name));
            const able = [...places.keys()].filter((i) => ms[places[i]] < Infinity);
            return ask(host, mutant, able, places.map((i) => costs[i]), places.map((i) => ms[i]));
          }),
        );
        continue;
      }
      const cases = reaching[mutant].sort((a, b) => order(a) - order(b));
      const found = await ask(host, mutant, cases, costs, ms);
      outcomes.push(outcomeOf(found));
      if (found?.by !== undefined) noticed[found.by]++;
      if (found === undefined) await again();
    }
    return outcomes;
  } finally {
    await host.end();
  }
}

/** Runs cases with a mutant until one notices. @param ms What each case takes on the right code. */
async function ask(
  host: HostProcess,
  mutant: number,
  cases: number[],
  costs: readonly number[],
  ms: readonly number[],
): Promise<Answer | undefined> {
  const seconds = 10 + cases.reduce((sum, i) => sum + ms[i], 0) / 100;
  return cases.length === 0 ? {} : await host.ask({ mutant, cases, costs }, seconds);
}

/** Judges a mutant of what runs while modules are loaded: in a process of its own, which loads the nearest tests only. */
async function judgeEarly(
  folder: string,
  tests: readonly string[],
  mutant: number,
  run: (host: HostProcess, names: string[]) => Promise<Answer | undefined>,
): Promise<Outcome> {
  const host = new HostProcess(folder, tests, mutant);
  try {
    const loaded = await host.ask(undefined, patience);
    return loaded?.names === undefined ? "killed" : outcomeOf(await run(host, loaded.names));
  } finally {
    await host.end();
  }
}

function outcomeOf(found: Answer | undefined): Outcome {
  return found === undefined ? "timeout" : found.by === undefined ? "survived" : "killed";
}
