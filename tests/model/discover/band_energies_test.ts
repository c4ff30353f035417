import assert from "node:assert/strict";
import { bandEdges, BandEnergies } from "../../../lib/model/discover/band_energies.ts";
import { Random } from "../../../lib/random.ts";

Deno.test("bands end where the bins of a window end, and each has a bin", () => {
  assert.deepEqual(bandEdges(1), [1]);
  assert.deepEqual(bandEdges(2), [1, 2]);
  assert.deepEqual(bandEdges(7), [1, 2, 3, 4]);
  assert.deepEqual(bandEdges(8), [1, 2, 3, 5]);
  assert.deepEqual(bandEdges(50), [1, 2, 3, 5, 8, 12, 18, 26]);
  assert.deepEqual(bandEdges(78), [1, 2, 3, 5, 8, 12, 18, 27, 40]);
  assert.deepEqual(bandEdges(200), [1, 2, 3, 5, 8, 12, 18, 27, 40]);
});

Deno.test("band energies are the sums of squared magnitudes of a plain Fourier transform under a Hann window", () => {
  for (const length of [2, 3, 7, 16, 33, 90]) {
    const rng = new Random(length);
    const y = Array.from({ length }, () => 3 + rng.normal());
    const power = (bin: number) => {
      let real = 0, imaginary = 0;
      y.forEach((value, t) => {
        const seen = Math.sin(Math.PI * t / (length - 1)) ** 2 * (value - 0.5);
        real += seen * Math.cos(2 * Math.PI * bin * t / length);
        imaginary += seen * Math.sin(2 * Math.PI * bin * t / length);
      });
      return real ** 2 + imaginary ** 2;
    };
    const edges = bandEdges(length);
    const expected = edges.slice(1).map((end, i) => {
      let sum = 0;
      for (let bin = edges[i]; bin < end; bin++) sum += power(bin);
      return sum;
    });
    const actual = new BandEnergies(length).of(y, 0.5);
    assert.equal(actual.length, expected.length);
    expected.forEach((value, i) =>
      assert.ok(Math.abs(actual[i] - value) <= 1e-9 * Math.max(1, value), `${length}, band ${i}`)
    );
  }
});

Deno.test("a window of one sample has no bands", () => {
  assert.deepEqual([...new BandEnergies(1).of([5], 2)], []);
});
