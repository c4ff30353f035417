/**
 * Speed and memory of smoothing and of the hidden semi-Markov model, from 10^4 to 10^7 predictions.
 * Run: deno run -A tests/bench/temporal.ts
 */
import { Random } from "../../lib/random.ts";
import { durationOf } from "../../lib/temporal/hsmm/duration.ts";
import { accumulate, emptyStatistics } from "../../lib/temporal/hsmm/inference.ts";
import type { Hsmm } from "../../lib/temporal/hsmm/model.ts";
import { viterbi } from "../../lib/temporal/hsmm/viterbi.ts";
import { smooth } from "../../lib/temporal/pipeline.ts";

const K = 12, D = 100, M = 64;
const rng = new Random(1);

/** Jittery motif labels of states that last 5 to 34 predictions; point = 5 · motif + variant. */
function simulate(n: number) {
  const labels = new Int32Array(n), points = new Uint32Array(n);
  for (let t = 0, state = 0, left = 10; t < n; t++) {
    if (left-- === 0) {
      state = rng.below(K);
      left = 5 + rng.below(30);
    }
    labels[t] = rng.uniform() < 0.85 ? state : rng.below(K);
    points[t] = 5 * labels[t] + rng.below(5);
  }
  return { labels, points };
}

const posterior = Float32Array.from({ length: 5 * K * K }, (_, i) => {
  const point = Math.floor(i / K), own = 0.4 + 0.12 * (point % 5);
  return i % K === Math.floor(point / 5) ? own : (1 - own) / (K - 1);
});

const model: Hsmm = {
  states: K,
  symbols: M,
  maxDuration: D,
  initial: new Float64Array(K).fill(1 / K),
  transition: Float64Array.from({ length: K * K }, (_, i) => (i % (K + 1) === 0 ? 0 : 1 / (K - 1))),
  durations: Array.from({ length: K }, (_, j) => durationOf("negative_binomial", D, 0.8, 2 + j / 4)),
  logEmission: Float64Array.from(
    { length: K * M },
    (_, i) => Math.log(Math.floor((i % M) / 5) === Math.floor(i / M) ? 0.85 / 5 : 0.15 / (M - 5)),
  ),
};

function timed<T>(work: () => T): [seconds: number, result: T] {
  const start = performance.now();
  const result = work();
  return [(performance.now() - start) / 1000, result];
}

const megabytes = () => (Deno.memoryUsage().rss / 2 ** 20).toFixed(0);

console.log("smoothing: hysteresis + mode filter (7) + minimum dwell (3), 12 motifs, one core");
console.log("labels".padStart(10), "seconds".padStart(9), "M labels/s".padStart(11), "rss MiB".padStart(8));
for (const n of [1e4, 1e5, 1e6, 1e7]) {
  const { labels, points } = simulate(n);
  const options = { hysteresis: { high: 0.6, low: 0.4, maxHold: 10 }, modeWidth: 7, minDwell: 3 };
  const run = () => smooth({ labels, points, posterior, classes: K }, options, [{ from: 0, to: n }]);
  if (n === 1e4) { for (let i = 0; i < 20; i++) run(); }
  const [seconds] = timed(run);
  console.log(
    String(n).padStart(10),
    seconds.toFixed(4).padStart(9),
    (n / seconds / 1e6).toFixed(1).padStart(11),
    megabytes().padStart(8),
  );
}

console.log(`\nHSMM: K = ${K}, D = ${D}, negative binomial, ${M} symbols, one core`);
console.log("steps".padStart(10), "Viterbi s".padStart(10), "EM pass s".padStart(10), "rss MiB".padStart(8));
for (const n of [1e4, 1e5, 1e6]) {
  const { points } = simulate(n);
  const [decode] = timed(() => viterbi(model, points));
  const [pass] = timed(() => accumulate(model, points, emptyStatistics(model)));
  console.log(
    String(n).padStart(10),
    decode.toFixed(3).padStart(10),
    pass.toFixed(3).padStart(10),
    megabytes().padStart(8),
  );
}
