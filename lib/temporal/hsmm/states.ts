/** How many states a hidden semi-Markov model should have: the held-out log-likelihood of each number. */
import type { StatesChoice } from "../../artifacts/smoothing.ts";
import { InputError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { fitHsmm, type HsmmOptions } from "./hsmm.ts";
import { logLikelihood } from "./inference.ts";
import { windowsIn } from "../stretches.ts";
import type { Stretches } from "../transitions.ts";

/** Most folds. */
const FOLDS = 5;

/**
 * Chooses the smallest number of states whose held-out log-likelihood is not below the best by more than one standard
 * error (Breiman's rule, on paired folds). Whole groups are held out (people where they are known, else recordings),
 * since predictions of one recording resemble each other.
 *
 * @param range Smallest and largest number of states.
 * @param groupOf Group of a stretch.
 * @throws InputError with fewer than two groups.
 */
export function chooseStates(
  symbols: Int32Array,
  stretches: Stretches,
  range: readonly [number, number],
  groupOf: (stretch: Stretches[number]) => string,
  options: Omit<HsmmOptions, "states">,
  rng: Random,
): StatesChoice {
  const groups = [...Map.groupBy(stretches, groupOf).values()];
  if (groups.length < 2) {
    throw new InputError("Cannot choose the number of states: all windows are of one subject or recording", {
      hint: "Give one number in hsmm.n_states, or connect more recordings.",
    });
  }
  rng.shuffle(groups);
  const folds = Math.min(FOLDS, groups.length);
  const heldOut = Array.from({ length: folds }, (_, f) => groups.filter((_, g) => g % folds === f).flat());
  const sizes = Array.from({ length: range[1] - range[0] + 1 }, (_, i) => range[0] + i);
  const scores = sizes.map((states) =>
    heldOut.map((test) => {
      const training = stretches.filter((stretch) => !test.includes(stretch));
      const { model } = fitHsmm(symbols, training, { ...options, states }, rng.fork(`states ${states}`));
      const n = windowsIn(test);
      return test.reduce((sum, { from, to }) => sum + logLikelihood(model, symbols, from, to), 0) / n;
    })
  );
  const means = scores.map(mean);
  const best = means.indexOf(Math.max(...means));
  const curve = sizes.map((states, i) => {
    const differences = scores[i].map((score, f) => scores[best][f] - score);
    const center = mean(differences);
    const variance = differences.reduce((sum, d) => sum + (d - center) ** 2, 0) / (folds - 1);
    return { states, log_likelihood: means[i], error: Math.sqrt(variance / folds) };
  });
  const at = curve.findIndex((c) => c.log_likelihood >= means[best] - c.error);
  return { states: sizes[at], curve, folds, hit_boundary: at === sizes.length - 1 && sizes.length > 1 };
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
