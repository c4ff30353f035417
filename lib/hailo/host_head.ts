/** The part of the network that runs on the host, behind the cut: round, code, classifier. Reads `host_head.json`. */
import { InputError } from "../errors.ts";
import { roundHalfEven } from "../fsq/rounding.ts";
import { bundleFiles, type HostFront, type HostHeadFile, type HostLayer } from "../artifacts/onnx_bundle.ts";
import { boundedFrom, denseChain } from "../model/export/host_front.ts";
import { softmax } from "../metrics/calibration/probabilities.ts";

/** What the host makes of one window. */
export interface HostResult {
  /** `null` without quantiser. */
  code: number | null;
  /** Index of the most probable label; `null` without classifier. */
  label: number | null;
  /** Softmax of the logits over the temperature; empty without classifier. */
  probabilities: Float64Array;
  /** Largest probability; 0 without classifier. */
  confidence: number;
}

/**
 * Evaluates the host part in float64.
 *
 * ```ts
 * import { HostHead } from "./host_head.ts";
 * import assert from "node:assert/strict";
 * const head = new HostHead({
 *   levels: [8, 6, 5], half_width: [4, 3, 2], basis: [1, 8, 48], variant: "fsq/v1-offset-atanh",
 *   temperature: 1, labels: [], layers: [],
 * });
 * assert.equal(head.run([0, 0, 0]).code, 124);
 * assert.equal(head.run([0.5, 1.5, -9]).code, 4 + 5 * 8); // halves to even, digits clamped
 * ```
 */
export class HostHead {
  readonly facts: HostHeadFile;
  /** Latent dimensions d. */
  readonly dimensions: number;
  /** Numbers that the device part gives for one window. */
  readonly given: number;
  /** Bounded latent of one window from what the device part gives, `[given]`. */
  readonly bounded: (device: ArrayLike<number>) => ArrayLike<number>;
  readonly #logits: (values: Float64Array) => Float64Array;
  /** What the layers take; arrays of this size are costly to make for each window. */
  readonly #values: Float64Array;

  constructor(facts: HostHeadFile, file: string = bundleFiles.hostHead) {
    const bad = (why: string) => new InputError(`Cannot read host head: ${why}`, { file });
    const first = facts.layers[0]?.shape[1];
    const dimensions = facts.levels?.length ?? first;
    if (dimensions === undefined) throw bad("it has neither levels nor layers");
    if (facts.levels !== null && [facts.half_width, facts.basis].some((v) => v.length !== dimensions)) {
      throw bad("levels, half_width and basis differ in length");
    }
    widthBehind(facts.layers, dimensions, bad);
    if (facts.front !== undefined) checkFront(facts.front, dimensions, bad);
    this.facts = facts;
    this.dimensions = dimensions;
    this.given = facts.front?.maps.reduce((a, b) => a * b) ?? dimensions;
    this.bounded = boundedFrom(facts);
    this.#logits = denseChain(facts.layers);
    this.#values = new Float64Array(dimensions);
  }

  /** Rounded values, clamped to the levels; the bounded values themselves without quantiser. */
  rounded(bounded: ArrayLike<number>): number[] {
    const { levels, half_width: half } = this.facts;
    return Array.from(bounded, (b, i) => {
      if (levels === null) return b;
      return Math.min(Math.max(roundHalfEven(b), -half[i]), levels[i] - 1 - half[i]);
    });
  }

  /** Runs what the device part gives for one window, `[given]`. */
  run(device: ArrayLike<number>): HostResult {
    return this.runBounded(this.bounded(device));
  }

  /** Runs one window's `d` bounded values. */
  runBounded(bounded: ArrayLike<number>): HostResult {
    const { levels, half_width: half, basis, temperature } = this.facts;
    const rounded = this.rounded(bounded);
    const code = levels === null ? null : rounded.reduce((sum, r, i) => sum + (r + half[i]) * basis[i], 0);
    if (this.facts.layers.length === 0) {
      return { code, label: null, probabilities: new Float64Array(0), confidence: 0 };
    }
    rounded.forEach((r, i) => this.#values[i] = levels === null ? r : r / half[i]);
    const logits = this.#logits(this.#values);
    const probabilities = softmax(logits, logits.length, temperature);
    const confidence = Math.max(...probabilities);
    return { code, label: probabilities.indexOf(confidence), probabilities, confidence };
  }
}

type Bad = (why: string) => InputError;

/** Width behind a chain of layers. */
function widthBehind(layers: readonly HostLayer[], first: number, bad: Bad): number {
  return layers.reduce((width, { shape, weight, bias }, i) => {
    if (shape[1] !== width || weight.length !== shape[0] * shape[1] || bias.length !== shape[0]) {
      throw bad(`layer ${i} with shape [${shape}] does not follow width ${width}`);
    }
    return shape[0];
  }, first);
}

function checkFront({ maps, statistics, segments, layers }: HostFront, dimensions: number, bad: Bad): void {
  const width = widthBehind(layers, maps[0] * segments * statistics.length, bad);
  if (width !== dimensions) throw bad(`its front ends in ${width} values, not ${dimensions}`);
}
