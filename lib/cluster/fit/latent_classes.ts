/**
 * Latent class analysis (Lazarsfeld) of code digits: a mixture of K classes in which the digits of a code are
 * independent, fitted by expectation-maximisation on weighted codes. Unlike Gaussian mixtures it has a proper
 * likelihood on a lattice, so its BIC can choose K from codes alone.
 */

/** Digits of M distinct codes. */
export interface Digits {
  /** uint16 `[M, d]`. */
  digits: Uint16Array;
  levels: readonly number[];
  /** float64 `[M]`: windows by code; 0 for codes that are only assigned. */
  weights: Float64Array;
}

/** Parameters of K classes. */
export interface Classes {
  /** float64 `[K]`, sum 1. */
  weights: Float64Array;
  /** float64 `[ΣL, K]`: probability of each digit of each dimension, dimensions one after the other, by class. */
  tables: Float64Array;
}

export interface LatentClassOptions {
  /** Stop when the mean objective gains less than this; 1e-6. */
  tolerance?: number;
  /** At most so many rounds; 1000. */
  maxIterations?: number;
  /**
   * Windows added to every digit of every class (a Dirichlet prior): keeps digits that a class never showed possible.
   * 0.01.
   */
  pseudoCount?: number;
}

export interface LatentClassFit extends Classes {
  /** float64 `[M, K]`, rows sum to 1. */
  responsibilities: Float64Array;
  /** Log-likelihood plus log prior by round, per window; never decreases. */
  history: number[];
  /** Log-likelihood of all windows, Σ w ln p. */
  logLikelihood: number;
  /** `−2 ln L + p ln N` with `p = K − 1 + K Σ(L − 1)`. */
  bic: number;
  converged: boolean;
}

/** Free parameters of K classes. */
export function classParameters(k: number, levels: readonly number[]): number {
  return k - 1 + k * levels.reduce((sum, level) => sum + level - 1, 0);
}

/**
 * Fits K classes from several starts: each runs `shortRun` rounds, the best goes on until it converges.
 *
 * @param starts Initial labels `[M]` in 0…K − 1, one list a start; each class gets nine tenths of its members.
 */
export function latentClasses(
  data: Digits,
  k: number,
  starts: readonly Int32Array[],
  options: LatentClassOptions = {},
  shortRun = 20,
): LatentClassFit {
  const { tolerance = 1e-6, maxIterations = 1000, pseudoCount = 0.01 } = options;
  const m = data.weights.length;
  let best: { model: Classes; history: number[]; converged: boolean } | undefined;
  for (const labels of starts) {
    const responsibilities = new Float64Array(m * k).fill(0.1 / k);
    labels.forEach((label, i) => responsibilities[i * k + label] += 0.9);
    const model = mStep(data, responsibilities, k, pseudoCount);
    const run = iterate(
      data,
      model,
      responsibilities,
      pseudoCount,
      tolerance,
      Math.min(shortRun, maxIterations),
    );
    if (best === undefined || run.history.at(-1)! > best.history.at(-1)!) best = run;
  }
  const responsibilities = new Float64Array(m * k);
  if (!best!.converged && best!.history.length < maxIterations) {
    const left = maxIterations - best!.history.length;
    const run = iterate(data, best!.model, responsibilities, pseudoCount, tolerance, left);
    best = { ...run, history: [...best!.history, ...run.history] };
  }
  const { model, history, converged } = best!;
  const total = data.weights.reduce((sum, w) => sum + w, 0);
  const logLikelihood = classPosterior(data, model, responsibilities);
  return {
    ...model,
    responsibilities,
    history,
    logLikelihood,
    bic: -2 * logLikelihood + classParameters(k, data.levels) * Math.log(total),
    converged,
  };
}

/**
 * Posterior of each class for each code.
 *
 * @param out float64 `[M, K]`, overwritten; rows sum to 1.
 * @returns Σ w ln p.
 */
export function classPosterior(
  { digits, levels, weights }: Digits,
  model: Classes,
  out: Float64Array,
): number {
  const k = model.weights.length;
  const d = levels.length;
  const prior = model.weights.map(Math.log);
  const tables = model.tables.map(Math.log);
  const first = offsets(levels);
  const log = new Float64Array(k);
  let likelihood = 0;
  for (let i = 0; i < weights.length; i++) {
    log.set(prior);
    for (let t = 0; t < d; t++) {
      for (let c = 0, q = (first[t] + digits[i * d + t]) * k; c < k; c++, q++) log[c] += tables[q];
    }
    let most = -Infinity, sum = 0;
    for (let c = 0; c < k; c++) if (log[c] > most) most = log[c];
    for (let c = 0; c < k; c++) {
      log[c] = Math.exp(log[c] - most);
      sum += log[c];
    }
    if (weights[i] > 0) likelihood += weights[i] * (most + Math.log(sum));
    for (let c = 0; c < k; c++) out[i * k + c] = log[c] / sum;
  }
  return likelihood;
}

function iterate(
  data: Digits,
  start: Classes,
  responsibilities: Float64Array,
  pseudoCount: number,
  tolerance: number,
  rounds: number,
) {
  const k = start.weights.length;
  const total = data.weights.reduce((sum, w) => sum + w, 0);
  const history: number[] = [];
  let model = start;
  let converged = false;
  while (!converged && history.length < rounds) {
    const likelihood = classPosterior(data, model, responsibilities);
    let prior = 0;
    for (const p of model.tables) prior += pseudoCount * Math.log(p);
    for (const p of model.weights) prior += pseudoCount * Math.log(p);
    history.push((likelihood + prior) / total);
    model = mStep(data, responsibilities, k, pseudoCount);
    converged = history.length > 1 && history.at(-1)! - history.at(-2)! < tolerance;
  }
  return { model, history, converged };
}

function mStep(
  { digits, levels, weights }: Digits,
  responsibilities: Float64Array,
  k: number,
  pseudo: number,
) {
  const d = levels.length;
  const first = offsets(levels);
  const size = levels.reduce((sum, level) => sum + level, 0);
  const tables = new Float64Array(size * k).fill(pseudo);
  const mass = new Float64Array(k);
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    for (let c = 0; c < k; c++) mass[c] += weights[i] * responsibilities[i * k + c];
    for (let t = 0; t < d; t++) {
      for (let c = 0, r = i * k, q = (first[t] + digits[i * d + t]) * k; c < k; c++, q++, r++) {
        tables[q] += weights[i] * responsibilities[r];
      }
    }
  }
  let total = 0;
  for (let c = 0; c < k; c++) total += mass[c] + pseudo;
  for (let t = 0; t < d; t++) {
    for (let g = 0; g < levels[t]; g++) {
      for (let c = 0; c < k; c++) tables[(first[t] + g) * k + c] /= mass[c] + pseudo * levels[t];
    }
  }
  return { weights: mass.map((x) => (x + pseudo) / total), tables };
}

/** Row of `tables` where each dimension starts. */
function offsets(levels: readonly number[]): number[] {
  let sum = 0;
  return levels.map((level) => (sum += level) - level);
}
