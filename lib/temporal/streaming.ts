/**
 * The smoothing pipeline as a stream, for predictions that arrive one by one. It gives exactly the labels of the batch
 * pipeline in causal mode, each a fixed number of predictions late: half the mode filter's width for the labels to
 * come, and the minimum dwell less one for a change to prove itself. Hysteresis only looks back.
 */
import { CausalDwell } from "./causal_dwell.ts";
import { Trigger } from "./hysteresis.ts";
import { checkModeWidth, modeOf } from "./mode_filter.ts";
import type { PipelineOptions } from "./pipeline.ts";

/** How many predictions the pipeline in causal mode is late. */
export function latencyOf(
  { modeWidth = 1, minDwell = 1 }: Pick<PipelineOptions, "modeWidth" | "minDwell">,
): number {
  return (modeWidth - 1) / 2 + minDwell - 1;
}

/** Smooths one continuous stretch after another. */
export class StreamingSmoother {
  /** Predictions between a label's arrival and its decision. */
  readonly latency: number;
  readonly #trigger: Trigger | undefined;
  readonly #half: number;
  readonly #dwell: CausalDwell;
  /** The labels that the mode filter still needs. */
  #recent: number[] = [];
  /** Labels taken, and labels that the mode filter has decided, in this stretch. */
  #taken = 0;
  #decided = 0;

  constructor(options: PipelineOptions) {
    const { modeWidth = 1, minDwell = 1 } = options;
    checkModeWidth(modeWidth);
    this.latency = latencyOf(options);
    this.#trigger = options.hysteresis && new Trigger(options.hysteresis);
    this.#half = modeWidth >> 1;
    this.#dwell = new CausalDwell(minDwell);
  }

  /**
   * Takes the next prediction.
   *
   * @param label Its label, −1 for noise.
   * @param posterior Its posterior, where hysteresis is used.
   * @returns The label of the prediction `latency` earlier, once there is one.
   */
  push(label: number, posterior?: ArrayLike<number>): number | undefined {
    if (this.#trigger !== undefined) {
      if (posterior === undefined) throw new TypeError("Cannot run hysteresis: there is no posterior");
      const held = this.#trigger.next(posterior);
      if (label >= 0) label = held;
    }
    this.#recent.push(label);
    this.#taken++;
    return this.#taken > this.#half ? this.#dwell.push(this.#mode()) : undefined;
  }

  /** Ends the stretch: gives the labels still held back, and starts afresh. */
  flush(): number[] {
    const out: number[] = [];
    while (this.#decided < this.#taken) {
      const label = this.#dwell.push(this.#mode());
      if (label !== undefined) out.push(label);
    }
    out.push(...this.#dwell.flush());
    this.#trigger?.reset();
    this.#recent = [];
    this.#taken = 0;
    this.#decided = 0;
    return out;
  }

  /** The mode around the next undecided label; forgets labels that no later window needs. */
  #mode(): number {
    const center = this.#decided - (this.#taken - this.#recent.length);
    const label = modeOf(this.#recent, center);
    this.#decided++;
    if (center === this.#half) this.#recent.shift();
    return label;
  }
}
