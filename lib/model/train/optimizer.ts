/** AdamW with decoupled weight decay, global-norm clipping and the learning-rate schedule. */

/** Settings of {@linkcode AdamW}. */
export interface AdamWOptions {
  /** Decay of the weights by `rate · weightDecay` a step; biases and normalisation are never decayed. */
  weightDecay: number;
  /** Largest global L2 norm of all gradients together. */
  clip: number;
}

interface Slot {
  parameter: Float32Array;
  first: Float32Array;
  second: Float32Array;
  decays: boolean;
}

/** AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) with β = 0.9, 0.999 and ε = 1e−8. */
export class AdamW {
  readonly #slots = new Map<string, Slot>();
  readonly #options: AdamWOptions;
  #steps = 0;

  constructor(parameters: Record<string, Float32Array>, options: AdamWOptions) {
    this.#options = options;
    for (const [name, parameter] of Object.entries(parameters)) {
      this.#slots.set(name, {
        parameter,
        first: new Float32Array(parameter.length),
        second: new Float32Array(parameter.length),
        decays: name.endsWith(".weight"),
      });
    }
  }

  /** Number of updates so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Moments by parameter, for checkpoints: the arrays themselves, not copies. */
  moments(): Record<string, { first: Float32Array; second: Float32Array }> {
    return Object.fromEntries([...this.#slots].map(([name, { first, second }]) => [name, { first, second }]));
  }

  /** Continues after `steps` updates that left these moments. */
  restore(steps: number, moments: Record<string, { first: Float32Array; second: Float32Array }>): void {
    this.#steps = steps;
    for (const [name, slot] of this.#slots) {
      slot.first.set(moments[name].first);
      slot.second.set(moments[name].second);
    }
  }

  /**
   * One update in place.
   *
   * @returns The global norm before clipping.
   * @throws {RangeError} When a gradient is not finite, naming its parameter.
   */
  step(gradients: Record<string, Float32Array>, rate: number): number {
    const norm = globalNorm(gradients);
    if (!Number.isFinite(norm)) {
      const name = Object.keys(gradients).find((key) => gradients[key].some((g) => !Number.isFinite(g)));
      throw new RangeError(`Cannot update weights: the gradient of ${name} is not finite`);
    }
    const factor = norm > this.#options.clip ? this.#options.clip / norm : 1;
    this.#steps++;
    const correction1 = 1 - 0.9 ** this.#steps;
    const correction2 = 1 - 0.999 ** this.#steps;
    const scale = rate * Math.sqrt(correction2) / correction1;
    const epsilon = 1e-8 * Math.sqrt(correction2);
    for (const [name, { parameter, first, second, decays }] of this.#slots) {
      const gradient = gradients[name];
      const keep = decays ? 1 - rate * this.#options.weightDecay : 1;
      for (let i = 0; i < parameter.length; i++) {
        const g = gradient[i] * factor;
        const m = first[i] = 0.9 * first[i] + 0.1 * g;
        const v = second[i] = 0.999 * second[i] + 0.001 * g * g;
        parameter[i] = keep * parameter[i] - scale * m / (Math.sqrt(v) + epsilon);
      }
    }
    return norm;
  }
}

/** The L2 norm of all values together. */
export function globalNorm(gradients: Record<string, Float32Array>): number {
  let sum = 0;
  for (const gradient of Object.values(gradients)) {
    for (let i = 0; i < gradient.length; i++) sum += gradient[i] * gradient[i];
  }
  return Math.sqrt(sum);
}

/**
 * Learning rate at a (fractional) epoch: linear warm-up, then half a cosine to zero.
 *
 * ```ts
 * import { learningRate } from "./optimizer.ts";
 * import assert from "node:assert/strict";
 * const schedule = { peak: 1e-3, epochs: 100, warmupEpochs: 5 };
 * assert.equal(learningRate(5, schedule), 1e-3);
 * assert.ok(learningRate(100, schedule) < 1e-12);
 * ```
 */
export function learningRate(
  epoch: number,
  schedule: { peak: number; epochs: number; warmupEpochs: number },
): number {
  const { peak, epochs, warmupEpochs } = schedule;
  if (epoch < warmupEpochs) return peak * epoch / warmupEpochs;
  const progress = Math.min(1, (epoch - warmupEpochs) / Math.max(1e-9, epochs - warmupEpochs));
  return 0.5 * peak * (1 + Math.cos(Math.PI * progress));
}
