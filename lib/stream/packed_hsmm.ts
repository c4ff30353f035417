/** Behaviours of a package by a hidden semi-Markov model, decoded causally: each window is a state at once. */
import { HsmmFilter } from "../temporal/hsmm/filter.ts";
import { tableOfDigits } from "../temporal/hsmm/emission.ts";
import type { PipelineHsmm } from "./pipeline_file.ts";

/** Names windows by states. */
export class PackedHsmm {
  readonly #filter: HsmmFilter;
  readonly #model: PipelineHsmm;

  constructor(model: PipelineHsmm) {
    this.#model = model;
    this.#filter = new HsmmFilter(model);
  }

  /** The state of the next window by its motif, −1 for none, or its code. */
  push(motif: number, code: number | null): number {
    const { emission, states, levels, log_shares: shares } = this.#model;
    const symbol = emission === "codes" ? code! : motif;
    return this.#filter.push(
      symbol < 0 ? new Float64Array(states) : tableOfDigits(shares, states, [symbol], levels),
    );
  }

  /** Begins a new stretch. */
  reset(): void {
    this.#filter.reset();
  }
}
