import assert from "node:assert/strict";
import fc from "fast-check";
import type { DeviceSignal } from "../../../../lib/signal/read/devices/device_signal.ts";
import { placeBlocks } from "../../../../lib/signal/read/devices/place_blocks.ts";
import { resampleLinear } from "../../../../lib/signal/read/resample.ts";

/** A device with one channel whose samples are their numbers, in blocks of `samples` that begin at `begin`. */
function device(rate: number, begin: readonly number[], samples: readonly number[]): DeviceSignal {
  const firsts = samples.map((_, b) => samples.slice(0, b).reduce((x, y) => x + y, 0));
  return {
    device: "test",
    channels: ["acc_x"],
    units: ["g"],
    rate,
    blocks: { count: begin.length, begin: Float64Array.from(begin), samples: Int32Array.from(samples) },
    facts: {},
    notes: [],
    decode(b, into, at) {
      for (let i = 0; i < samples[b]; i++) into[at + i] = Math.sin(firsts[b] + i);
    },
  };
}

const place = (signal: DeviceSignal, clock = signal.rate, maxGap = 0.2) => {
  const { runs, ...rest } = placeBlocks(signal, clock, maxGap, "f");
  return { ...rest, runs: [...runs()] };
};
const every = (n: number, step: number) => Array.from({ length: n }, (_, k) => 1e9 + k * step);

Deno.test("blocks that follow each other stay as the device wrote them", () => {
  const { runs, measured, notes } = place(device(50, every(4, 1), [50, 50, 50, 50]));
  assert.equal(runs.length, 1);
  assert.deepEqual([runs[0].begin, runs[0].exact, runs[0].gaps, measured, notes], [1e9, true, [], 50, []]);
  assert.deepEqual([...runs[0].values], Array.from({ length: 200 }, (_, i) => Math.fround(Math.sin(i))));
});

Deno.test("a block that is missing is a gap between samples that stay as they are", () => {
  const { runs: [run], notes } = place(device(50, [1e9, 1e9 + 1, 1e9 + 3], [50, 50, 50]));
  assert.deepEqual([run.exact, run.gaps, run.values.length], [true, [[100, 150]], 200]);
  const [a, b] = [Math.sin(99), Math.sin(100)];
  assert(Math.abs(run.values[100] - (a + (b - a) / 51)) < 1e-6);
  assert.equal(run.values[150], Math.fround(Math.sin(100)));
  assert.match(notes[0], /^1 s of 4 s have no samples, in 1 stretch; nothing/);
});

Deno.test("a break of a minute and a clock that goes back begin another run", () => {
  const { runs, notes } = place(
    device(50, [1e9, 1e9 + 100, 1e9 + 101, 1e9 + 50, 1e9 + 51], [50, 50, 50, 50, 50]),
  );
  assert.deepEqual(runs.map((r) => [r.begin - 1e9, r.values.length]), [[0, 50], [100, 100], [50, 100]]);
  assert.match(notes[0], /clock goes back once \(by up to 52.0 s\)/);
});

Deno.test("a rate that times contradict is refused with both numbers", () => {
  assert.throws(() => place(device(100, every(5, 1), [50, 50, 50, 50, 50])), {
    name: "InputError",
    message: /says 100 Hz, its blocks hold 50.00 samples a second/,
  });
});

Deno.test("samples of a device at its own pace are where reading each at its own time puts them", () => {
  const layout = fc.record({
    rate: fc.constantFrom(25, 30, 85.7, 100),
    pace: fc.double({ min: 0.96, max: 1.04, noNaN: true }),
    jitter: fc.double({ min: 0, max: 0.02, noNaN: true }),
    sizes: fc.array(fc.integer({ min: 20, max: 60 }), { minLength: 4, maxLength: 12 }),
    breakAt: fc.integer({ min: 1, max: 11 }),
    pause: fc.constantFrom(0, 0, 0.5, 7.3),
    clock: fc.constantFrom(1, 1, 1.02),
    seed: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }),
  });
  fc.assert(
    fc.property(layout, ({ rate, pace, jitter, sizes, breakAt, pause, clock, seed }) => {
      let t = 1000;
      const begin = sizes.map((n, b) => {
        if (b === breakAt) t += pause;
        const own = t + jitter * seed[b] * n / rate;
        t += n / (pace * rate);
        return own;
      });
      const signal = device(rate, begin, sizes);
      let placed;
      try {
        placed = place(signal, rate * clock);
      } catch (cause) {
        assert.match((cause as Error).message, /Cannot use rate/);
        return;
      }
      assert.equal(placed.runs.length, 1);
      const [run] = placed.runs;
      // Every sample at its own time: spread to the next block where that follows, at the usual pace elsewhere.
      const times: number[] = [];
      sizes.forEach((n, b) => {
        const usual = 1 / placed.measured;
        const step = b + 1 < sizes.length ? (begin[b + 1] - begin[b]) / n : NaN;
        const own = Math.abs(step / usual - 1) <= 0.1 ? step : usual;
        for (let i = 0; i < n; i++) times.push(begin[b] - begin[0] + i * own);
      });
      const values = Float32Array.from(times, (_, i) => Math.sin(i));
      const width = run.values.length;
      const wanted = resampleLinear(times, values, 1, { start: 0, rate: rate * clock, count: width }, 0.2);
      assert(Math.abs(times.at(-1)! * rate * clock - (width - 1)) < 1.51);
      if (!run.exact) {
        wanted.values.forEach((v, i) =>
          assert(Math.abs(v - run.values[i]) < 2e-3, `tick ${i}: ${run.values[i]}, not ${v}`)
        );
        assert.deepEqual(run.gaps, wanted.gaps);
      } else {
        const inGap = (tick: number) => run.gaps.some(([a, b]) => tick >= a && tick < b);
        const rows = Array.from(run.values.keys()).filter((tick) => !inGap(tick));
        assert.equal(rows.length, times.length);
        times.forEach((time, i) => {
          assert(Math.abs(time * rate - rows[i]) <= 0.501);
          assert.equal(run.values[rows[i]], values[i]);
        });
      }
    }),
    { numRuns: 300, seed: 1 },
  );
});

Deno.test("a rate that changes within the file is refused with the block where it does, and a clock set back once is not", () => {
  const sizes = (k: number) => k < 12 ? 50 : 100;
  const signal = device(50, every(20, 1), Array.from({ length: 20 }, (_, k) => sizes(k)));
  assert.throws(() => place(signal), {
    name: "InputError",
    message: /says 50 Hz, 7 of its 20 blocks, the first 12, hold 100\.0 samples a second/,
  });
  const back = every(20, 1).map((t, k) => k < 12 ? t : t - 0.5);
  assert.equal(place(device(50, back, new Array(20).fill(50))).runs.length, 2);
});
