/**
 * Seeded random numbers, the only source of randomness in the project.
 *
 * The generator is xoshiro128** (Blackman and Vigna, 2018) seeded by splitmix32, so that a stream is the same on
 * every platform: it uses 32-bit integer arithmetic only.
 */

/** Where a stream stands. */
export interface RandomState {
  words: number[];
  /** The second normal number of a pair, if it is still to come. */
  spare: number | null;
}

/**
 * A deterministic stream of random numbers.
 *
 * ```ts
 * import { Random } from "./random.ts";
 * import assert from "node:assert/strict";
 * assert.equal(new Random(7).uint32(), new Random(7).uint32());
 * assert.ok(new Random(7).below(10) < 10);
 * ```
 */
export class Random {
  readonly #state = new Uint32Array(4);
  #spare: number | undefined;

  /** @param seed Any 32-bit integer; equal seeds give equal streams. */
  constructor(seed: number) {
    let s = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      s = (s + 0x9e3779b9) >>> 0;
      let z = s;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      this.#state[i] = (z ^ (z >>> 16)) >>> 0;
    }
  }

  /** The next unsigned 32-bit integer. */
  uint32(): number {
    const s = this.#state;
    const x = Math.imul(s[1]!, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Uniform integer in [0, n). */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal, by the polar method of Marsaglia. */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const f = Math.sqrt((-2 * Math.log(s)) / s);
        this.#spare = v * f;
        return u * f;
      }
    }
  }

  /** Index drawn with probability proportional to `weights` (non-negative, positive sum). */
  weighted(weights: ArrayLike<number>): number {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i]!;
    let left = this.uniform() * total;
    let last = 0;
    for (let i = 0; i < weights.length; i++) {
      if (weights[i]! <= 0) continue;
      last = i;
      left -= weights[i]!;
      if (left < 0) return i;
    }
    return last;
  }

  /** Shuffles `items` in place (Fisher-Yates) and returns it. */
  shuffle<T extends { length: number; [index: number]: any }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
    return items;
  }

  /** Where the stream stands, as plain data for {@linkcode restore}. */
  save(): RandomState {
    return { words: [...this.#state], spare: this.#spare ?? null };
  }

  /** Continues the stream that `state` was taken from. */
  restore({ words, spare }: RandomState): void {
    this.#state.set(words);
    this.#spare = spare ?? undefined;
  }

  /** An independent stream for a named purpose, e.g. `rng.fork("augment")`. */
  fork(name: string): Random {
    return new Random(hash32(`${this.uint32()}:${name}`));
  }
}

/** A 32-bit FNV-1a hash of a text, to derive seeds from names. */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) h = Math.imul(h ^ byte, 0x01000193);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}
