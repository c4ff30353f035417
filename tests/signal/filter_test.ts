import assert from "node:assert/strict";
import {
  butterworthLowpass,
  CausalFilter,
  filterCausal,
  filterZeroPhase,
  type Section,
} from "../../lib/signal/filter.ts";
import reference from "../reference/signal_vectors.json" with { type: "json" };

/** |H| at a frequency, straight from the definition. */
function magnitude(sections: Section[], frequency: number, rate: number): number {
  let product = 1;
  for (const { b, a } of sections) {
    const at = (c: number[]) => {
      let re = 0;
      let im = 0;
      c.forEach((value, k) => {
        re += value * Math.cos((-2 * Math.PI * frequency * k) / rate);
        im += value * Math.sin((-2 * Math.PI * frequency * k) / rate);
      });
      return Math.hypot(re, im);
    };
    product *= at(b) / at([1, ...a]);
  }
  return product;
}

Deno.test("butterworthLowpass() has SciPy's magnitude response", () => {
  for (const { order, cutoff, rate, frequencies, magnitude: expected } of reference.filters) {
    const sections = butterworthLowpass(order, cutoff, rate);
    frequencies.forEach((f, i) => assert(Math.abs(magnitude(sections, f, rate) - expected[i]) < 1e-12));
  }
});

Deno.test("filterZeroPhase() equals SciPy's sosfiltfilt", () => {
  for (const { order, cutoff, rate, x, y } of reference.filters) {
    const got = filterZeroPhase(x, butterworthLowpass(order, cutoff, rate));
    assert.equal(got.length, y.length);
    y.forEach((value, i) =>
      assert(Math.abs(got[i] - value) < 1e-9, `order ${order}, ${i}: ${got[i]} ${value}`)
    );
  }
});

Deno.test("filterZeroPhase() takes signals shorter than its edges", () => {
  const sections = butterworthLowpass(3, 0.3, 50);
  assert.equal(filterZeroPhase([], sections).length, 0);
  assert.deepEqual([...filterZeroPhase([4], sections)].map((x) => Math.round(x * 1e9) / 1e9), [4]);
  assert(filterZeroPhase([1, 2, 3], sections).every(Number.isFinite));
});

Deno.test("filterCausal() is the difference equation after a long stretch of the first value, value by value too", () => {
  for (const { order, cutoff, rate, x } of reference.filters) {
    const sections = butterworthLowpass(order, cutoff, rate);
    // Direct form I with the numbers themselves as memory, settled on the first value.
    let signal = [...new Array(20_000).fill(x[0]), ...x];
    for (const { b, a } of sections) {
      const out: number[] = [];
      signal.forEach((value, i) => {
        const past = (of: number[], k: number) => of[i - k] ?? 0;
        out.push(
          b[0] * value + b[1] * past(signal, 1) + b[2] * past(signal, 2) - a[0] * past(out, 1) -
            a[1] * past(out, 2),
        );
      });
      signal = out;
    }
    const got = filterCausal(x, sections);
    x.forEach((_, i) => assert(Math.abs(got[i] - signal[20_000 + i]) < 1e-9, `order ${order}, ${i}`));
    const one = new CausalFilter(sections);
    one.next(99);
    one.reset();
    assert.deepEqual(x.map((value) => one.next(value)), [...got]);
    assert.deepEqual([...filterCausal(x.slice(0, 5), sections)], [...got.slice(0, 5)]);
  }
});

Deno.test("butterworthLowpass() refuses a cutoff at or above half the rate", () => {
  assert.throws(() => butterworthLowpass(2, 25, 50), RangeError);
});
