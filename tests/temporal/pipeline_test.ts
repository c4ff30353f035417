import assert from "node:assert/strict";
import fc from "fast-check";
import { enforceMinDwell } from "../../lib/temporal/dwell.ts";
import { hysteresis } from "../../lib/temporal/hysteresis.ts";
import { modeFilter } from "../../lib/temporal/mode_filter.ts";
import { joinSmoothed, smooth } from "../../lib/temporal/pipeline.ts";

const limits = { high: 0.6, low: 0.4 };
const options = { hysteresis: { ...limits, rule: "strict" }, modeWidth: 5, minDwell: 3 } as const;

/** Posteriors of two classes, with the label of the more probable one. */
const posteriors = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 })
  .map((p) => ({
    posterior: Float64Array.from(p.flatMap((v) => [1 - v, v])),
    labels: Int32Array.from(p, (v) => v > 0.5 ? 1 : 0),
    points: Uint32Array.from(p.keys()),
    classes: 2,
  }));

Deno.test("T041 smooth() runs hysteresis on posteriors, then the mode filter, then the minimum dwell", () => {
  fc.assert(fc.property(posteriors, (input) => {
    const whole = [{ from: 0, to: input.labels.length }];
    const { labels, stages } = smooth(input, options, whole);
    assert.deepEqual(stages.map(({ stage }) => stage), ["hysteresis", "mode filter", "minimum dwell"]);
    const held = hysteresis(input.posterior, 2, options.hysteresis, input.points, whole).labels;
    assert.deepEqual(labels, enforceMinDwell(modeFilter(held, 5), 3));
    assert.equal(labels.length, input.labels.length);
  }));
  const labels = Int32Array.of(0, 1, 0);
  assert.throws(
    () => smooth({ labels, classes: 2 }, options, [{ from: 0, to: 3 }]),
    /there are no posteriors/,
  );
  const left = smooth({ labels, classes: 2 }, {}, [{ from: 0, to: 3 }]);
  assert.deepEqual([left.labels, left.stages], [labels, []]);
  assert.notEqual(left.labels, labels);
});

Deno.test("T041 smooth() smooths each recording as if it were alone", () => {
  fc.assert(fc.property(posteriors, fc.nat(), (input, at) => {
    const n = input.labels.length, cut = at % (n + 1);
    const parts = [{ from: 0, to: cut }, { from: cut, to: n }].filter(({ from, to }) => to > from);
    const together = smooth(input, options, parts).labels;
    for (const { from, to } of parts) {
      const alone = {
        posterior: input.posterior.slice(2 * from, 2 * to),
        labels: input.labels.slice(from, to),
        points: Uint32Array.from({ length: to - from }, (_, i) => i),
        classes: 2,
      };
      assert.deepEqual(together.slice(from, to), smooth(alone, options, [{ from: 0, to: to - from }]).labels);
    }
  }));
});

Deno.test("joinSmoothed() puts shards behind each other and adds up what stages did", () => {
  const shard = (labels: number[], changed: number[], escapes: number) => ({
    labels: Int32Array.from(labels),
    stages: [
      { stage: "hysteresis" as const, changed: changed[0], escapes },
      { stage: "minimum dwell" as const, changed: changed[1] },
    ],
  });
  assert.deepEqual(joinSmoothed([shard([1, 2], [1, 2], 3), shard([3], [5, 1], 0), shard([], [0, 9], 4)]), {
    labels: Int32Array.of(1, 2, 3),
    stages: [{ stage: "hysteresis", changed: 6, escapes: 7 }, { stage: "minimum dwell", changed: 12 }],
  });
  assert.deepEqual(joinSmoothed([shard([4], [1, 0], 2)]), shard([4], [1, 0], 2));
});

Deno.test("smooth() counts labels at both ends, and keeps noise there from the posteriors", () => {
  const labels = Int32Array.of(-1, 1, 1, 1, 0, 1, 1, 1, -1);
  const posterior = Float64Array.of(0.9, 0.1, 0.1, 0.9), points = labels.map((l) => Number(l === 1));
  const whole = [{ from: 0, to: 9 }], hysteresis = { high: 0.6, low: 0.4 };
  const held = smooth({ labels, posterior, points, classes: 2 }, { hysteresis }, whole);
  assert.deepEqual([[...held.labels], held.stages[0].changed], [[...labels], 0]);
  const filtered = smooth({ labels, classes: 2 }, { modeWidth: 5 }, whole);
  assert.deepEqual([[...filtered.labels], filtered.stages[0].changed], [new Array(9).fill(1), 3]);
});

Deno.test("smooth() counts what each stage changes, and leaves noise to the mode filter", () => {
  const labels = Int32Array.of(0, 0, -1, 0, 0, 1, 1, 1);
  const posterior = Float64Array.from([...labels].flatMap((l) => l === 1 ? [0.1, 0.9] : [0.9, 0.1]));
  const input = { labels, posterior, points: Uint32Array.from(labels.keys()), classes: 2 };
  const { stages, labels: out } = smooth(input, { hysteresis: options.hysteresis, modeWidth: 3 }, [{
    from: 0,
    to: 8,
  }]);
  assert.deepEqual(stages.map(({ changed }) => changed), [0, 1]);
  assert.deepEqual([...out], [0, 0, 0, 0, 0, 1, 1, 1]);
});
