/**
 * Many mutants of some files in one process: all stand in the files behind switches, the tests are loaded once, and each
 * mutant only meets the cases that reach it: first those that noticed others, then the quickest.
 */
import { HostProcess } from "./host_process.ts";
import type { Mutant } from "./places.ts";
import { withSwitches } from "./switches.ts";
import type { Outcome, Tree } from "./tree.ts";

/** Seconds of processor time to load tests, and for one case on the right code. */
const patience = 120;

/** A file with the mutants that it could have. */
export interface Mutated {
  file: string;
  source: string;
  mutants: readonly Mutant[];
}

/**
 * Judges the mutants of some files, in their order; those that no case reaches survive.
 *
 * @param longest Cases that take more seconds of processor time on the right code are left out.
 */
export async function sweep(
  tree: Tree,
  files: readonly Mutated[],
  tests: readonly string[],
  longest = Infinity,
): Promise<Outcome[]> {
  const texts = new Map<string, string>();
  let count = 0;
  for (const { file, source, mutants } of files) {
    texts.set(file, withSwitches(source, mutants, count));
    count += mutants.length;
  }
  return await tree.withTexts(texts, (folder) => judge(folder, count, tests, longest));
}

async function judge(
  folder: string,
  count: number,
  tests: readonly string[],
  longest: number,
): Promise<Outcome[]> {
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
    const reaching = Array.from({ length: count }, (): number[] => []);
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
    const quick = [...names.keys()].filter((i) => ms[i] < Infinity);
    const order = (i: number) => (1 + ms[i]) / (1 + noticed[i]);
    const outcomes: Outcome[] = [];
    for (const mutant of reaching.keys()) {
      // What runs while modules are loaded is behind every case.
      const cases = (early.has(mutant) ? quick : reaching[mutant]).sort((a, b) => order(a) - order(b));
      const seconds = 10 + cases.reduce((sum, i) => sum + ms[i], 0) / 100;
      const own = early.has(mutant) ? new HostProcess(folder, tests, mutant) : host;
      if (own !== host && await own.ask(undefined, patience) === undefined) outcomes.push("killed");
      else {
        const found = cases.length === 0 ? {} : await own.ask({ mutant, cases, costs }, seconds);
        outcomes.push(found === undefined ? "timeout" : found.by === undefined ? "survived" : "killed");
        if (found?.by !== undefined) noticed[found.by]++;
        if (found === undefined && own === host) await again();
      }
      if (own !== host) await own.end();
    }
    return outcomes;
  } finally {
    await host.end();
  }
}
