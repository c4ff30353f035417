/** Levels that meet a distortion as measured on latents. */
import { type LatentMoments, type MeasuredLevels, measureLevels } from "./levels_measured.ts";
import {
  cheapest,
  type LevelsOptimum,
  type LevelsTarget,
  optimizeLevels,
  type RatePoint,
} from "./rate_distortion.ts";

/** What {@linkcode optimizeMeasured} found; `best`, `feasible` and `wouldTake` as measured. */
export interface MeasuredOptimum extends LevelsOptimum {
  /** The levels that would be enough if the model σ²/L² held, which is a lower limit; `null` where none are. */
  modelled: RatePoint | null;
}

/**
 * {@linkcode optimizeLevels} whose verdict rests on latents: "feasible" means that the measured share of the variance
 * that is lost does not exceed the target. The model reaches Shannon's bound at a few levels, which no scalar quantiser
 * does (Panter and Dite 1951: 2.7 times as much for Gaussian latents), so it only says where to look.
 */
export function optimizeMeasured(
  latents: ArrayLike<number>,
  moments: LatentMoments,
  target: LevelsTarget,
): MeasuredOptimum {
  const found = optimizeLevels(moments.variance, target);
  const { maxDistortion } = target;
  if (maxDistortion === undefined) return { ...found, modelled: found.best };
  const known = new Map<string, MeasuredLevels>();
  const lost = ({ levels }: RatePoint) => {
    const key = levels.join();
    if (!known.has(key)) known.set(key, measureLevels(latents, moments, levels));
    return known.get(key)!.relativeDistortion;
  };
  const modelled = found.feasible ? found.best : null;
  const best = firstThatMeets(found.frontier, (p) => lost(p) <= maxDistortion);
  if (best !== null) return { ...found, feasible: true, best, reason: null, wouldTake: null, modelled };
  const last = found.frontier.at(-1) ?? null;
  const reached = last === null ? null : lost(last);
  return {
    ...found,
    feasible: false,
    best: last,
    reason: modelled === null
      ? `${found.reason}${reached === null ? "" : ` as modelled, ${reached.toPrecision(3)} as measured`}`
      : `${last!.codes} codes, the most that are allowed, lose ${
        reached!.toPrecision(3)
      } of the variance as measured; ` +
        `as modelled [${modelled.levels}] would lose ${
          modelled.relativeDistortion.toPrecision(3)
        }, a lower limit`,
    wouldTake: cheapest(
      moments.variance,
      target,
      (points) => firstThatMeets(points, (p) => lost(p) <= maxDistortion),
    ),
    modelled,
  };
}

/** How many choices before the one that bisection finds are looked at too, since measured losses may wiggle. */
const BEFORE = 5;

/** The first point of a frontier that meets a test which later points meet more easily. */
function firstThatMeets(frontier: RatePoint[], meets: (point: RatePoint) => boolean): RatePoint | null {
  let low = 0, high = frontier.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (meets(frontier[middle])) high = middle;
    else low = middle + 1;
  }
  return frontier.slice(Math.max(0, low - BEFORE), low + 1).find(meets) ?? null;
}
