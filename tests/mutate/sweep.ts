/**
 * Many mutants of one file in one process: all stand in the file behind switches, the tests are loaded once, and each
 * mutant only meets the cases that reach it, the quickest first.
 */
import { HostProcess } from "./host_process.ts";
import type { Mutant } from "./places.ts";
import { withSwitches } from "./switches.ts";
import type { Outcome, Tree } from "./tree.ts";

/** Seconds of processor time to load tests, and for one case on the right code. */
const patience = 120;

/**
 * Judges mutants of one file; those that no case reaches survive.
 *
 * @param longest Cases that take more seconds of processor time on the right code are left out.
 */
export async function sweep(
  tree: Tree,
  source: string,
  mutants: readonly Mutant[],
  tests: readonly string[],
  longest = Infinity,
): Promise<Outcome[]> {
  return await tree.withText(mutants[0].file, withSwitches(source, mutants), async (folder) => {
    let host = new HostProcess(folder, tests);
    try {
      const loaded = await host.ask(undefined, patience);
      if (loaded?.names === undefined) throw new Error(`Cannot mutate: ${tests.join(" ")} cannot be loaded`);
      const early = new Set(loaded.switches);
      const reaching = mutants.map((): number[] => []), ms: number[] = [], costs: number[] = [];
      for (const i of loaded.names.keys()) {
        const found = await host.ask(
          { record: i, longest: Number.isFinite(longest) ? longest : undefined },
          patience,
        );
        if (found?.late) {
          ms[i] = Infinity;
          continue;
        }
        if (found === undefined) throw new Error(`Cannot mutate: "${loaded.names[i]}" ends the process`);
        if (found.failed !== undefined) {
          // It would notice everything: it needs what a copy of the repository or a shared process does not have.
          console.error(`left out, as it fails without a mutant: "${loaded.names[i]}"`);
          ms[i] = Infinity;
          continue;
        }
        [ms[i], costs[i]] = [found.ms!, found.asked!];
        if (found.ms! > 1000 * longest) continue;
        for (const mutant of found.switches!) reaching[mutant].push(i);
      }
      const quick = [...loaded.names.keys()].filter((i) => ms[i] <= 1000 * longest);
      const outcomes: Outcome[] = [];
      for (const mutant of mutants.keys()) {
        // What runs while modules are loaded is behind every case.
        const cases = (early.has(mutant) ? quick : reaching[mutant]).sort((a, b) => ms[a] - ms[b]);
        const seconds = 10 + cases.reduce((sum, i) => sum + ms[i], 0) / 100;
        const own = early.has(mutant) ? new HostProcess(folder, tests, mutant) : host;
        if (own !== host && await own.ask(undefined, patience) === undefined) outcomes.push("killed");
        else {
          const found = cases.length === 0 ? {} : await own.ask({ mutant, cases, costs }, seconds);
          outcomes.push(found === undefined ? "timeout" : found.by === undefined ? "survived" : "killed");
          if (found === undefined && own === host) {
            await host.end();
            host = new HostProcess(folder, tests);
            await host.ask(undefined, patience);
          }
        }
        if (own !== host) await own.end();
      }
      return outcomes;
    } finally {
      await host.end();
    }
  });
}
