/** What training changes from step to step: parameters, running statistics and their running means. */
import type { Architecture } from "../../artifacts/model.ts";
import type { NpyArray } from "../../artifacts/npy.ts";
import type { Session } from "../../onnx/runtime.ts";
import type { Random } from "../../random.ts";
import { weightShapes } from "../architecture.ts";
import { initialParameter } from "./initial.ts";
import { VqEma, type VqOptions } from "./vq_ema.ts";
import { toGraphLayout, toModelLayout, type TrainingGraph } from "./training_graph.ts";

/** Momentum of the running batch statistics. */
const statisticsMomentum = 0.1;

/** Trained parameters and running statistics in the training graph's layout. */
export class TrainingState {
  readonly parameters: Record<string, Float32Array> = {};
  readonly #statistics: Record<string, Float32Array> = {};
  readonly #averages: Record<string, Float32Array> = {};
  /** The learned codebook, where there is one. */
  readonly vq: VqEma | undefined;
  #steps = 0;

  constructor(
    readonly architecture: Architecture,
    readonly graph: TrainingGraph,
    rng: Random,
    vq?: VqOptions,
    /** Weights in the model's layout that stand for initial ones where name and shape are the same. */
    start: Record<string, NpyArray> = {},
  ) {
    const { codebook, latent } = architecture;
    if (codebook !== undefined) this.vq = new VqEma(codebook, latent, vq);
    const shapes = weightShapes(architecture);
    const given = (name: string) => {
      const own = Object.hasOwn(start, name) && Object.hasOwn(shapes, name) ? start[name] : undefined;
      if (!(own?.data instanceof Float32Array) || own.shape.join() !== shapes[name].join()) return undefined;
      return toGraphLayout(architecture, name, own.data);
    };
    for (const [name, shape] of Object.entries(graph.parameters)) {
      // Drawn in any case, so that what is given changes no other draw.
      const drawn = initialParameter(architecture, name, shape, rng);
      this.parameters[name] = given(name) ?? drawn;
    }
    for (const [name, [channels]] of Object.entries(shapes)) {
      if (name.endsWith(".mean")) this.#statistics[name] = given(name) ?? new Float32Array(channels);
      if (name.endsWith(".variance")) {
        this.#statistics[name] = given(name) ?? new Float32Array(channels).fill(1);
      }
    }
  }

  feeds(
    window: Float32Array,
    target: Float32Array,
    dropout: number,
    rng: Random,
    vqWeight = 0,
  ): Parameters<Session["run"]>[0] {
    const { input, classes } = this.architecture;
    const batch = target.length / classes;
    const feeds: Parameters<Session["run"]>[0] = {
      window: { data: window, shape: [batch, ...input] },
      target: { data: target, shape: [batch, classes] },
      ...this.parameterFeeds(),
    };
    if (this.vq !== undefined) {
      const { codebook, size, d } = this.vq;
      feeds["vq.codebook"] = { data: codebook, shape: [size, d] };
      if (this.graph.weighted) feeds["vq.weight"] = { data: Float32Array.of(vqWeight), shape: [] };
    }
    for (const [name, shape] of Object.entries(this.graph.masks)) {
      const rate = this.graph.rates[name] ?? dropout;
      const data = Float32Array.from(
        { length: shape.reduce((product, n) => product * n, 1) },
        () => rng.uniform() < rate ? 0 : 1 / (1 - rate),
      );
      feeds[name] = { data, shape };
    }
    return feeds;
  }

  /** The parameters as inputs of the step's graph. */
  parameterFeeds(): Parameters<Session["run"]>[0] {
    return Object.fromEntries(
      Object.entries(this.graph.parameters).map(([name, shape]) => [
        name,
        { data: this.parameters[name], shape },
      ]),
    );
  }

  gradients(out: Record<string, { data: unknown }>): Record<string, Float32Array> {
    return Object.fromEntries(
      Object.keys(this.parameters).map((name) => [name, out[`grad.${name}`].data as Float32Array]),
    );
  }

  /** Everything that training changes, by name: the arrays themselves, not copies. */
  arrays(): Record<string, Float32Array | Float64Array> {
    const groups = { parameter: this.parameters, statistic: this.#statistics, average: this.#averages };
    const arrays: Record<string, Float32Array | Float64Array> = {};
    for (const [group, members] of Object.entries(groups)) {
      for (const [name, array] of Object.entries(members)) arrays[`${group}/${name}`] = array;
    }
    if (this.vq === undefined) return arrays;
    const { codebook, counts, sums } = this.vq;
    return { ...arrays, "vq/codebook": codebook, "vq/counts": counts, "vq/sums": sums };
  }

  /** Number of steps so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Continues after `steps` steps that left these arrays. */
  restore(steps: number, arrays: Record<string, Float32Array | Float64Array>): void {
    this.#steps = steps;
    for (const name of Object.keys(this.parameters)) this.#averages[name] = this.parameters[name].slice();
    for (const name of Object.keys(this.#statistics)) this.#averages[name] = this.#statistics[name].slice();
    for (const [name, array] of Object.entries(this.arrays())) array.set(arrays[name]);
  }

  /**
   * Moves the learned codebook, if there is one; returns the number of dead codes that were moved to live latents, which
   * is done unless `restart` is false.
   */
  updateCodebook(
    out: Record<string, { data: unknown }>,
    rows: number,
    rng: Random,
    restart = true,
  ): number {
    if (this.vq === undefined) return 0;
    // Rows beyond `rows` only fill the batch.
    const latents = (out["vq.latent"].data as Float32Array).subarray(0, rows * this.vq.d);
    const codes = Array.from((out["vq.codes"].data as BigInt64Array).subarray(0, rows), Number);
    this.vq.update(latents, codes);
    return restart ? this.vq.restart(latents, rng).length : 0;
  }

  updateStatistics(out: Record<string, { data: unknown }>, first: boolean): void {
    const keep = first ? 0 : 1 - statisticsMomentum;
    for (const [name, running] of Object.entries(this.#statistics)) {
      const batch = out[name].data as Float32Array;
      for (let i = 0; i < running.length; i++) running[i] = keep * running[i] + (1 - keep) * batch[i];
    }
  }

  /** Moves the running mean of parameters and statistics; early on it forgets faster, so that it never lags far. */
  average(decay: number): void {
    this.#steps++;
    const keep = Math.min(decay, this.#steps / (this.#steps + 10));
    for (const [name, values] of [...Object.entries(this.parameters), ...Object.entries(this.#statistics)]) {
      const mean = this.#averages[name] ??= values.slice();
      for (let i = 0; i < mean.length; i++) mean[i] = keep * mean[i] + (1 - keep) * values[i];
    }
  }

  /** A copy as the artifact's weights; what helps training only (the auxiliary head) stays behind. */
  weights(): Record<string, NpyArray<Float32Array>> {
    const weights: Record<string, NpyArray<Float32Array>> = {};
    for (const [name, shape] of Object.entries(weightShapes(this.architecture))) {
      if (name === "vq.codebook") {
        weights[name] = { data: this.vq!.codebook.slice(), shape };
        continue;
      }
      // A convolution's bias is no parameter: it is zero before normalisation.
      const data = Object.hasOwn(this.#averages, name)
        ? toModelLayout(this.architecture, name, this.#averages[name])
        : new Float32Array(shape[0]);
      weights[name] = { data, shape };
    }
    return weights;
  }
}
