import assert from "node:assert/strict";
import { Random } from "../../../lib/random.ts";
import { meanDuration } from "../../../lib/temporal/hsmm/duration.ts";
import { fitByHsmm } from "../../../lib/temporal/hsmm/motifs.ts";
import { durationScale } from "../../../lib/temporal/hsmm/scale.ts";

/** Labels of states that last for sums of two exponential durations, in an order of chance, with errors of chance. */
function planted(means: number[], steps: number, noise: number, seed: number) {
  const rng = new Random(seed), k = means.length, path: number[] = [];
  for (let state = 0; path.length < steps; state = (state + 1 + rng.below(k - 1)) % k) {
    const exponential = () => -Math.log(1 - rng.uniform()) * (means[state] - 1) / 2;
    for (let left = 1 + Math.round(exponential() + exponential()); left > 0; left--) path.push(state);
  }
  const truth = Int32Array.from(path);
  // Means of the bouts that came of it.
  const lasted = means.map((_, state) =>
    truth.filter((s) => s === state).length /
    truth.filter((s, t) => s === state && truth[t - 1] !== state).length
  );
  return { labels: truth.map((s) => rng.uniform() < noise ? rng.below(k) : s), lasted };
}

for (
  const [means, steps, noise] of [[[64, 156, 329], 9000, 0.3], [[12, 8, 700], 9000, 0.05], [
    [7, 13, 41],
    3000,
    0.2,
  ]] as const
) {
  Deno.test(`durations of ${means.join(", ")} are found, with max_duration from the data or as little as 20`, () => {
    const { labels, lasted } = planted([...means], steps, noise, 6);
    for (const maxDuration of [undefined, 20]) {
      const { fit, record, longest } = fitByHsmm(
        { motifs: { labels, k: 3 } },
        [{ from: 0, to: labels.length }],
        {
          states: 3,
          family: "negative_binomial",
          maxDuration,
          stickiness: 0,
          groupOf: () => "one",
          restarts: 1,
          iterations: 50,
        },
        new Random(1),
      );
      assert.equal(record.max_duration, maxDuration ?? Math.min(100, Math.ceil(longest)));
      const found = fit.model.durations.map((d) => meanDuration(d)!).sort((a, b) => a - b);
      const sorted = lasted.toSorted((a, b) => a - b);
      // The last bout may be cut off for all the model knows, which makes the longest mean longer.
      found.forEach((mean, j) => assert.ok(Math.abs(mean / sorted[j] - 1) < 0.25, `${found} ${sorted}`));
      assert.ok(Math.abs(longest / sorted[2] - 1) < 0.25, `${longest} ${sorted}`);
    }
  });
}

Deno.test("durationScale() asks for 25 durations at least, and is bounded by the longest sequence", () => {
  const stretches = [{ from: 0, to: 60 }, { from: 60, to: 140 }];
  const scaleOf = (guess: Int32Array) =>
    durationScale(guess, stretches, { states: 2, symbols: 2, guess, restarts: 1 }, new Random(1));
  // Neither state ever ends.
  assert.deepEqual(scaleOf(new Int32Array(140).fill(1, 60)), { longest: 80, maxDuration: 80 });
  const { longest, maxDuration } = scaleOf(Int32Array.from({ length: 140 }, (_, t) => Math.floor(t / 5) % 2));
  // A segment that the end of its sequence cuts off counts as one that lasts on.
  assert.ok(longest > 5 && longest < 6, `${longest}`);
  assert.equal(maxDuration, 25);
});
