/** What published motifs and behaviours say of the windows that an encoder reads: names, smoothing, states of a model. */
import type { Behaviours } from "../artifacts/behaviours.ts";
import type { Motifs } from "../artifacts/motifs.ts";
import { fitOf } from "../cluster/identity.ts";
import { InputError } from "../errors.ts";
import { filterModelOf } from "../temporal/hsmm/motifs.ts";
import type { PipelineOptions } from "../temporal/pipeline.ts";
import type { PipelineHsmm } from "./pipeline_file.ts";
import { optionsOf } from "./smoothing.ts";

/**
 * Names of motifs by number: of the behaviours that they stand for. Behaviours that are states of a model have names of
 * their own, see {@linkcode statesOf}, and leave motifs theirs.
 *
 * @throws {InputError} where the behaviours were made of other motifs.
 */
export function namesOf(motifs: Motifs, behaviours?: Behaviours): string[] {
  const byStates = behaviours?.hsmm !== undefined;
  const names = (byStates ? undefined : behaviours?.names) ?? motifs.names ??
    motifs.support.map((_, id) => `motif ${id}`);
  const made = byStates ? behaviours.hsmm!.record.motifs : behaviours?.fit;
  const own = fitOf(motifs);
  if (names.length !== motifs.k || (made ?? own) !== own) {
    throw new InputError("Cannot name behaviours: they were made of other motifs", {
      hint: "Take the motifs that the behaviours were smoothed from.",
    });
  }
  return [...names];
}

/**
 * The model of states that behaviours are; undefined where they are none, or were decoded from whole recordings.
 *
 * @throws {InputError} where their windows came at another rate.
 */
export function statesOf(behaviours: Behaviours, predictionRate: number): PipelineHsmm | undefined {
  const { names, hsmm } = behaviours;
  if (hsmm?.record.causal !== true) return undefined;
  requireRate(behaviours, predictionRate);
  const { emission, levels, log_shares } = hsmm.record;
  return { emission, levels, log_shares, ...filterModelOf(hsmm.record), names: [...names] };
}

/**
 * The settings that behaviours were smoothed with, for a stream that goes on like them.
 *
 * @throws {InputError} where they came from a hidden semi-Markov model, whose states are no such settings, or from another
 * prediction rate.
 */
export function smoothingOfBehaviours(behaviours: Behaviours, predictionRate: number): PipelineOptions {
  const { rules, hsmm } = behaviours;
  if (rules === undefined) {
    throw new InputError(
      `Cannot smooth a stream as its behaviours were: ${
        hsmm === undefined ? "they do not say how" : "they were decoded from whole recordings"
      }`,
      {
        hint: "Give smoothing settings of its own, or behaviours that were smoothed with causal: true.",
      },
    );
  }
  requireRate(behaviours, predictionRate);
  return optionsOf(rules);
}

/** @throws {InputError} where behaviours count in other predictions than the stream. */
export function requireRate({ predictionRate: made }: Behaviours, predictionRate: number): void {
  if (Math.abs(made - predictionRate) <= 1e-9 * predictionRate) return;
  throw new InputError(
    `Cannot smooth as the behaviours were: they have ${made} predictions per second, the model ${predictionRate}`,
    { hint: "Take behaviours of windows with the same hop, or smooth by other settings." },
  );
}
