/** Forward and backward passes of a hidden Markov model over runs of rows; Rabiner 1989, with scaled variables. */

/** Rows `[from, to)` that follow each other. */
export interface Run {
  from: number;
  to: number;
}

/** Probabilities of the states of a chain. */
export interface Chain {
  /** float64 `[K]` and `[K, K]`, rows sum to 1. */
  initial: Float64Array;
  transitions: Float64Array;
}

/** Writes the log density of a row under each state into `out`, `[K]`. */
export type Emission = (row: number, out: Float64Array) => void;

/** Expected counts of first states `[K]` and of transitions `[K, K]`; what is in them is added to. */
export interface ChainCounts {
  initial: Float64Array;
  moved: Float64Array;
}

/** Counts that start at a prior, so that nothing is impossible. */
export function priorCounts(k: number, prior: number): ChainCounts {
  return { initial: new Float64Array(k).fill(prior), moved: new Float64Array(k * k).fill(prior) };
}

/** The chain of expected counts. */
export function chainOf({ initial, moved }: ChainCounts): Chain {
  const k = initial.length;
  return { initial: normalized(initial, k), transitions: normalized(moved, k) };
}

/** The chain that EM starts from: all states alike, and each stays in nine of ten steps. */
export function stayingChain(k: number): Chain {
  const transitions = k === 1 ? Float64Array.of(1) : Float64Array.from(
    { length: k * k },
    (_, i) => i % (k + 1) === 0 ? 0.9 : 0.1 / (k - 1),
  );
  return { initial: new Float64Array(k).fill(1 / k), transitions };
}

/**
 * Shares of the states in each of `rows` rows `[rows, K]` given its whole run, and the log-likelihood of all runs; adds to
 * the expected counts where there are some.
 */
export function forwardBackward(
  rows: number,
  runs: readonly Run[],
  emission: Emission,
  { initial, transitions }: Chain,
  counts?: ChainCounts,
): { shares: Float64Array; likelihood: number } {
  const k = initial.length;
  const shares = new Float64Array(rows * k);
  let likelihood = 0;
  for (const { from, to } of runs) {
    const n = to - from;
    const emitted = new Float64Array(n * k), forward = new Float64Array(n * k), scale = new Float64Array(n);
    for (let t = 0; t < n; t++) {
      const row = emitted.subarray(t * k, (t + 1) * k);
      emission(from + t, row);
      const top = row.reduce((most, x) => Math.max(most, x), -Infinity);
      for (let c = 0; c < k; c++) row[c] = Math.exp(row[c] - top);
      likelihood += top;
      for (let c = 0; c < k; c++) {
        let before = initial[c];
        if (t > 0) {
          before = 0;
          for (let b = 0; b < k; b++) before += forward[(t - 1) * k + b] * transitions[b * k + c];
        }
        forward[t * k + c] = before * row[c];
        scale[t] += forward[t * k + c];
      }
      likelihood += Math.log(scale[t]);
      for (let c = 0; c < k; c++) forward[t * k + c] /= scale[t];
    }
    const backward = new Float64Array(k).fill(1);
    for (let t = n - 1; t >= 0; t--) {
      for (let c = 0; c < k; c++) shares[(from + t) * k + c] = forward[t * k + c] * backward[c];
      if (t === 0) break;
      const next = backward.map((b, c) => b * emitted[t * k + c] / scale[t]);
      for (let b = 0; b < k; b++) {
        backward[b] = 0;
        for (let c = 0; c < k; c++) {
          const moved = transitions[b * k + c] * next[c];
          backward[b] += moved;
          if (counts !== undefined) counts.moved[b * k + c] += forward[(t - 1) * k + b] * moved;
        }
      }
    }
    if (counts !== undefined) { for (let c = 0; c < k; c++) counts.initial[c] += shares[from * k + c]; }
  }
  return { shares, likelihood };
}

/** The state with the largest share in each row, int32 `[rows]`. */
export function likeliestStates(shares: Float64Array, k: number): Int32Array {
  return Int32Array.from({ length: shares.length / k }, (_, i) => {
    let best = 0;
    for (let c = 1; c < k; c++) if (shares[i * k + c] > shares[i * k + best]) best = c;
    return best;
  });
}

function normalized(counts: Float64Array, k: number): Float64Array {
  return counts.map((x, i) => {
    const from = i - i % k;
    let sum = 0;
    for (let c = from; c < from + k; c++) sum += counts[c];
    return x / sum;
  });
}
