import assert from "node:assert/strict";
import fc from "fast-check";
import type { Bout } from "../../lib/artifacts/behaviours.ts";
import { stretchesOf } from "../../lib/temporal/stretches.ts";
import { boutsOf } from "../../lib/temporal/timeline.ts";
import { makeWindows } from "./fixtures.ts";

/** Expands bouts of one recording to a label per sample, int32 `[samples]`. */
function sampleLabels(bouts: readonly Bout[], rate: number): Int32Array {
  const samples = bouts.length === 0 ? 0 : Math.round(bouts[bouts.length - 1].end * rate);
  const out = new Int32Array(samples).fill(-1);
  for (const b of bouts) out.fill(b.label, Math.round(b.start * rate), Math.round(b.end * rate));
  return out;
}

Deno.test("stretchesOf() cuts at recordings and gaps", () => {
  const windows = makeWindows([{ subject: "a", samples: 60, gaps: [[22, 25]] }, {
    subject: "b",
    samples: 30,
  }]);
  const stretches = stretchesOf(windows);
  assert.deepEqual(stretches.map((s) => s.recording), [0, 0, 1]);
  assert.equal(windows.start[stretches[1].from], 25);
});

Deno.test("stretchesOf() cuts at a gap between windows that do not overlap", () => {
  const windows = makeWindows([{ subject: "a", samples: 60, gaps: [[12, 14]] }], { length: 10, hop: 20 });
  assert.deepEqual(stretchesOf(windows).map((s) => [s.from, s.to]), [[0, 1], [1, 3]]);
});

Deno.test("stretchesOf() goes on over the samples that windows cut within labels leave over", () => {
  const windows = { ...makeWindows([{ subject: "a", samples: 80 }]), start: Int32Array.of(0, 5, 17, 22, 37) };
  const recording = new Int32Array(5);
  assert.deepEqual(stretchesOf({ ...windows, recording }).map((s) => [s.from, s.to]), [[0, 4], [4, 5]]);
  const bouts = boutsOf({ ...windows, recording }, [0, 0, 1, 1, 1]);
  assert.deepEqual(
    bouts.map((b) => [b.label, Math.round(b.end * 50)]),
    [[0, 16], [1, 32], [-1, 37], [1, 47], [-1, 80]],
  );
});

Deno.test("boutsOf() gives each sample the window with the nearest centre and leaves the tail unassigned", () => {
  const windows = makeWindows([{ subject: "a", samples: 23 }]);
  const bouts = boutsOf(windows, [0, 1, 1]);
  const samples = bouts.map((b) => [b.label, Math.round(b.start * 50), Math.round(b.end * 50)]);
  assert.deepEqual(samples, [[0, 0, 8], [1, 8, 20], [-1, 20, 23]]);
  assert.deepEqual(bouts.map((b) => [b.censoredLeft, b.censoredRight]), [[true, false], [false, true], [
    false,
    true,
  ]]);
});

Deno.test("boutsOf() censors a bout beside a gap but not beside a noise window", () => {
  const windows = makeWindows([{ subject: "a", samples: 60, gaps: [[20, 30]] }]);
  const bouts = boutsOf(windows, [0, 0, 0, 1, -1, 1, 1, 1]);
  assert.deepEqual(bouts.map((b) => b.label), [0, -1, 1, -1, 1]);
  assert.deepEqual(bouts.map((b) => b.censoredRight), [true, false, false, false, true]);
  assert.deepEqual(bouts.map((b) => b.censoredLeft), [true, false, true, false, false]);
});

Deno.test("boutsOf() of a recording without any window is one unassigned bout", () => {
  const [bout, ...rest] = boutsOf(makeWindows([{ subject: "a", samples: 4 }]), []);
  assert.deepEqual([bout.label, bout.start, bout.end, rest.length], [-1, 0, 0.08, 0]);
});

Deno.test("boutsOf() covers every recording exactly and agrees with labelling each sample by its nearest window", () => {
  const sketch = fc.record({
    samples: fc.integer({ min: 0, max: 120 }),
    gap: fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 15 })),
  });
  const shape = fc.record({ length: fc.integer({ min: 1, max: 15 }), hop: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(
      fc.array(sketch, { minLength: 1, maxLength: 3 }),
      shape,
      fc.infiniteStream(fc.integer({ min: -1, max: 2 })),
      (sketches, { length, hop }, stream) => {
        const windows = makeWindows(
          sketches.map(({ samples, gap: [at, size] }) => ({
            subject: "a",
            samples,
            gaps: size === 0 ? [] : [[at, at + size]],
          })),
          { length, hop },
        );
        const labels = Int32Array.from(windows.start, () => stream.next().value!);
        const bouts = boutsOf(windows, labels), stretches = stretchesOf(windows);
        windows.recordings.recordings.forEach(({ id, samples }, r) => {
          const own = bouts.filter((b) => b.recording === id);
          if (samples === 0) return assert.equal(own.length, 0);
          assert.equal(own[0].start, 0);
          assert.equal(own[own.length - 1].end, samples / 50);
          for (let i = 1; i < own.length; i++) {
            assert.equal(own[i].start, own[i - 1].end);
            assert.notEqual(own[i].label, own[i - 1].label);
          }
          assert.equal(own.reduce((s, b) => s + Math.round(b.duration * 50), 0), samples);
          const expected = Int32Array.from({ length: samples }, (_, t) => {
            let best = -1, distance = Infinity;
            for (let w = 0; w < labels.length; w++) {
              const { from, to } = stretches.find((s) => s.from <= w && w < s.to)!;
              const outside = t < windows.start[from] || t >= windows.start[to - 1] + length;
              if (windows.recording[w] !== r || outside) continue;
              const d = Math.abs(t - windows.start[w] - (length - 1) / 2);
              if (d < distance) [best, distance] = [labels[w], d];
            }
            return best;
          });
          assert.deepEqual(sampleLabels(own, 50), expected);
        });
      },
    ),
  );
});
