/** Small hidden semi-Markov models and all paths through them: what decoding and inference must agree with. */
import type { Random } from "../../../lib/random.ts";
import type { Hsmm } from "../../../lib/temporal/hsmm/model.ts";

/** A stay in one state. */
export interface Segment {
  state: number;
  from: number;
  length: number;
  /** Whether the sequence ends with it, so that it may last longer. */
  last: boolean;
}

/** Any model of K states, M symbols and explicit durations up to D, some of whose symbols are impossible. */
export function anyModel(rng: Random, k: number, m: number, D: number, tails: readonly number[]): Hsmm {
  const shares = (n: number, some = (_: number) => true) => {
    const raw = Array.from({ length: n }, (_, i) => some(i) ? 0.05 + rng.uniform() : 0);
    return raw.map((x) => x / raw.reduce((a, b) => a + b));
  };
  const each = <T>(make: (j: number) => T) => Array.from({ length: k }, (_, j) => make(j));
  return {
    states: k,
    symbols: m,
    maxDuration: D,
    initial: Float64Array.from(shares(k)),
    transition: Float64Array.from(each((j) => k === 1 ? [0] : shares(k, (i) => i !== j)).flat()),
    durations: each((j) => ({ family: "nonparametric", pmf: Float64Array.from(shares(D)), tail: tails[j] })),
    logEmission: Float64Array.from(each((j) => shares(m, (s) => s !== j)).flat(), Math.log),
  };
}

/** Every path through the states, in segments, with the logarithm of its probability. */
export function* pathsOf(
  { states: k, maxDuration: D, ...model }: Hsmm,
  symbols: readonly number[],
): Generator<{ path: number[]; segments: Segment[]; log: number }> {
  const ofLength = (j: number, u: number) =>
    model.durations[j].pmf[Math.min(u, D) - 1] * model.durations[j].tail ** Math.max(0, u - D);
  const lasting = (j: number, u: number) =>
    u >= D ? ofLength(j, u) : model.durations[j].pmf.subarray(u - 1).reduce((a, b) => a + b);
  for (let number = 0; number < k ** symbols.length; number++) {
    const path = symbols.map((_, t) => Math.floor(number / k ** t) % k);
    const segments: Segment[] = [];
    let log = Math.log(model.initial[path[0]]);
    for (let t = 0, u = 1; t < path.length; t++, u++) {
      const j = path[t];
      if (symbols[t] >= 0) log += model.logEmission[j * model.symbols + symbols[t]];
      const last = t + 1 === path.length;
      if (last) log += Math.log(lasting(j, u));
      else if (path[t + 1] === j) continue;
      else {
        log += Math.log(ofLength(j, u) * (u >= D ? 1 - model.durations[j].tail : 1));
        log += Math.log(model.transition[j * k + path[t + 1]]);
      }
      segments.push({ state: j, from: t + 1 - u, length: u, last });
      u = 0;
    }
    yield { path, segments, log };
  }
}
