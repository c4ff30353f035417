import assert from "node:assert/strict";
import fc from "fast-check";
import { scoreSegments } from "../../../lib/metrics/scores/segments_score.ts";
import { runs } from "../../temporal/fixtures.ts";

const truth = runs("0x10,1x10,2x10,0x10"), predicted = runs("0x9,1x4,2,1x7,2x6,0x13");

Deno.test("scoreSegments() gives the published vector", () => {
  const s = scoreSegments([{ truth, predicted }]);
  assert.equal(s.edit!.toFixed(4), "66.6667");
  assert.deepEqual(s.overlap.map((o) => o.f1), [80, 80, 80]);
  assert.deepEqual([s.overlap[0].truePositives, s.overlap[0].falsePositives, s.overlap[0].falseNegatives], [
    4,
    2,
    0,
  ]);
  assert.equal(s.overSegmentation, 1.5);
});

Deno.test("scoreSegments() pools F1 counts over sequences but averages the edit score", () => {
  const s = scoreSegments([{ truth, predicted }, { truth: [1, 1], predicted: [1, 1] }]);
  assert.equal(s.overlap[0].f1, 100 * 10 / 12);
  assert.equal(s.edit!.toFixed(4), "83.3333");
});

Deno.test("scoreSegments() matches boundaries within the tolerance, each once", () => {
  const pair = [{ truth: runs("0x5,1x5"), predicted: runs("0x4,1,0,1x4") }];
  assert.equal(scoreSegments(pair, { tolerance: 1 }).boundaryF1, 50);
  const late = (by: number, tolerance?: number) =>
    scoreSegments([{ truth: runs("0x5,1x5"), predicted: runs(`0x${5 + by},1x${5 - by}`) }], { tolerance })
      .boundaryF1;
  assert.deepEqual([late(1), late(2), late(2, 2), late(3, 2), late(-1), late(-2)], [100, 0, 100, 0, 100, 0]);
});

Deno.test("scoreSegments() of nothing is null, and unequal lengths are refused", () => {
  const { edit, boundaryF1, overSegmentation } = scoreSegments([]);
  assert.deepEqual([edit, boundaryF1, overSegmentation], [null, null, null]);
  assert.throws(() => scoreSegments([{ truth: [1], predicted: [] }]), /1 labels, 0 predictions/);
});

Deno.test("scoreSegments() has no boundary F1 where the truth has no boundary", () => {
  assert.equal(scoreSegments([{ truth: [1, 1, 1], predicted: [1, 2, 1] }]).boundaryF1, null);
});

Deno.test("scoreSegments() equals its definitions, written out, for any sequences", () => {
  const sequence = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 4 })), {
    maxLength: 7,
  })
    .map((parts) => parts.flatMap(([label, n]) => new Array<number>(n).fill(label)));
  const pair = fc.tuple(sequence, sequence).map(([a, b]) => {
    const n = Math.min(a.length, b.length);
    return { truth: a.slice(0, n), predicted: b.slice(0, n) };
  });
  fc.assert(
    fc.property(
      fc.array(pair, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 2 }),
      (pairs, tolerance) => {
        const used = pairs.filter(({ truth }) => truth.length > 0);
        const runs = (labels: number[]) =>
          labels.flatMap((label, i) => {
            if (i > 0 && labels[i - 1] === label) return [];
            const end = labels.findIndex((other, j) => j > i && other !== label);
            return [{ label, from: i, to: end < 0 ? labels.length : end }];
          });
        const edits = (a: number[], b: number[]): number =>
          a.length === 0 || b.length === 0 ? a.length + b.length : Math.min(
            edits(a.slice(1), b.slice(1)) + Number(a[0] !== b[0]),
            edits(a.slice(1), b) + 1,
            edits(a, b.slice(1)) + 1,
          );
        let edit = 0, hits = 0, borders = 0, trueCount = 0, predictedCount = 0;
        const tally = [0.1, 0.25, 0.5].map(() => [0, 0, 0]);
        for (const { truth, predicted } of used) {
          const t = runs(truth), p = runs(predicted);
          trueCount += t.length;
          predictedCount += p.length;
          edit += 1 - edits(t.map((s) => s.label), p.map((s) => s.label)) / Math.max(t.length, p.length);
          for (const [i, threshold] of [0.1, 0.25, 0.5].entries()) {
            const hit = new Set<number>();
            for (const own of p) {
              const overlaps = t.map((other) =>
                other.label !== own.label
                  ? 0
                  : Math.max(0, Math.min(other.to, own.to) - Math.max(other.from, own.from)) /
                    (Math.max(other.to, own.to) - Math.min(other.from, own.from))
              );
              const best = Math.max(...overlaps), at = overlaps.indexOf(best);
              if (best > 0 && best >= threshold && !hit.has(at)) {
                hit.add(at);
                tally[i][0]++;
              } else tally[i][1]++;
            }
            tally[i][2] += t.length - hit.size;
          }
          // The greatest matching of borders, by trying all.
          const [a, b] = [t, p].map((own) => own.slice(1).map((s) => s.from));
          const matched = (i: number, free: number[]): number =>
            i === a.length ? 0 : Math.max(
              matched(i + 1, free),
              ...free.filter((at) => Math.abs(at - a[i]) <= tolerance)
                .map((at) => 1 + matched(i + 1, free.filter((other) => other !== at))),
            );
          hits += matched(0, b);
          borders += a.length + b.length;
        }
        const scores = scoreSegments(pairs, { tolerance });
        const near = (x: number | null, y: number | null) =>
          assert.ok(x === y || Math.abs(x! - y!) < 1e-9, `${x} is not ${y}`);
        assert.deepEqual([scores.sequences, scores.trueSegments, scores.predictedSegments], [
          used.length,
          trueCount,
          predictedCount,
        ]);
        near(scores.edit, used.length === 0 ? null : 100 * edit / used.length);
        tally.forEach(([tp, fp, fn], i) => {
          const { truePositives, falsePositives, falseNegatives, f1 } = scores.overlap[i];
          assert.deepEqual([truePositives, falsePositives, falseNegatives], [tp, fp, fn]);
          near(f1, tp + fp + fn === 0 ? null : 200 * tp / (2 * tp + fp + fn));
        });
        if (trueCount > used.length) near(scores.boundaryF1, 200 * hits / borders);
      },
    ),
    { numRuns: 150 },
  );
});
